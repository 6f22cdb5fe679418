import { RDSClient } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { rdsClient } from "../../shared/clients.ts";

test("clients are made once a region, and copy no answers for a log that nobody reads", () => {
  const logs = (client: RDSClient) =>
    client.middlewareStack.identify().join("\n").includes("loggerMiddleware");
  expect(logs(new RDSClient({ region: "us-west-2" }))).toBe(true);
  expect(logs(rdsClient("us-west-2"))).toBe(false);
  expect(rdsClient("us-west-2")).toBe(rdsClient("us-west-2"));
  expect(rdsClient("us-east-1")).not.toBe(rdsClient("us-west-2"));
});
