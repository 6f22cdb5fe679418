/** The AWS commands of the README and of everything under docs, as somebody pastes them at night. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** Lines of code blocks; a block that sets the region for all that follow it names it for each. */
function inBlocks(text: string): string[] {
  const lines = [...text.matchAll(/^ *```\w*\n([\s\S]*?)^ *```/gm)].flatMap(([, block = ""]) => {
    const region = /AWS_DEFAULT_REGION=\S+/.exec(block)?.[0];
    return block.split("\n").map((line) => (region === undefined ? line : `${line} # ${region}`));
  });
  return lines.map((line) => line.trim()).filter((line) => line.startsWith("aws "));
}

/** Commands in running text; outside the runbooks, one without options only names what prints something. */
function inText(file: string, text: string): string[] {
  const spans = [...text.matchAll(/`(aws [^`]+)`/g)].map(([, span = ""]) => span);
  return file.startsWith(join("docs", "runbooks")) ? spans : spans.filter((span) => span.includes(" --"));
}

const commands = files.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  return [...inBlocks(text), ...inText(file, text)].map((command) => ({ file, command }));
});

/** A command and those that stand inside it, `$(aws …)`, each for itself. */
const calls = commands.flatMap(({ file, command }) =>
  command.split("$(").map((call) => ({ file, call: call.replace(/^.*?(?=aws )/, "") })),
);

describe("AWS commands in the documentation", () => {
  test("are there", () => {
    expect(calls.length).toBeGreaterThan(30);
  });

  test("each name their region", () => {
    const without = calls.filter(({ call }) => !/ --region \S|AWS_DEFAULT_REGION=\S/.test(call));
    expect(without).toEqual([]);
  });

  test("each name the function that they are about", () => {
    const without = calls.filter(
      ({ call }) => /^aws lambda .*function/.test(call) && !call.includes("--function-name"),
    );
    expect(without).toEqual([]);
  });
});
