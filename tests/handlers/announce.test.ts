import { describe, expect, test } from "vitest";
import { conditionOf, decideAlarm, groupAlerts, sumUp } from "../../handlers/announce/decide.ts";
import {
  instancesAttribute,
  mailOf,
  subjectOf,
  wordAlerts,
  wordPlainAlarm,
  wordReminder,
  wordTogether,
} from "../../handlers/announce/mail.ts";
import { judgeConditions } from "../../shared/conditions/judge.ts";
import { settings, survey } from "../shared/survey-builders.ts";

const base = "rds-dr-dev";
const time = new Date("2026-03-01T03:00:00Z");

function change(previous: string, state: string, alarmName = "rds-dr-dev-not-ready", at = time) {
  return { alarmName, state, previous, time: at };
}

describe("an alarm that changed", () => {
  test.each([
    ["is told when it goes on", change("OK", "ALARM"), "ALARM", { kind: "tell-alarm" }],
    [
      "is told when its first state is on",
      change("INSUFFICIENT_DATA", "ALARM"),
      "ALARM",
      { kind: "tell-alarm" },
    ],
    ["is told when it is over", change("ALARM", "OK"), "OK", { kind: "tell-over" }],
    [
      "is no news when its first state is well",
      change("INSUFFICIENT_DATA", "OK"),
      "OK",
      { kind: "ignore", because: "no-change" },
    ],
    ["is no news when it stays well", change("OK", "OK"), "OK", { kind: "ignore", because: "no-change" }],
    [
      "is no news when it stays on",
      change("ALARM", "ALARM"),
      "ALARM",
      { kind: "ignore", because: "no-change" },
    ],
    [
      "is old news when it is over already",
      change("OK", "ALARM"),
      "OK",
      { kind: "ignore", because: "changed-since" },
    ],
    [
      "is old news when it is on again",
      change("ALARM", "OK"),
      "ALARM",
      { kind: "ignore", because: "changed-since" },
    ],
    [
      "is old news when it is deleted",
      change("OK", "ALARM"),
      undefined,
      { kind: "ignore", because: "changed-since" },
    ],
  ] as const)("%s", (_, changed, present, decision) => {
    expect(decideAlarm(changed, { state: present }, base, time)).toEqual(decision);
  });

  test("is left to its own action when it watches announce", () => {
    const own = change("OK", "ALARM", "rds-dr-dev-announce-dead-letters");
    expect(decideAlarm(own, { state: "ALARM" }, base, time)).toEqual({
      kind: "ignore",
      because: "told-directly",
    });
  });

  const heartbeat = "rds-dr-dev-prune-not-running";
  const minutesAgo = (minutes: number) => new Date(time.getTime() - minutes * 60_000);

  test.each([
    ["waits while its alarm is new", change("INSUFFICIENT_DATA", "ALARM", heartbeat), 11.9, "wait"],
    [
      "is told once its alarm is 12 minutes old",
      change("INSUFFICIENT_DATA", "ALARM", heartbeat),
      12,
      "tell-alarm",
    ],
    ["that begins in time is no news", change("ALARM", "OK", heartbeat), 11.9, "ignore"],
    ["that begins later is told", change("ALARM", "OK", heartbeat), 12, "tell-over"],
    ["alone waits", change("INSUFFICIENT_DATA", "ALARM"), 0, "tell-alarm"],
  ] as const)("of the heartbeat %s", (_, changed, minutes, kind) => {
    const state = changed.state === "OK" ? "OK" : "ALARM";
    const present = { state, configuredAt: minutesAgo(minutes) } as const;
    expect(decideAlarm(changed, present, base, time)).toMatchObject({ kind });
  });

  test("of the heartbeat that came again is judged by the time it is now", () => {
    const first = change("INSUFFICIENT_DATA", "ALARM", heartbeat, minutesAgo(14));
    const decision = decideAlarm(first, { state: "ALARM", configuredAt: minutesAgo(15) }, base, time);
    expect(decision).toEqual({ kind: "tell-alarm" });
  });

  test("is summed up within a batch, so that a blip is no change", () => {
    const later = new Date(time.getTime() + 1000);
    const blip = sumUp([
      change("ALARM", "OK", "a", later),
      change("OK", "ALARM", "a"),
      change("OK", "ALARM", "b"),
    ]);
    expect(blip.map(({ alarmName, previous, state }) => [alarmName, previous, state])).toEqual([
      ["a", "OK", "OK"],
      ["b", "OK", "ALARM"],
    ]);
  });

  test("stands for a condition, or for a queue or rule", () => {
    expect(conditionOf("rds-dr-dev-not-ready", base)).toBe("not-ready");
    expect(conditionOf("rds-dr-dev-copy-backup-dead-letters", base)).toBeUndefined();
  });
});

describe("alerts of one batch", () => {
  const alert = (kind: string, id: string) => ({
    version: 1 as const,
    kind,
    subject: `backup of ${id} failed`,
    message: `RDS says that ${id} failed`,
    instances: [id],
  });

  test("are one mail a kind, each said once", () => {
    const groups = groupAlerts([
      alert("backup-failed", "b"),
      alert("copy-failed", "b"),
      alert("backup-failed", "a"),
      alert("backup-failed", "b"),
    ]);
    expect(groups.map(({ kind, alerts }) => [kind, alerts.length])).toEqual([
      ["backup-failed", 2],
      ["copy-failed", 1],
    ]);
    expect(groups.map(wordAlerts)).toEqual([
      {
        kind: "backup-failed",
        subject: "2 x backup failed: a, b",
        message: "backup of b failed\nRDS says that b failed\n\nbackup of a failed\nRDS says that a failed",
        instances: ["a", "b"],
      },
      {
        kind: "copy-failed",
        subject: "backup of b failed",
        message: "RDS says that b failed",
        instances: ["b"],
      },
    ]);
  });
});

describe("a mail", () => {
  test("has subject, text and attributes", () => {
    const notice = {
      kind: "not-ready",
      subject: "not ready: orders",
      message: "text",
      instances: ["orders", "crm"],
    };
    expect(mailOf(notice, "dev", "arn:topic")).toEqual({
      TopicArn: "arn:topic",
      Subject: "rds-dr dev: not ready: orders",
      Message: "text",
      MessageAttributes: {
        kind: { DataType: "String", StringValue: "not-ready" },
        environment: { DataType: "String", StringValue: "dev" },
        instances: { DataType: "String", StringValue: "orders,crm" },
      },
    });
  });

  test("has no empty attribute, which SNS refuses", () => {
    const notice = { kind: "reminder", subject: "s", message: "m", instances: [] };
    expect(Object.keys(mailOf(notice, "dev", "arn:topic").MessageAttributes ?? {})).toEqual([
      "kind",
      "environment",
    ]);
  });

  test.each([
    ["fits in 100 characters whole", "x".repeat(88), `rds-dr dev: ${"x".repeat(88)}`],
    ["is cut at 100 characters", "x".repeat(89), `rds-dr dev: ${"x".repeat(85)}...`],
    ["is one line of ASCII", "zurück\nzu", "rds-dr dev: zur ck zu"],
  ])("has a subject that %s", (_, text, subject) => {
    expect(subjectOf("dev", text)).toBe(subject);
  });

  test("names as many instances as fit, whole", () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`.padStart(63, "x"));
    expect(instancesAttribute(ids.slice(0, 625))).toBe(ids.slice(0, 625).join(","));
    expect(instancesAttribute(ids)).toBe(ids.slice(0, 625).join(","));
  });
});

test("too many notices at once are one, under the subject of each", () => {
  const notice = (kind: string, id: string) => ({
    kind,
    subject: `${kind}: ${id}`,
    message: "text",
    instances: [id],
  });
  expect(
    wordTogether([notice("not-ready", "b"), notice("copies-stuck", "a"), notice("not-ready", "a")]),
  ).toEqual({
    kind: "not-ready,copies-stuck",
    subject: "3 messages: not ready, copies stuck",
    message: "== not-ready: b ==\n\ntext\n\n== copies-stuck: a ==\n\ntext\n\n== not-ready: a ==\n\ntext",
    instances: ["a", "b"],
  });
});

describe("an alarm on a queue", () => {
  const alarm = {
    AlarmName: "rds-dr-dev-copy-backup-dead-letters",
    AlarmDescription: "copy-backup gave up on messages.",
    Dimensions: [{ Name: "QueueName", Value: "rds-dr-dev-copy-backup-dead-letters" }],
  };

  test("is told with step and queue", () => {
    expect(wordPlainAlarm(alarm, base)).toEqual({
      kind: "copy-backup-dead-letters",
      subject: "copy backup dead letters",
      message: "copy-backup gave up on messages.\n\nWatched: QueueName rds-dr-dev-copy-backup-dead-letters",
      instances: [],
    });
  });

  test("is reminded of with all others in one mail", () => {
    const others = [
      { ...alarm, StateTransitionedTimestamp: time },
      { AlarmName: "rds-dr-dev-not-ready", AlarmDescription: "Missing." },
    ];
    expect(wordReminder(others, base, "us-west-2")).toEqual({
      kind: "reminder",
      subject: "still wrong: copy backup dead letters, not ready",
      message:
        "These alarms in us-west-2 are still on:\n\n- copy-backup-dead-letters (since 2026-03-01 03:00 UTC): copy-backup gave up on messages.\n- not-ready: Missing.",
      instances: [],
    });
  });

  test("of a condition is reminded of with the present offenders and their instances", () => {
    const notReady = { AlarmName: "rds-dr-dev-not-ready", AlarmDescription: "Missing." };
    const findings = judgeConditions(
      survey({ ruleFaults: [{ name: "rds-dr-dev-announce-on-alert", state: "disabled" }] }),
      settings(),
    );
    const crm = { instance: "crm", text: "crm: option group 'x' is missing" };
    const present = { ...findings, "not-ready": [...(findings["not-ready"] ?? []), crm] };
    expect(wordReminder([alarm, notReady], base, "us-west-2", present)).toMatchObject({
      message: [
        "These alarms in us-west-2 are still on:",
        "",
        "- copy-backup-dead-letters: copy-backup gave up on messages.",
        "- not-ready: Missing.",
        "  - us-west-2: rule 'rds-dr-dev-announce-on-alert' is disabled: enable it",
        "  - crm: option group 'x' is missing",
      ].join("\n"),
      instances: ["crm"],
    });
  });

  test("of a condition that only a silent primary could tell is reminded of as such", () => {
    const stopped = { AlarmName: "rds-dr-dev-instances-stopped", AlarmDescription: "Stopped." };
    const findings = judgeConditions(survey({ primary: undefined }), settings());
    expect(wordReminder([stopped], base, "us-west-2", findings)?.message).toContain(
      "- instances-stopped: Stopped.\n  Whom it concerns cannot be told while the primary region cannot be looked at.",
    );
  });

  test("is not reminded of when it is off", () => {
    expect(wordReminder([], base, "us-west-2")).toBeUndefined();
  });
});
