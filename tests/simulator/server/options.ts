import { parseArgs } from "node:util";
import { readArguments, UsageError, wholeNumber } from "../../command-line.ts";
import type { KnobOverrides } from "../knobs.ts";
import { readKnobs } from "./knob-options.ts";

/** What the command line asked for. */
export interface ServerOptions {
  readonly env: string;
  readonly fleet: string;
  readonly port: number;
  /** Virtual seconds for each real one; 0 stands still. */
  readonly speed: number;
  readonly callLog: string | undefined;
  /** Facts of AWS that are to be read otherwise than by default. */
  readonly knobs: KnobOverrides;
  /** Templates that exist already, instead of synthesising them. */
  readonly assembly: string | undefined;
}

/** The fastest that the clock may be told to run; beyond that the control path advances it. */
export const SPEED_MAX = 100_000;

export const usage = `npm run simulator -- [options]

  --env NAME          environment to deploy, from stacks/environments (dev)
  --fleet FILE        what 'aws rds describe-db-instances' printed (tests/fixtures/fleets/shop.json)
  --port N            port on 127.0.0.1, 0 for any free one (4566)
  --speed N           virtual seconds for each real one, 0-${SPEED_MAX}; 0 stands still (1)
  --call-log FILE     write every API call as it happens, a JSON line each
  --knob NAME=VALUE   read an uncertain fact of AWS otherwise; as often as needed (docs/simulator.md lists them)
  --assembly DIR      run the templates and bundles in DIR instead of synthesising them
  --help              this text`;

function speedOf(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > SPEED_MAX) {
    throw new UsageError(`--speed takes a number from 0 to ${SPEED_MAX}, got '${text}'`);
  }
  return value;
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  return readArguments(
    () =>
      parseArgs({
        args: [...args],
        options: {
          env: { ...text, default: "dev" },
          fleet: { ...text, default: "tests/fixtures/fleets/shop.json" },
          port: { ...text, default: "4566" },
          speed: { ...text, default: "1" },
          "call-log": text,
          knob: { ...text, multiple: true, default: [] },
          assembly: text,
          help: { type: "boolean", default: false },
        },
      }).values,
  );
}

/** Reads the command line; `help` when the usage was asked for. Throws UsageError. */
export function parseOptions(args: readonly string[]): ServerOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  return {
    env: values.env,
    fleet: values.fleet,
    port: wholeNumber("--port", values.port, 0, 65_535),
    speed: speedOf(values.speed),
    callLog: values["call-log"],
    knobs: readKnobs(values.knob),
    assembly: values.assembly,
  };
}
