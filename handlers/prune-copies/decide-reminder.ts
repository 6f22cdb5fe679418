import { addMinutes, minutesBetween } from "../../shared/clock.ts";

/** The hour, in UTC, at which people are reminded of what is still wrong. */
const reminderHour = 9;

/**
 * A run as late as this, inclusive, still reminds. One that failed is tried again when its message becomes visible,
 * six timeouts or half an hour later, and has reminded before.
 */
const lateMinutesMax = 20;

/**
 * Whether a run is the one of the day that reminds: the first at or after 09:00 UTC. Told from the schedule's own
 * time, which lies on its grid, so that no run has to know of another.
 *
 * @example of runs an hour apart that of 09:00 reminds, those of 08:00 and 10:00 do not
 */
export function isReminderRun(scheduledAt: Date, everyMinutes: number, now: Date): boolean {
  if (minutesBetween(scheduledAt, now) > lateMinutesMax) return false;
  const hour = new Date(scheduledAt);
  hour.setUTCHours(reminderHour, 0, 0, 0);
  return hour <= scheduledAt && hour > addMinutes(scheduledAt, -everyMinutes);
}
