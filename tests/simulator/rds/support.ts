import { readFileSync } from "node:fs";
import type { DBInstance } from "@aws-sdk/client-rds";
import { parseFleet } from "../fleet.ts";
import type { KnobOverrides } from "../knobs.ts";
import { AwsError, type Shape } from "../types.ts";
import { schemasOf } from "../wire/schemas.ts";
import { type TestRegion, TestWorld } from "./test-world.ts";
import { hour } from "./times.ts";

export { TestWorld } from "./test-world.ts";
export * from "./times.ts";

/** The sample fleet. */
export function shop(): readonly DBInstance[] {
  const url = new URL("../../fixtures/fleets/shop.json", import.meta.url);
  return parseFleet(readFileSync(url, "utf8"), "shop.json");
}

/** A world whose primary region holds the sample fleet. */
export function worldWithShop(knobs: KnobOverrides = {}): TestWorld {
  const test = new TestWorld(knobs);
  test.primary.rds.loadFleet(shop());
  return test;
}

/** What a call was refused with: `<code> <status>: <text>`. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    checkKnown(error);
    return `${error.code} ${error.status}: ${error.message}`;
  }
  return "not refused";
}

/** Codes that any operation may answer (API reference, CommonErrors), and CloudFormation's for resources. */
const common = new Set([
  "InvalidParameterValue",
  "InvalidParameterCombination",
  "InternalFailure",
  "ValidationException",
  "AccessDeniedException",
]);

/** Every other code must be one that the model has; RDS's with the model's status (KMS answers 400 to all). */
function checkKnown({ code, status }: AwsError): void {
  const known = schemasOf("rds").errors.get(code);
  if (known !== undefined && known.status !== status)
    throw new Error(`${code} has the status ${known.status}`);
  if (known !== undefined || common.has(code) || schemasOf("kms").errors.has(code)) return;
  throw new Error(`no error of AWS has the code ${code}`);
}

/** Makes a customer's key in a region and answers its ARN. */
export function makeKey(test: TestWorld, where: TestRegion, logicalId = "Key"): string {
  const { attributes, ref } = test.make(where, "AWS::KMS::Key", {}, logicalId);
  test.make(
    where,
    "AWS::KMS::Alias",
    { AliasName: `alias/${logicalId}`, TargetKeyId: ref },
    `${logicalId}Alias`,
  );
  return String(attributes.Arn);
}

/** Makes an available backup of an instance and answers its ARN. */
export function backUp(test: TestWorld, id: string, instance: string, input: Shape = {}): string {
  const where = test.primary;
  test.rds(where, "CreateDBSnapshot", { DBSnapshotIdentifier: id, DBInstanceIdentifier: instance, ...input });
  test.advance(2 * hour);
  return test.snapshot(where, id).DBSnapshotArn ?? "";
}

/** Copies into the DR region. */
export const copy = (world: TestWorld, source: string, target: string, input: Shape = {}) =>
  world.rds(world.dr, "CopyDBSnapshot", {
    SourceDBSnapshotIdentifier: source,
    TargetDBSnapshotIdentifier: target,
    ...input,
  });

/** A world with the sample fleet, a key in the DR region, and an available backup `b` of an instance. */
export function withBackup(instance = "orders", knobs: KnobOverrides = {}) {
  const world = worldWithShop(knobs);
  const key = makeKey(world, world.dr);
  const source = backUp(world, "b", instance);
  return { world, key, source };
}

const place = { DBSubnetGroupName: "dr-private", VpcSecurityGroupIds: ["sg-0d1a2b3c4d5e6f708"] };

/** Restores the copy `c`. */
export function restore(world: TestWorld, id: string, input: Shape = {}): Shape {
  const { DBInstance } = world.rds(world.dr, "RestoreDBInstanceFromDBSnapshot", {
    DBInstanceIdentifier: id,
    DBSnapshotIdentifier: "c",
    ...place,
    ...input,
  });
  return DBInstance as Shape;
}

/** A world with an available copy `c` of an instance in the DR region. */
export function withCopy(instance = "orders", input: Shape = {}, knobs: KnobOverrides = {}) {
  const { world, key, source } = withBackup(instance, knobs);
  world.rds(world.dr, "CopyDBSnapshot", {
    SourceDBSnapshotIdentifier: source,
    TargetDBSnapshotIdentifier: "c",
    KmsKeyId: key,
    ...input,
  });
  world.advance(8 * hour);
  return { world, key };
}
