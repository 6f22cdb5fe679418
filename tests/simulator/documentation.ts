/** What docs/simulator.md lists, taken from the code. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createWorld, DEFAULT_QUOTAS, INERT_TYPES, KNOB_FACTS } from "./index.ts";
import { NotSimulated, type Region, type ServiceName } from "./types.ts";
import { unsimulatedMembers } from "./unsimulated-members.ts";
import { schemasOf, WIRE_SERVICES } from "./wire/schemas.ts";

const services = Object.keys(WIRE_SERVICES) as ServiceName[];

/** An empty world, to ask what it has. */
function emptyWorld() {
  return createWorld({
    ...{ seed: 1, start: new Date("2026-03-01T02:00:00Z"), account: "111122223333" },
    regions: ["us-east-1", "us-west-2"],
  });
}

/** Whether a service knows the operation; what it says of an empty input does not matter. */
async function knows(region: Region, service: ServiceName, operation: string): Promise<boolean> {
  const caller = {
    kind: "operator",
    name: "operator",
    arn: "arn:aws:iam::111122223333:user/operator",
  } as const;
  try {
    await region[service].handle({ service, operation, input: {}, region: region.name, caller });
    return true;
  } catch (error) {
    return !(error instanceof NotSimulated && error.message === `not simulated: ${service}:${operation}`);
  }
}

/** The operations that a service answers, of all that its model has. */
export async function answeredBy(service: ServiceName): Promise<string[]> {
  const [region] = emptyWorld().regions;
  if (region === undefined) throw new Error("a world without regions");
  const known: string[] = [];
  for (const operation of [...schemasOf(service).operations.keys()].sort()) {
    if (await knows(region, service, operation)) known.push(operation);
  }
  return known;
}

/** A table of the operations that each service answers, and how many more its model has. */
export async function operationsTable(): Promise<string> {
  const rows: string[] = [];
  for (const service of services) {
    const known = await answeredBy(service);
    const others = schemasOf(service).operations.size - known.length;
    rows.push(`| \`${service}\` | ${known.join(", ")} | ${others} |`);
  }
  return ["| Service | Answers | Refuses by name |", "| --- | --- | --- |", ...rows].join("\n");
}

/** A list of the resource types that templates may have, and of those that do nothing. */
export function resourcesList(): string {
  const world = emptyWorld();
  const [region] = world.regions;
  if (region === undefined) throw new Error("a world without regions");
  const simulated = [...services.map((service) => region[service].resources), world.iam.resources]
    .flatMap((resources) => Object.keys(resources))
    .filter((type) => !refusedList().includes(`- ${type}\n`))
    .sort();
  const inert = INERT_TYPES.map(({ type, because }) => `- \`${type}\`: ${because}`);
  return [
    `Simulated: ${simulated.map((type) => `\`${type}\``).join(", ")}.`,
    "",
    "Inert:",
    "",
    ...inert,
  ].join("\n");
}

/** What parts of the simulated AWS refuse by name although they know the operation or the type. */
export function refusedList(): string {
  const said = globSync("**/*.ts", { cwd: import.meta.dirname })
    .filter((file) => /^((services|lambda|templates|wire|iam|sandbox)\/.*|[\w-]+\.ts)$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(import.meta.dirname, file), "utf8").matchAll(
        /new NotSimulated\(\s*(?:"([^"]+)"|`([^`]+)`)/g,
      ),
    ])
    .map(([, plain, template]) => plain ?? (template ?? "").replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "…"))
    // A bare `rds:…` is the answer to an operation that the table above does not have.
    .filter((text) => !/^(\w+:)?…(:…)?( with …)?$|^\w+:…$/.test(text));
  return [...new Set([...said, ...unsimulatedMembers()])]
    .sort()
    .map((text) => `- ${text}`)
    .join("\n");
}

const shown = (value: unknown): string => (value === undefined ? "none" : JSON.stringify(value));

/** A table of the knobs. */
export function knobsTable(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = KNOB_FACTS.filter(({ kind }) => kind !== "hook").map(
    ({ name, value, others, other, source }) => {
      const readings = others.map((each) => shown(each)).join(", ");
      const meant = [readings, other ?? ""].filter((text) => text !== "").join(": ");
      return `| \`${name}\` | ${cell(shown(value))} | ${cell(meant)} | ${cell(source)} |`;
    },
  );
  const quotas = Object.entries(DEFAULT_QUOTAS).map(
    ([name, value]) => `| \`quotas\`.*region*.\`${name}\` | ${value} | | RDS user guide, quotas |`,
  );
  return [
    "| Knob | Default | Other reading | Source |",
    "| --- | --- | --- | --- |",
    ...rows,
    ...quotas,
  ].join("\n");
}
