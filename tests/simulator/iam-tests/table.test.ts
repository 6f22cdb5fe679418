import { expect, test } from "vitest";
import { answeredBy } from "../documentation.ts";
import { rowOf, TABLE } from "../iam/table/index.ts";
import type { Call, ServiceName } from "../types.ts";
import { ACCOUNT, allow, arnOf, attempt, call, D, P } from "./support.ts";

const services = Object.keys(TABLE) as ServiceName[];

test.each(services)("every operation that %s answers has its row", async (service) => {
  const answered = await answeredBy(service);
  expect(answered).not.toEqual([]);
  expect(answered.filter((operation) => rowOf(service, operation) === undefined)).toEqual([]);
});

const uuid = "11111111-2222-3333-4444-555555555555";
const rows: readonly [action: string, resource: string, asked: Call][] = [
  [
    "rds:ModifyDBSnapshot",
    arnOf("rds", P, "snapshot:backup"),
    call("rds", "ModifyDBSnapshot", { DBSnapshotIdentifier: "backup", EngineVersion: "16.6" }, P),
  ],
  [
    "events:DisableRule",
    arnOf("events", D, "rule/rds-dr-dev/name"),
    call("events", "DisableRule", { EventBusName: "rds-dr-dev", Name: "name" }, D),
  ],
  ["events:EnableRule", arnOf("events", D, "rule/name"), call("events", "EnableRule", { Name: "name" }, D)],
  [
    "cloudwatch:SetAlarmState",
    arnOf("cloudwatch", D, "alarm:rds-dr-dev-not-ready"),
    call("monitoring", "SetAlarmState", { AlarmName: "rds-dr-dev-not-ready" }, D),
  ],
  [
    "lambda:GetEventSourceMapping",
    arnOf("lambda", D, `event-source-mapping:${uuid}`),
    call("lambda", "GetEventSourceMapping", { UUID: uuid }, D),
  ],
];

test.each(rows)("%s is needed on %s, and nothing else will do", (action, resource, asked) => {
  expect(attempt([allow(action, resource)], asked)).toBe("ok");
  expect(attempt([allow(action, `${resource}-else`), allow("iam:*", "*")], asked)).toContain(
    `User: arn:aws:sts::${ACCOUNT}:assumed-role/step/step is not authorized to perform: ${action} on resource: ${resource} because`,
  );
});

test("ModifyDBSnapshot with an option group needs the group as well", () => {
  const input = { DBSnapshotIdentifier: "backup", OptionGroupName: "og-1" };
  const asked = call("rds", "ModifyDBSnapshot", input, P);
  const onSnapshot = allow("rds:ModifyDBSnapshot", arnOf("rds", P, "snapshot:backup"));
  expect(attempt([onSnapshot], asked)).toContain(`on resource: ${arnOf("rds", P, "og:og-1")} because`);
  expect(attempt([onSnapshot, allow("rds:ModifyDBSnapshot", arnOf("rds", P, "og:*"))], asked)).toBe("ok");
});
