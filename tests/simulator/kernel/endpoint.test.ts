import { describe, expect, test } from "vitest";
import { AwsError } from "../types.ts";
import { answer } from "../wire/endpoint.ts";
import { post, worldWith } from "./wire-clients.ts";

describe("the endpoint", () => {
  test("wants a signature, and credentials that exist", async () => {
    const { world } = worldWith({});
    const bare = await answer(world, { method: "POST", url: "/", headers: {}, body: Buffer.from("") });
    expect(bare).toMatchObject({ kind: "reply", status: 403 });
    const stranger = await post(world, "rds", "Action=DescribeDBInstances", { key: "nobody" });
    expect(stranger.status).toBe(403);
    expect(stranger.body).toContain("<Code>InvalidClientTokenId</Code>");
  });

  test("names services and regions that are not simulated", async () => {
    const { world } = worldWith({});
    expect(await post(world, "rds", "Action=DescribeDBInstances", { region: "eu-west-1" })).toMatchObject({
      status: 501,
      body: expect.stringContaining("not simulated: the region eu-west-1") as string,
    });
    expect((await post(world, "dynamodb", "{}")).body).toContain("not simulated: the service dynamodb");
  });

  test("is silent for a lost region", async () => {
    const { world } = worldWith({});
    world.lose("us-west-2");
    await expect(post(world, "rds", "Action=DescribeDBInstances")).rejects.toThrow("silence");
  });

  test("writes down what it refuses before the gate, and what met a lost region, but not as calls", async () => {
    const { world } = worldWith({});
    await answer(world, { method: "POST", url: "/", headers: {}, body: Buffer.from("") });
    await post(world, "rds", "Action=DescribeDBInstances&MaxRecords=many", { key: "tester" });
    await post(world, "rds", "Action=DescribeDBInstances", { key: "nobody" });
    world.lose("us-west-2");
    await post(world, "rds", "Action=DescribeDBInstances", { key: "tester" }).catch(() => {});
    const about = { service: "rds", operation: "DescribeDBInstances", region: "us-west-2", ms: 0 };
    expect(world.journal.entries.filter(({ kind }) => kind !== "region-lost")).toMatchObject([
      { kind: "refused", data: { outcome: "MissingAuthenticationToken" } },
      { kind: "refused", data: { ...about, caller: "tester", outcome: "MalformedInput" } },
      { kind: "refused", data: { ...about, caller: "nobody", outcome: "InvalidClientTokenId" } },
      { kind: "unanswered", data: { ...about, caller: "tester", outcome: "silence" } },
    ]);
  });

  test("names an operation that is not simulated, and fails the run unless it is tolerant", async () => {
    const { world } = worldWith({});
    const reply = await post(world, "rds", "Action=DescribeCertificates");
    expect(reply.status).toBe(501);
    expect(reply.body).toContain("not simulated: rds:DescribeCertificates");
    await expect(world.run({ until: world.clock.now() })).rejects.toThrow("rds:DescribeCertificates");
    world.gate.tolerant = true;
    await post(world, "rds", "Action=DescribeCertificates");
    await world.run({ until: world.clock.now() });
  });

  test("fails the run when a service answers what the model does not have", async () => {
    const { world } = worldWith({ "rds:DescribeDBInstances": () => ({ DBInstances: [{ Colour: "red" }] }) });
    await post(world, "rds", "Action=DescribeDBInstances");
    await expect(world.run({ until: world.clock.now() })).rejects.toThrow(
      ".DBInstances[0].Colour is not in the model",
    );
  });

  test("asks for permission before anything is done", async () => {
    const { world, calls } = worldWith({ "rds:DescribeDBInstances": () => ({}) });
    world.gate.authorize = ({ caller, operation }) => {
      throw new AwsError(
        "AccessDenied",
        `User: ${caller.arn} is not authorized to perform: rds:${operation}`,
        403,
      );
    };
    const reply = await post(world, "rds", "Action=DescribeDBInstances", { key: "tester" });
    expect(reply.status).toBe(403);
    expect(reply.body).toContain("User: arn:aws:iam::111122223333:role/tester is not authorized");
    expect(calls).toEqual([]);
    expect(world.journal.entries.at(-1)).toMatchObject({
      kind: "call",
      data: { outcome: "AccessDenied", listing: true },
    });
  });
});
