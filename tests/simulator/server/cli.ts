/** `npm run simulator`: the simulated AWS behind one loopback port, for the AWS CLI, boto3 and other clients. */
import { appendFileSync, writeFileSync } from "node:fs";
import { deploymentRefused, endWithReader, UsageError } from "../../command-line.ts";
import { synthesise } from "../../rehearsal/synthesise.ts";
import { heads, layOut, lineOf } from "../../rehearsal/timeline.ts";
import { FleetError, loadFleet } from "../fleet.ts";
import { CALL_KINDS } from "../journal.ts";
import { DeploymentFailed } from "../templates/deploy.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { openWorld } from "./open.ts";
import { parseOptions, type ServerOptions, usage } from "./options.ts";
import { type RunningServer, serve } from "./server.ts";

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** Appends each call to the file as it happens; the file is made anew. */
function logCalls(world: SimulatedWorld, file: string): void {
  try {
    writeFileSync(file, "");
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${codeOf(error)}`);
  }
  world.journal.follow(({ at, kind, data }) => {
    if (CALL_KINDS.includes(kind))
      appendFileSync(file, `${JSON.stringify({ at: new Date(at).toISOString(), ...data })}\n`);
  });
}

/** Tells on the terminal what an onlooker would see. */
function tell(world: SimulatedWorld, primary: string, snapshotPrefix: string): void {
  world.journal.follow((entry) => {
    const line = lineOf(entry, snapshotPrefix);
    if (line !== undefined) console.log(layOut(line, primary, process.stdout));
  });
}

async function listen(world: SimulatedWorld, { port, speed }: ServerOptions): Promise<RunningServer> {
  const report = (error: unknown) =>
    console.error(`simulator: ${error instanceof Error ? error.message : String(error)}`);
  try {
    return await serve(world, { port, speed, report });
  } catch (error) {
    if (!["EADDRINUSE", "EACCES"].includes(codeOf(error))) throw error;
    throw new UsageError(`port ${port} of 127.0.0.1 cannot be had: ${codeOf(error)}`);
  }
}

async function main(options: ServerOptions): Promise<void> {
  const fleet = loadFleet(options.fleet);
  const assembly = options.assembly ?? synthesise(options.env);
  const { world, settings } = openWorld({ assembly, fleet, start: new Date(), knobs: options.knobs });
  const { primary, dr } = settings.regions;
  if (options.callLog !== undefined) logCalls(world, options.callLog);
  const server = await listen(world, options);
  console.log(`simulated AWS on ${server.url}: environment ${settings.environment}, ${fleet.length} instances, speed ${options.speed}

  export AWS_ACCESS_KEY_ID=operator AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=${primary}
  aws --endpoint-url ${server.url} rds describe-db-instances --page-size 20
  curl ${server.url}/_control/state

${heads(primary, dr)}`);
  tell(world, primary, settings.snapshotPrefix);
  const stop = () => {
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

endWithReader();
try {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") console.log(usage);
  else await main(options);
} catch (error) {
  const refused = error instanceof DeploymentFailed;
  if (!(refused || error instanceof UsageError || error instanceof FleetError)) throw error;
  console.error(`simulator: ${refused ? deploymentRefused(error.message) : error.message}`);
  process.exitCode = 2;
}
