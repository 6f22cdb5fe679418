import { AwsError } from "../../types.ts";

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const minutesOfDay = 24 * 60;
const minutesOfWeek = 7 * minutesOfDay;
const shortestMinutes = 30;

const time = "([01]\\d|2[0-3]):([0-5]\\d)";
const day = `(${days.join("|")})`;
const daily = new RegExp(`^${time}-${time}$`);
const weekly = new RegExp(`^${day}:${time}-${day}:${time}$`, "i");

/** A window in minutes: from when on, in the day or in the week from Sunday, and for how long. */
export interface Window {
  readonly from: number;
  readonly minutes: number;
}

function refuse(text: string): never {
  throw new AwsError("InvalidParameterValue", text);
}

const clock = (hours = "", minutes = "") => Number(hours) * 60 + Number(minutes);
const cyclic = (minutes: number, cycle: number) => ((minutes % cycle) + cycle) % cycle;

/** Reads a backup window, `23:45-00:15`; undefined when it is none. */
function backupWindow(text: string): Window | undefined {
  const [all, fromHour, fromMinute, toHour, toMinute] = daily.exec(text) ?? [];
  if (all === undefined) return undefined;
  const from = clock(fromHour, fromMinute);
  return { from, minutes: cyclic(clock(toHour, toMinute) - from, minutesOfDay) };
}

/** Reads a maintenance window, `Sun:23:45-Mon:00:15`; undefined when it is none. */
export function maintenanceWindow(text: string): Window | undefined {
  const [all, fromDay = "", fromHour, fromMinute, toDay = "", toHour, toMinute] = weekly.exec(text) ?? [];
  if (all === undefined) return undefined;
  const at = (weekday: string, ofDay: number) => days.indexOf(weekday.toLowerCase()) * minutesOfDay + ofDay;
  const from = at(fromDay, clock(fromHour, fromMinute));
  return { from, minutes: cyclic(at(toDay, clock(toHour, toMinute)) - from, minutesOfWeek) };
}

/**
 * Whether a daily and a weekly window share a minute; windows that only touch do not.
 *
 * @example windowsOverlap("07:00-07:30", "sun:07:30-sun:08:00") // false
 */
export function windowsOverlap(backup: string, maintenance: string): boolean {
  const [one, other] = [backupWindow(backup), maintenanceWindow(maintenance)];
  if (one === undefined || other === undefined) return false;
  const gap = cyclic(other.from - one.from, minutesOfDay);
  return gap < one.minutes || gap + other.minutes > minutesOfDay;
}

/** Half an hour of the same weekday that begins where a daily window ends. */
export function maintenanceAfter(backup: string, weekday: string): string {
  const { from, minutes } = backupWindow(backup) ?? { from: 0, minutes: 0 };
  const begin = days.indexOf(weekday) * minutesOfDay + cyclic(from + minutes, minutesOfDay);
  return `${weekTime(begin)}-${weekTime(begin + shortestMinutes)}`;
}

function weekTime(minute: number): string {
  const ofWeek = cyclic(minute, minutesOfWeek);
  return `${days[Math.floor(ofWeek / minutesOfDay)]}:${dayTime(ofWeek % minutesOfDay)}`;
}

/** A minute of the day as windows have it: `07:30`. */
export function dayTime(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** Refuses what is no backup window (botocore, ModifyDBInstance: its form, and at least 30 minutes). */
export function checkBackupWindow(text: string): void {
  const window = backupWindow(text);
  if (window === undefined) {
    refuse(
      `Invalid backup window format: ${text}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC). ` +
        "Example: 23:45-00:15",
    );
  }
  if (window.minutes < shortestMinutes) refuse("The backup window must be at least 30 minutes.");
}

/** Refuses what is no maintenance window. The texts are AWS's (getmoto/moto#5839). */
export function checkMaintenanceWindow(text: string): void {
  const window = maintenanceWindow(text);
  if (window === undefined) {
    refuse(
      `Invalid maintenance window format: ${text}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi ` +
        "(24H Clock UTC). Example: Sun:23:45-Mon:00:15",
    );
  }
  if (window.minutes < shortestMinutes) refuse("The maintenance window must be at least 30 minutes.");
  if (window.minutes >= minutesOfDay) refuse("Maintenance window must be less than 24 hours.");
}

/** Refuses windows that meet (text: hashicorp/terraform-provider-aws#49828). */
export function checkWindowsApart(backup: string | undefined, maintenance: string | undefined): void {
  if (backup === undefined || maintenance === undefined || !windowsOverlap(backup, maintenance)) return;
  refuse("The backup window and maintenance window must not overlap.");
}
