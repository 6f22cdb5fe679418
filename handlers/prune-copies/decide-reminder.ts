import { addMinutes } from "../../shared/clock.ts";

/** The hour, in UTC, at which people are reminded of what is still wrong. */
const reminderHour = 9;

/**
 * Whether a run is the one of the day that reminds: the first at or after 09:00 UTC. Told from the schedule's own
 * time, which lies on its grid, so that no run has to know of another.
 *
 * @example isReminderRun(new Date("2026-03-01T09:00:00Z"), 60) // true
 * @example isReminderRun(new Date("2026-03-01T10:00:00Z"), 60) // false
 */
export function isReminderRun(scheduledAt: Date, everyMinutes: number): boolean {
  const hour = new Date(scheduledAt);
  hour.setUTCHours(reminderHour, 0, 0, 0);
  return hour <= scheduledAt && hour > addMinutes(scheduledAt, -everyMinutes);
}
