/** `npm run rehearse`: the real templates and bundles on the simulated AWS, day by day, to the worst day and back. */
import { appendFileSync, writeFileSync } from "node:fs";
import { deploymentRefused, endWithReader, UsageError } from "../command-line.ts";
import { FleetError, loadFleet } from "../simulator/fleet.ts";
import { DeploymentFailed } from "../simulator/templates/deploy.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { Printer } from "./printer.ts";
import { report } from "./report.ts";
import { rehearse } from "./run.ts";
import { deployedSettings } from "./settings.ts";
import { synthesise } from "./synthesise.ts";
import { wordVerdict } from "./verdict.ts";

/** Touches the files before the run, so that one that cannot be written is known before it. */
function makeFiles(files: readonly (string | undefined)[]): void {
  for (const file of files) {
    try {
      if (file !== undefined) appendFileSync(file, "");
    } catch (error) {
      throw new UsageError(
        `cannot write ${file}: ${error instanceof Error && "code" in error ? error.code : error}`,
      );
    }
  }
}

async function main(options: Options): Promise<number> {
  const fleet = loadFleet(options.fleet);
  makeFiles([options.json, options.callLog]);
  const assembly = options.assembly ?? synthesise(options.env);
  const printer = new Printer(options, deployedSettings(assembly));
  printer.begin();
  const rehearsal = await rehearse({
    assembly,
    fleet,
    days: options.days,
    seed: options.seed,
    scenario: options.scenario,
    quotas: options.quotas,
    onEntry: (entry) => printer.entry(entry),
    onProgress: (now, end) => printer.progress(now, end),
  });
  printer.end();
  const { outcome, settings, endpoints, failings } = rehearsal;
  const objectives = (id: string) => ({
    rpo: settings.overrides[id]?.rpoMinutes ?? settings.objectives.rpoMinutes,
    rto: settings.overrides[id]?.rtoMinutes ?? settings.objectives.rtoMinutes,
  });
  console.log(`\n${report(outcome, objectives, endpoints)}`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(outcome, null, 2)}\n`);
  if (options.callLog !== undefined) writeFileSync(options.callLog, printer.callLog());
  console.log(`\n${wordVerdict({ failings, forgiven: outcome.forgiven })}`);
  return failings.length === 0 ? 0 : 1;
}

// The synthesised assembly is removed as the process exits, and a signal by itself is no exit.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
endWithReader();
try {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") console.log(usage);
  else process.exitCode = await main(options);
} catch (error) {
  const refused = error instanceof DeploymentFailed;
  if (!(refused || error instanceof UsageError || error instanceof FleetError)) throw error;
  console.error(`rehearse: ${refused ? deploymentRefused(error.message) : error.message}`);
  process.exitCode = 2;
}
