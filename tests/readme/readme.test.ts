/** What the README says is executed: its commands run, its sample output and tables are what the code prints. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DeclarationClosed, DrDeclared } from "../../shared/events/dr-events.ts";
import { BackupRequested } from "../../shared/events/primary-events.ts";
import { meanings, settingsRows, settingsTable } from "./settings-table.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = join(root, "README.md");
const readme = () => readFileSync(file, "utf8");

/** Commands of the README's code blocks, one a line. */
const commands = [...readme().matchAll(/^ *```\n([\s\S]*?)^ *```/gm)]
  .flatMap(([, block = ""]) => block.split("\n").map((line) => line.trim()))
  .filter((line) => /^(npm|npx|aws) /.test(line));

/** Puts a generated part between its marks; with UPDATE_GOLDEN=1 writes it, otherwise compares. */
function golden(name: string, text: string): void {
  const marks = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  const whole = readme();
  const wanted = whole.replace(marks, (_all, begin: string, end: string) => `${begin}${text}\n${end}`);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, wanted);
  expect(readme()).toBe(wanted);
}

/** The timeline's first lines, and those from the loss of the region on. */
function excerpt(output: string): string {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const from = lines.findIndex((line) => line.includes("PRIMARY"));
  const lost = lines.findIndex((line) => line.includes("THE REGION IS LOST"));
  return ["```", ...lines.slice(from, from + 14), "...", ...lines.slice(lost, lost + 14), "...", "```"].join(
    "\n",
  );
}

describe("commands", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "rds-dr-readme-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("the main job runs, exits 0, and prints what the README shows", { timeout: 180_000 }, () => {
    const json = join(directory, "outcome.json");
    const run = spawnSync("npm", ["run", "rehearse", "--", "--json", json], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    });
    expect(run.status, run.stdout + run.stderr).toBe(0);
    golden("rehearsal", excerpt(run.stdout));
    const outcome = JSON.parse(readFileSync(json, "utf8")) as { peakMegabytes: number; instances: unknown[] };
    expect(outcome.instances).toHaveLength(13);
  });

  test("help is printed", () => {
    expect(commands.join("\n") + readme()).toContain("npm run rehearse -- --help");
    expect(
      execFileSync("npm", ["run", "rehearse", "--", "--help"], { cwd: root, encoding: "utf8" }),
    ).toContain("--scenario NAME");
  });

  test("synthesis runs offline as written", { timeout: 120_000 }, () => {
    const command = commands.find((line) => line.startsWith("npx cdk synth")) ?? "";
    const [, ...args] = command.split(" ");
    execFileSync("npx", [...args, "--output", join(directory, "cdk.out")], { cwd: root, stdio: "pipe" });
    expect(existsSync(join(directory, "cdk.out", "rds-dr-dev-dr.template.json"))).toBe(true);
  });

  test("every other command is one of those that need an AWS account, or the installation", () => {
    const others = commands.filter(
      (line) =>
        !/^(npm ci && npm (run rehearse|test)$|npm run (rehearse|simulator|bench)|npx cdk (synth|bootstrap|deploy) |aws )/.test(
          line,
        ),
    );
    expect(others).toEqual([]);
  });

  test("the events that it has operators publish keep their contracts", () => {
    const contracts = { "dr-declared": DrDeclared, "declaration-closed": DeclarationClosed };
    const published = commands
      .filter((line) => /^aws .*events put-events/.test(line))
      .map((line) => /--entries '(.*)'/.exec(line)?.[1] ?? "");
    expect(published.length).toBeGreaterThanOrEqual(3);
    for (const text of published) {
      const [entry] = JSON.parse(text) as { DetailType: string; Detail: string; EventBusName: string }[];
      const detail: unknown = JSON.parse(entry?.Detail ?? "");
      expect(entry?.EventBusName).toBe("rds-dr-dev");
      if (entry?.DetailType === "backup-requested") {
        BackupRequested.parse({ event: "backup-requested", id: "x", time: "2026-03-01T02:00:00Z", detail });
      } else contracts[entry?.DetailType as keyof typeof contracts].parse(detail);
    }
  });
});

describe("tables and links", () => {
  test("the table of settings is that of the schema", () => {
    expect(settingsRows().map(([path]) => path?.replaceAll("`", ""))).toEqual(Object.keys(meanings));
    golden("settings", settingsTable());
  });

  test("every link to a file leads somewhere", () => {
    const links = [...readme().matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("every test that the table of promises names is there", () => {
    const named = [...readme().matchAll(/`(tests\/[^`]+)`/g)].map(([, path = ""]) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
