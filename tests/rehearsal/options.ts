import { parseArgs } from "node:util";
import { readArguments, UsageError, wholeNumber } from "../command-line.ts";

/** What a rehearsal plays: all goes well, the primary region dies, or RDS events get lost as well. */
export const scenarios = ["ordinary", "lost-region", "lost-events"] as const;
export type Scenario = (typeof scenarios)[number];

/** Quotas of the simulated AWS that `--quota NAME=N` sets in both regions. */
export const quotaNames = ["manual-snapshots", "instances", "copies-in-progress"] as const;

/** What the command line asked for. */
export interface Options {
  readonly env: string;
  readonly fleet: string;
  readonly days: number;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly quotas: Readonly<Record<string, number>>;
  readonly json: string | undefined;
  readonly callLog: string | undefined;
  readonly quiet: boolean;
  /** Templates that exist already, instead of synthesising them. */
  readonly assembly: string | undefined;
}

export const usage = `npm run rehearse -- [options]

  --env NAME          environment to deploy, from stacks/environments (dev)
  --fleet FILE        what 'aws rds describe-db-instances' printed (tests/fixtures/fleets/shop.json)
  --days N            virtual days before the scenario's end, 1-366 (10)
  --seed N            seed of durations, delays and faults (1)
  --scenario NAME     ${scenarios.join(" | ")} (lost-region)
  --quota NAME=N      a quota of the simulated AWS, in both regions; again for more
                      names: ${quotaNames.join(", ")}
  --assembly DIR      run the templates and bundles in DIR instead of synthesising them
  --json FILE         write the outcome as JSON, with how often each permission was used
  --call-log FILE     write every API call, a JSON line each
  --quiet             no timeline, only the tables
  --help              this text`;

function quota(text: string): [string, number] {
  // Split once: of "instances=1=2", the number is "1=2", and none.
  const [name = "", value = ""] = text.split(/=(.*)/s);
  if (!(quotaNames as readonly string[]).includes(name)) {
    throw new UsageError(`--quota knows ${quotaNames.join(", ")}, got '${text}'`);
  }
  return [name, wholeNumber(`--quota ${name}`, value, 0, 1_000_000)];
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  return readArguments(
    () =>
      parseArgs({
        args: [...args],
        options: {
          env: { ...text, default: "dev" },
          fleet: { ...text, default: "tests/fixtures/fleets/shop.json" },
          days: { ...text, default: "10" },
          seed: { ...text, default: "1" },
          scenario: { ...text, default: "lost-region" },
          quota: { ...text, multiple: true, default: [] },
          assembly: text,
          json: text,
          "call-log": text,
          quiet: flag,
          help: flag,
        },
      }).values,
  );
}

/** Reads the command line; `help` when the usage was asked for. Throws UsageError. */
export function parseOptions(args: readonly string[]): Options | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const scenario = scenarios.find((name) => name === values.scenario);
  if (scenario === undefined)
    throw new UsageError(`--scenario is one of ${scenarios.join(", ")}, got '${values.scenario}'`);
  return {
    env: values.env,
    fleet: values.fleet,
    days: wholeNumber("--days", values.days, 1, 366),
    seed: wholeNumber("--seed", values.seed, 0, 4_294_967_295),
    scenario,
    quotas: Object.fromEntries(values.quota.map(quota)),
    json: values.json,
    callLog: values["call-log"],
    quiet: values.quiet,
    assembly: values.assembly,
  };
}
