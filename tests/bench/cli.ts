/** `npm run bench -- simulator`: how fast the simulated AWS is on one core, and what it spends its time on. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readArguments, UsageError, wholeNumber } from "../command-line.ts";
import { synthesise } from "../rehearsal/synthesise.ts";
import { measureSimulator } from "./simulator.ts";
import { failings, tables } from "./tables.ts";

const usage = `npm run bench -- simulator [options]

  --days N          virtual days of each fleet, 1-30 (2)
  --calls N         single-row calls, 100-100000 (4000)
  --seconds N       of processor time for each figure, 1-600 (40)
  --assembly DIR    run the templates and bundles in DIR instead of synthesising them
  --json FILE       write the figures as JSON
  --check           exit 1 when a target is missed
  --help            this text

Figures are a core's: each is taken in a process of one thread, and work is divided by the processor time that
the process used, so that other work on the machine does not count. Wall-clock figures stand beside them. Each is
taken of hot code, with the bundles loaded: rounds are run for a while, for the engine compiles as it runs. The
best round counts; the median of the later half stands beside it.`;

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  return readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        days: { ...text, default: "2" },
        calls: { ...text, default: "4000" },
        seconds: { ...text, default: "40" },
        assembly: text,
        json: text,
        check: flag,
        help: flag,
      },
    }),
  );
}

function main(args: readonly string[]): number {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (positionals.length !== 1 || positionals[0] !== "simulator") {
    throw new UsageError(`bench knows 'simulator', got '${positionals.join(" ")}'\n\n${usage}`);
  }
  const options = {
    days: wholeNumber("--days", values.days, 1, 30),
    calls: wholeNumber("--calls", values.calls, 100, 100_000),
    seconds: wholeNumber("--seconds", values.seconds, 1, 600),
  };
  const assembly = values.assembly ?? synthesise("dev");
  const figures = measureSimulator({ assembly, ...options });
  console.log(tables(figures));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  const missed = failings(figures);
  for (const sentence of missed) console.log(sentence);
  return values.check && missed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}
