import { readFileSync } from "node:fs";
import type { DBInstance } from "@aws-sdk/client-rds";
import type { NormalizedSchema } from "@smithy/core/schema";
import { misfits } from "./wire/check-output.ts";
import { schemasOf } from "./wire/schemas.ts";

export { generateFleet } from "./generated-fleet.ts";

/** Why a fleet file cannot be used, in one line. */
export class FleetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FleetError";
  }
}

/** Members without which nothing can be simulated. */
const needed = [
  "DBInstanceIdentifier",
  "DBInstanceClass",
  "DBInstanceStatus",
  "DBInstanceArn",
  "Engine",
  "EngineVersion",
] as const;

/** Reads a file that `aws rds describe-db-instances` printed. */
export function loadFleet(path: string): readonly DBInstance[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new FleetError(code === "ENOENT" ? `no such file: ${path}` : `cannot read ${path}: ${code}`);
  }
  return parseFleet(text, path);
}

/** Reads such an answer from text; `name` is what faults are told under. */
export function parseFleet(text: string, name: string): readonly DBInstance[] {
  const instances = instancesOf(text, name);
  const seen = new Set<string>();
  const homes = new Set<string>();
  instances.forEach((entry, index) => {
    const where = `DBInstances[${index}]`;
    const instance = checkedInstance(entry, where, name);
    const id = instance.DBInstanceIdentifier ?? "";
    if (seen.has(id)) throw new FleetError(`${name}: ${where}: the identifier ${id} comes twice`);
    seen.add(id);
    homes.add((instance.DBInstanceArn ?? "").split(":").slice(3, 5).join(" "));
  });
  if (homes.size > 1) {
    throw new FleetError(
      `${name}: the instances are of more than one region or account: ${[...homes].join(", ")}`,
    );
  }
  const schema = instanceSchema();
  return instances.map(
    (entry, index) => asModelled(schema, entry, `${name}: DBInstances[${index}]`) as DBInstance,
  );
}

function instancesOf(text: string, name: string): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new FleetError(`${name}: not JSON; print it with 'aws rds describe-db-instances --output json'`);
  }
  const list = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "DBInstances") : undefined;
  if (!Array.isArray(list)) {
    throw new FleetError(`${name}: not an answer of 'aws rds describe-db-instances': no list DBInstances`);
  }
  if (list.length === 0) throw new FleetError(`${name}: DBInstances is empty`);
  return list;
}

function checkedInstance(entry: unknown, where: string, name: string): DBInstance {
  if (typeof entry !== "object" || entry === null) throw new FleetError(`${name}: ${where} is not an object`);
  for (const member of needed) {
    const value: unknown = Reflect.get(entry, member);
    if (typeof value !== "string" || value === "")
      throw new FleetError(`${name}: ${where}.${member} is missing`);
  }
  const instance = entry as DBInstance;
  if (typeof instance.AllocatedStorage !== "number") {
    throw new FleetError(`${name}: ${where}.AllocatedStorage is missing`);
  }
  if (!/^arn:[\w-]+:rds:[\w-]+:\d{12}:db:/.test(instance.DBInstanceArn ?? "")) {
    throw new FleetError(`${name}: ${where}.DBInstanceArn is not the ARN of an instance`);
  }
  return instance;
}

/**
 * A value as the SDK would have it: times as dates, and without members that the model does not have, which a
 * newer CLI may print.
 */
function asModelled(schema: NormalizedSchema, value: unknown, where: string): unknown {
  if (schema.isStructSchema() && typeof value === "object" && value !== null) {
    const members = new Map(schema.structIterator());
    const entries = Object.entries(value).flatMap(([name, inner]) => {
      const member = members.get(name);
      return member === undefined || inner === null
        ? []
        : [[name, asModelled(member, inner, `${where}.${name}`)]];
    });
    return Object.fromEntries(entries);
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((entry, index) => asModelled(schema.getValueSchema(), entry, `${where}[${index}]`));
  }
  if (schema.isTimestampSchema()) {
    const time = new Date(String(value));
    if (!Number.isNaN(time.getTime())) return time;
  } else if (misfits(schema, value).length === 0) {
    return value;
  }
  throw new FleetError(`${where} has the wrong type: ${JSON.stringify(value)}`);
}

function instanceSchema(): NormalizedSchema {
  const output = schemasOf("rds").operations.get("DescribeDBInstances")?.output;
  if (output === undefined) throw new Error("the SDK's model has no DescribeDBInstances");
  return output.getMemberSchema("DBInstances").getValueSchema();
}
