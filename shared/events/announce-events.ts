import * as z from "zod/mini";
import { operatorEvents } from "../names.ts";
import { envelope, Instant } from "./envelope.ts";

/** Something people are to be told; announce turns alerts into mails, at most a few a minute. */
export const Alert = z.object({
  version: z.literal(1),
  /** Closed word of what happened, e.g. `backup-failed`. */
  kind: z.string(),
  subject: z.string(),
  message: z.string(),
  instances: z.array(z.string()),
});
export type Alert = z.infer<typeof Alert>;

export const AlertRaised = envelope("alert", Alert);

/** A CloudWatch alarm of ours changed its state. */
export const AlarmChanged = envelope(
  "alarm-changed",
  z.object({ alarmName: z.string(), state: z.string(), previous: z.string() }),
);
export type AlarmChanged = z.infer<typeof AlarmChanged>;

/** Once a day prune-copies asks both regions to remind people of what is still wrong. */
export const ReminderDue = envelope("reminder-due", z.object({ version: z.literal(1) }));

/** An operator's event that was published in the primary region. */
export const MisplacedOrder = z.object({
  event: z.enum(operatorEvents),
  id: z.string(),
  time: Instant,
  detail: z.record(z.string(), z.unknown()),
});
export type MisplacedOrder = z.infer<typeof MisplacedOrder>;
