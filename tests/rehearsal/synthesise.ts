import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../command-line.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Synthesises the real CDK app in a process of its own (so that its memory is gone afterwards); returns the
 * assembly. Functions are loaded from it whenever they start: it is removed with this process.
 */
export function synthesise(env: string): string {
  const directory = mkdtempSync(join(tmpdir(), "rds-dr-assembly-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const cdk = join(root, "node_modules", "aws-cdk", "bin", "cdk");
  const run = spawnSync(
    process.execPath,
    [cdk, "synth", "--quiet", "--output", directory, "-c", `env=${env}`],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, JSII_DEPRECATED: "quiet" },
    },
  );
  if (run.error !== undefined) throw new UsageError(`the synthesis cannot be run: ${run.error.message}`);
  if (run.status !== 0) {
    const said = `${run.stdout ?? ""}${run.stderr ?? ""}`.trim();
    // Of what is said about an unknown environment, the line that tells what to write.
    const unknown = /^-c env: (.* is no environment: .*)$/m.exec(said)?.[1];
    // The CLI fails for a reason, or because of Ctrl-C, and then says nothing.
    const why = said === "" ? "the synthesis was broken off" : `the CDK app does not synthesise:\n${said}`;
    throw new UsageError(unknown ? `--env ${unknown}` : why);
  }
  return directory;
}
