import { describe, expect, test } from "vitest";
import { account, day, dr, refusal, TestWorld } from "../rds/support.ts";
import { NotSimulated, type Shape } from "../types.ts";

function withKey(properties: Shape = {}) {
  const world = new TestWorld();
  const { ref, attributes } = world.make(world.dr, "AWS::KMS::Key", properties, "Key");
  world.make(world.dr, "AWS::KMS::Alias", { AliasName: "alias/rds-dr-dev", TargetKeyId: ref }, "Alias");
  return { world, id: ref, arn: String(attributes["Arn"]) };
}

const metadata = (world: TestWorld, KeyId: string) =>
  world.kms(world.dr, "DescribeKey", { KeyId })["KeyMetadata"];

describe("a key", () => {
  test("is found by id, ARN, alias and alias ARN, in its own region only", () => {
    const { world, id, arn } = withKey();
    const alias = "alias/rds-dr-dev";
    for (const reference of [id, arn, alias, `arn:aws:kms:${dr}:${account}:${alias}`]) {
      expect(metadata(world, reference)).toMatchObject({
        Arn: arn,
        KeyState: "Enabled",
        KeyManager: "CUSTOMER",
      });
      expect(world.dr.kms.find(reference)?.aliases).toEqual([alias]);
    }
    expect(world.primary.kms.find(arn)).toBeUndefined();
    const other = "0b2ad402-1234-46ac-9abc-123456789012";
    expect(refusal(() => metadata(world, other))).toBe(
      `NotFoundException 400: Key 'arn:aws:kms:${dr}:${account}:key/${other}' does not exist`,
    );
    expect(refusal(() => metadata(world, "nothing"))).toBe("NotFoundException 400: Invalid keyId 'nothing'");
    expect(refusal(() => metadata(world, arn.replace(dr, "us-east-1")))).toBe(
      "NotFoundException 400: Invalid arn us-east-1",
    );
    expect(refusal(() => metadata(world, "alias/x"))).toMatch(
      /^NotFoundException 400: Alias .* is not found\.$/,
    );
  });

  test("is disabled and enabled, by id or ARN and never by alias", () => {
    const { world, id, arn } = withKey();
    world.kms(world.dr, "DisableKey", { KeyId: arn });
    expect(metadata(world, id)).toMatchObject({ KeyState: "Disabled", Enabled: false });
    world.kms(world.dr, "EnableKey", { KeyId: id });
    expect(world.dr.kms.find(id)?.state).toBe("Enabled");
    expect(refusal(() => world.kms(world.dr, "DisableKey", { KeyId: "alias/rds-dr-dev" }))).toMatch(
      /^InvalidArnException 400: Key Aliases are not supported for this operation\.$/,
    );
  });

  test("that is to be deleted is unusable at once, gone at the end, and disabled when it is kept", () => {
    const { world, id } = withKey();
    const schedule = (days: number) =>
      world.kms(world.dr, "ScheduleKeyDeletion", { KeyId: id, PendingWindowInDays: days });
    expect(refusal(() => schedule(6))).toMatch(/^ValidationException/);
    schedule(7);
    expect(refusal(() => world.kms(world.dr, "EnableKey", { KeyId: id }))).toMatch(/is pending deletion\.$/);
    world.kms(world.dr, "CancelKeyDeletion", { KeyId: id });
    expect(world.dr.kms.find(id)?.state).toBe("Disabled");
    schedule(7);
    world.advance(7 * day - 1);
    expect(world.dr.kms.find("alias/rds-dr-dev")?.state).toBe("PendingDeletion");
    world.advance(1);
    expect(world.dr.kms.find("alias/rds-dr-dev")).toBeUndefined();
  });

  test("of AWS appears on first use and cannot be changed", () => {
    const { world } = withKey();
    const managed = world.dr.kms.managed("alias/aws/rds");
    expect(world.dr.kms.managed("alias/aws/rds").arn).toBe(managed.arn);
    expect(metadata(world, "alias/aws/rds")).toMatchObject({ KeyManager: "AWS" });
    expect(refusal(() => world.kms(world.dr, "DisableKey", { KeyId: managed.arn }))).toMatch(/^AccessDenied/);
  });

  test("keeps its grants", () => {
    const { world, arn } = withKey();
    world.dr.kms.recordGrant(arn, {
      grantee: "rds.us-west-2.amazonaws.com",
      operations: ["Decrypt"],
      name: "x",
    });
    const { Grants } = world.kms(world.dr, "ListGrants", { KeyId: arn });
    expect(Grants).toMatchObject([
      { GranteePrincipal: "rds.us-west-2.amazonaws.com", Operations: ["Decrypt"] },
    ]);
  });
});

describe("a template's key or alias is refused", () => {
  const root = { AWS: `arn:aws:iam::${account}:root` };
  const policy = (statement: Shape) => ({
    KeyPolicy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Resource: "*", ...statement }] },
  });

  test.each([
    ["with a window of 6 days", { PendingWindowInDays: 6 }, /between 7 and 30/],
    ["with a window of 31 days", { PendingWindowInDays: 31 }, /between 7 and 30/],
    [
      "when nobody could change its policy",
      policy({ Principal: root, Action: "kms:Decrypt" }),
      /^MalformedPolicy/,
    ],
    [
      "when only a service could",
      policy({ Principal: { Service: "x" }, Action: "kms:*" }),
      /^MalformedPolicy/,
    ],
  ])("%s", (_, properties, expected) => {
    expect(refusal(() => withKey(properties))).toMatch(expected);
  });

  test("under a taken or reserved name, or for a key that is not there", () => {
    const { world, id } = withKey(policy({ Principal: root, Action: "kms:*" }));
    const make = (AliasName: string, TargetKeyId = id) =>
      refusal(() => world.make(world.dr, "AWS::KMS::Alias", { AliasName, TargetKeyId }, "Other"));
    expect(make("alias/rds-dr-dev")).toMatch(/^AlreadyExistsException/);
    expect(make("alias/aws/mine")).toMatch(/^InvalidAliasName/);
    expect(make("mine")).toMatch(/^InvalidAliasName/);
    expect(make("alias/other", "nothing")).toMatch(/^NotFoundException/);
    expect(make("alias/other")).toBe("not refused");
    const { Aliases } = world.kms(world.dr, "ListAliases", { KeyId: id });
    expect((Aliases as Shape[]).map((one) => one["AliasName"])).toEqual(["alias/other", "alias/rds-dr-dev"]);
  });
});

test("an operation that is not simulated fails by its name", () => {
  expect(() => withKey().world.kms(withKey().world.dr, "Encrypt")).toThrow(new NotSimulated("kms:Encrypt"));
});
