/** Rules of the house that no compiler checks. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
const sources = tracked
  .split("\n")
  .filter((file) => file.endsWith(".ts") && existsSync(join(root, file)))
  .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
const under = (...folders: string[]) =>
  sources.filter(({ file }) => folders.some((folder) => file.startsWith(`${folder}/`)));

/** What a file imports: packages by name, files by their path in the repository. */
function importsOf({ file, text }: { file: string; text: string }): string[] {
  return [...text.matchAll(/(?:from|import) "([^"]+)"/g)].map(([, target = ""]) =>
    target.startsWith(".") ? normalize(join(dirname(file), target)) : target,
  );
}

function offenders(files: typeof sources, forbidden: RegExp): string[] {
  return files.flatMap((source) =>
    importsOf(source)
      .filter((target) => forbidden.test(target))
      .map((target) => `${source.file} imports ${target}`),
  );
}

test.each([
  ["handlers never import the CDK or stacks", ["handlers"], /^(aws-cdk-lib|constructs|stacks\/)/],
  ["stacks never import handler code", ["stacks"], /^handlers\//],
  [
    "shared imports neither handlers nor stacks nor the CDK",
    ["shared"],
    /^(handlers\/|stacks\/|aws-cdk-lib|constructs)/,
  ],
  [
    "the simulated AWS imports nothing of handlers, shared or stacks",
    ["tests/simulator"],
    /^(handlers|shared|stacks)\//,
  ],
])("%s", (_sentence, folders, forbidden) => {
  // The loopback server deploys the app as a user does, so it may start the rehearsal's synthesis, which imports nothing of them.
  expect(offenders(under(...folders), forbidden)).toEqual([]);
});

test("only shared/clock.ts reads the real clock, and nothing draws at random", () => {
  const real =
    /\b(Date\.now\(\)|new Date\(\)|Math\.random\(|randomUUID\(|setTimeout\(|console\.(log|info|warn|error|debug))/;
  const found = under("handlers", "shared").filter(
    ({ file, text }) => file !== "shared/clock.ts" && real.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")),
  );
  expect(found.map(({ file }) => file)).toEqual([]);
});

test("no file is longer than 300 lines", () => {
  expect(sources.filter(({ text }) => text.split("\n").length > 301).map(({ file }) => file)).toEqual([]);
});

test("every runbook that the code names is there", () => {
  const named = under("stacks", "shared", "handlers").flatMap(({ text }) =>
    [...text.matchAll(/docs\/runbooks\/([a-z-]+)\.md/g)].map(([path]) => path),
  );
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
