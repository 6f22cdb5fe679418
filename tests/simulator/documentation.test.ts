import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { knobsTable, operationsTable, refusedList, resourcesList } from "./documentation.ts";
import { controlPaths } from "./server/control.ts";
import { usage } from "./server/options.ts";

const file = new URL("../../docs/simulator.md", import.meta.url);
const text = () => readFileSync(file, "utf8");

test.each([
  ["operations", operationsTable],
  ["resources", resourcesList],
  ["refused", refusedList],
  ["knobs", knobsTable],
  ["usage", () => `\`\`\`\n${usage}\n\`\`\``],
])("docs/simulator.md lists the %s as the code has them", async (name, list) => {
  const marks = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  expect(text()).toMatch(marks);
  const listed = await list();
  const wanted = text().replace(marks, (_all, begin: string, end: string) => `${begin}${listed}\n${end}`);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, wanted);
  expect(text()).toBe(wanted);
});

test("docs/simulator.md has every control path", () => {
  const said = [...text().matchAll(/`(GET|POST) \/_control\/([\w-]+)/g)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const all = Object.entries(controlPaths).flatMap(([method, paths]) =>
    paths.map((path) => `${method} ${path}`),
  );
  expect([...new Set(said)].sort()).toEqual(all.sort());
});
