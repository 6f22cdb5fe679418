import type { DBInstance } from "@aws-sdk/client-rds";
import { type Followed, follow } from "../../handlers/finish-restore/decide.ts";
import type { Description } from "../../shared/rds/description.ts";
import { chosenBy, copyOf, description } from "./recovery-builders.ts";

/** The restore of orders by declaration d1. */
export function restoreOf(
  outcome: string,
  instance: DBInstance | undefined,
  described: Description = description(),
): Followed {
  const copy = copyOf("orders", { tags: chosenBy("d1", "orders", outcome), described });
  const [one] = follow([copy], instance === undefined ? [] : [instance], "dev");
  if (one === undefined) throw new Error("not followed");
  return one;
}

/** What an instance with enhanced monitoring was. */
export const monitored = description({
  monitoring: { seconds: 30, role: "arn:aws:iam::111122223333:role/rds-monitoring" },
});
/** The outcome of an instance that serves since 20 minutes after its declaration. */
export const serving = "serving:2026-03-10T02:20:00.000Z";
