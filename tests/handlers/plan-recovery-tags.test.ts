import { describe, expect, test } from "vitest";
import { decideRecovery } from "../../handlers/plan-recovery/decide.ts";
import type { RecoveryPlan, Situation } from "../../handlers/plan-recovery/plan.ts";
import { replaceGone, withoutUntagged } from "../../handlers/plan-recovery/tag-chosen.ts";
import { currentKey } from "../shared/builders.ts";
import { copyOf, declaredAt, minutesAfter, settings } from "./recovery-builders.ts";

const old = copyOf("orders", { id: "old", taken: minutesAfter(-1530) });
const recent = copyOf("orders", { id: "recent" });
const crm = copyOf("crm", { id: "crm" });

const situation: Situation = {
  declared: { mode: "disaster", reason: "us-east-1 is gone" },
  eventId: "d1",
  eventTime: declaredAt,
  copies: [old, recent, crm],
  instances: [],
  enabledKeys: new Set([currentKey]),
  settings,
};

function planOf(changes: Partial<Situation> = {}): RecoveryPlan {
  const decision = decideRecovery({ ...situation, ...changes });
  if (decision.kind === "refuse") throw new Error("refused");
  return decision;
}

function outline({ restores, leftOut }: RecoveryPlan) {
  return [
    ...restores.map(({ instanceId, copy }) => `${instanceId} from ${copy.id}`),
    ...leftOut.map(({ instanceId, because }) => `${instanceId}: ${because}`),
  ];
}

const goneOf = (plan: RecoveryPlan) => plan.restores.filter(({ copy }) => copy.arn === recent.arn);

describe("a copy that cannot be tagged", () => {
  test.each([
    ["for good", "InvalidParameterValue", "not-taggable"],
    ["for now", "Throttling", "not-tagged-yet"],
    ["without an answer", "TimeoutError", "not-tagged-yet"],
  ])("leaves its own instance out, with AWS's words, and no other: refused %s", (_, name, because) => {
    const refusals = new Map([[recent.arn, Object.assign(new Error("no"), { name })]]);
    const plan = withoutUntagged(planOf(), refusals);
    expect(outline(plan)).toEqual(["crm from crm", `orders: ${because}`]);
    expect(plan.leftOut[0]?.detail).toBe(`${name}: no`);
  });

  test("gives way to the next older one when it is gone", () => {
    const plan = planOf();
    expect(outline(replaceGone(plan, goneOf(plan), situation))).toEqual(["crm from crm", "orders from old"]);
  });

  test("and is gone without an older one leaves its instance out", () => {
    const alone = { ...situation, copies: [recent, crm] };
    const plan = planOf(alone);
    expect(outline(replaceGone(plan, goneOf(plan), alone))).toEqual(["crm from crm", "orders: no-copy"]);
  });
});
