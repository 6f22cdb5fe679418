/** The command behind `npm run rehearse`, as its own process: what it refuses, and what it says of permissions. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, inject, test } from "vitest";
import { copyOf } from "./assembly.ts";
import type { Outcome } from "./outcome.ts";
import { permissionsOf } from "./template-permissions.ts";

const command = fileURLToPath(new URL("cli.ts", import.meta.url));
const assembly = inject("assembly");
const empty = mkdtempSync(join(tmpdir(), "rds-dr-rehearsal-"));
const edited = copyOf(assembly);
afterAll(() => {
  for (const directory of [empty, edited]) rmSync(directory, { recursive: true, force: true });
});

const refusal = (args: readonly string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: "utf8",
    timeout: 30_000,
  });
  return { status, stderr };
};

test.each([
  [
    "a directory without an assembly",
    ["--assembly", empty],
    `${empty} is no CDK assembly: it has no manifest.json`,
  ],
  [
    "an environment that is not there",
    ["--env", "nope"],
    `--env "nope" is no environment: choose one of dev, or add stacks/environments/nope.ts`,
  ],
  ["a report", ["--assembly", assembly, "--json", "/nowhere/x"], "cannot write /nowhere/x: ENOENT"],
  ["a call log", ["--assembly", assembly, "--call-log", "/nowhere/x"], "cannot write /nowhere/x: ENOENT"],
])("refuses %s that cannot be used in one line, before the run", (_what, args, line) => {
  expect(refusal(args)).toEqual({ status: 2, stderr: `rehearse: ${line}\n` });
});

test("ends in silence when nobody reads its output any more", () => {
  const { stdout, stderr } = spawnSync(
    "sh",
    ["-c", '"$0" "$@" | head -n 1', process.execPath, command, "--assembly", assembly, "--days", "1"],
    { encoding: "utf8", timeout: 30_000 },
  );
  expect(stdout).toMatch(/^rehearsal: environment dev, .*\n$/);
  expect(stderr).toBe("");
});

test("tells of a refused deployment what was refused and where the DR region's things stand", () => {
  const file = join(edited, "rds-dr-dev-dr.template.json");
  const template = JSON.parse(readFileSync(file, "utf8"));
  const SubnetIds = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"];
  const Properties = { DBSubnetGroupDescription: "of no network here", SubnetIds };
  template.Resources.Elsewhere = { Type: "AWS::RDS::DBSubnetGroup", Properties };
  writeFileSync(file, JSON.stringify(template));
  const { status, stderr } = refusal(["--assembly", edited, "--days", "1"]);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^rehearse: .*rds-dr-dev-dr\/Elsewhere .*CREATE_FAILED: .*subnet-0a1b2c3d4e5f60718.*\n.*tests\/fixtures\/dr-region\.json.*\n$/,
  );
});

test("says in the JSON report which permissions nothing used", () => {
  const json = join(empty, "outcome.json");
  const { status } = spawnSync(
    process.execPath,
    [command, "--assembly", assembly, "--days", "1", "--scenario", "ordinary", "--quiet", "--json", json],
    { encoding: "utf8", timeout: 30_000 },
  );
  expect(status).toBe(0);
  const { permissions }: Outcome = JSON.parse(readFileSync(json, "utf8"));
  const places = (list: readonly { role: string; sid?: string | undefined; action: string }[]) =>
    list.map(({ role, sid, action }) => `${role} ${sid} ${action}`).sort();
  expect(places(permissions)).toEqual(places(permissionsOf(assembly)));
  const unused = permissions.filter(({ uses }) => uses === 0);
  // Nothing is lost on an ordinary day, so that nothing is restored; backups are taken.
  expect(places(unused)).toContain(
    "rds-dr-dev-restore-instance-us-west-2 Restore rds:RestoreDBInstanceFromDBSnapshot",
  );
  expect(places(unused)).not.toContain(
    "rds-dr-dev-create-backup-us-east-1 CreateBackup rds:CreateDBSnapshot",
  );
});
