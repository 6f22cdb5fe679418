import { type Cron, parseCron } from "./cron.ts";

/** A parsed schedule expression: slots every so many minutes from the epoch, or by the calendar. */
type Schedule = { readonly kind: "rate"; readonly minutes: number } | ({ readonly kind: "cron" } & Cron);

const minute = 60_000;
const day = 24 * 60 * minute;
const minutesOf: Record<string, number> = { minute: 1, hour: 60, day: 24 * 60 };

/** How far a search for the next or latest slot goes: February 29 comes after eight years at the most. */
const horizonDays = 8 * 366;

/** Two years that hold a leap day, so that judging a schedule needs no clock. */
const judgedFrom = new Date("2027-01-01T00:00:00Z");
const judgedTo = new Date("2029-01-01T00:00:00Z");

const parsed = new Map<string, Schedule>();

/**
 * Parses `rate(6 hours)` or `cron(0 2 * * ? *)` as EventBridge Scheduler takes them; throws an Error that says
 * what is wrong. An expression is parsed once: an environment has a single one, which a run asks about many times.
 */
export function parseSchedule(expression: string): Schedule {
  const known = parsed.get(expression);
  if (known !== undefined) return known;
  const schedule = parse(expression);
  parsed.set(expression, schedule);
  return schedule;
}

function parse(expression: string): Schedule {
  const [, kind, text = ""] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === "cron") return { kind: "cron", ...parseCron(text) };
  if (kind !== "rate") throw new Error("is neither cron(...) nor rate(...)");
  const [, count, unit = "", plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(text.trim()) ?? [];
  const minutes = minutesOf[unit];
  // EventBridge's rules take the singular for 1 only; Scheduler's pages do not say whether it takes any other form.
  const agrees = (count === "1") === (plural === "");
  if (minutes === undefined || !agrees) throw new Error("is no rate such as rate(1 hour) or rate(6 hours)");
  return { kind: "rate", minutes: Number(count) * minutes };
}

/** Whether this runtime knows the IANA time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatterOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const units = {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  } as const;
  const formatter = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...units });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** Milliseconds that the zone's clocks are ahead of UTC at an instant on a full minute. */
function offsetAt(timeZone: string, instant: number): number {
  if (timeZone === "UTC") return 0;
  const parts = formatterOf(timeZone).formatToParts(instant);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(read("year"), read("month") - 1, read("day"), read("hour"), read("minute")) - instant;
}

/** A slot by the clock on the wall, written as if it were UTC, and its instant; skipped by DST: none. */
interface WallSlot {
  readonly wall: number;
  readonly instant: number | undefined;
}

/** The slots of one local day, in the order of the clock on the wall. */
function slotsOfDay(cron: Cron, timeZone: string, midnight: number): WallSlot[] {
  const date = new Date(midnight);
  if (!cron.takesDay(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())) return [];
  const walls = cron.hours.flatMap((hour) => cron.minutes.map((at) => midnight + (hour * 60 + at) * minute));
  // Looking a day to either side finds both offsets of a day with a change, whatever the zone.
  const before = offsetAt(timeZone, midnight - day);
  const after = offsetAt(timeZone, midnight + 2 * day);
  if (before === after) return walls.map((wall) => ({ wall, instant: wall - before }));
  return walls.map((wall) => {
    // A time that comes twice runs once, the first time: the larger offset is the earlier instant.
    const instants = [wall - Math.max(before, after), wall - Math.min(before, after)];
    return { wall, instant: instants.find((instant) => instant + offsetAt(timeZone, instant) === wall) };
  });
}

/** All slots whose local date lies in the range, which is wide enough to hold every instant of it. */
function wallSlots(cron: Cron, timeZone: string, from: number, to: number): WallSlot[] {
  const slots: WallSlot[] = [];
  const first = Math.floor(from / day) * day - day;
  for (let midnight = first; midnight <= to + day; midnight += day) {
    slots.push(...slotsOfDay(cron, timeZone, midnight));
  }
  return slots;
}

/** The slots at or after `from` and before `to`, in order. Slots of a rate are aligned to 1970-01-01T00:00Z. */
export function slotsBetween(expression: string, timeZone: string, from: Date, to: Date): Date[] {
  const schedule = parseSchedule(expression);
  const [start, end] = [from.getTime(), to.getTime()];
  if (schedule.kind === "cron") {
    const instants = wallSlots(schedule, timeZone, start, end).map((slot) => slot.instant);
    // Around a change two local times can be one instant.
    const distinct = [...new Set(instants.filter((at) => at !== undefined))].sort((a, b) => a - b);
    return distinct.filter((at) => at >= start && at < end).map((at) => new Date(at));
  }
  const slots: Date[] = [];
  const step = schedule.minutes * minute;
  for (let at = Math.ceil(start / step) * step; at < end; at += step) slots.push(new Date(at));
  return slots;
}

/** Looks outwards from `now` in steps that double, until there is a slot or the horizon is reached. */
function search(look: (days: number) => Date | undefined): Date | undefined {
  for (let days = 1; days < 2 * horizonDays; days *= 2) {
    const found = look(days);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The newest slot at or before `now`; undefined when there has been none for eight years. */
export function latestSlot(expression: string, timeZone: string, now: Date): Date | undefined {
  const time = now.getTime();
  return search((days) =>
    slotsBetween(expression, timeZone, new Date(time - days * day), new Date(time + 1)).at(-1),
  );
}

/** The first slot after `now`; undefined when none comes within eight years. */
export function nextSlot(expression: string, timeZone: string, now: Date): Date | undefined {
  const time = now.getTime();
  return search((days) =>
    slotsBetween(expression, timeZone, new Date(time + 1), new Date(time + days * day)).at(0),
  );
}

/**
 * The largest distance between two slots in two years, in minutes; undefined when there are fewer than two.
 *
 * @example largestGapMinutes("cron(0 2 * * ? *)", "UTC")              // 1440
 * @example largestGapMinutes("cron(0 5 * * ? *)", "America/New_York") // 1500, on the day that has 25 hours
 */
export function largestGapMinutes(expression: string, timeZone: string): number | undefined {
  const slots = slotsBetween(expression, timeZone, judgedFrom, judgedTo);
  const gaps = slots.slice(1).map((slot, at) => (slot.getTime() - (slots[at]?.getTime() ?? 0)) / minute);
  return gaps.reduce<number | undefined>((largest, gap) => Math.max(largest ?? 0, gap), undefined);
}

/** How many slots a window of so many minutes holds at the most, both ends counted. */
export function slotsInWindowMax(expression: string, timeZone: string, windowMinutes: number): number {
  const slots = slotsBetween(expression, timeZone, judgedFrom, judgedTo);
  let most = 0;
  let oldest = 0;
  for (const [newest, slot] of slots.entries()) {
    while (slot.getTime() - (slots[oldest]?.getTime() ?? 0) > windowMinutes * minute) oldest += 1;
    most = Math.max(most, newest - oldest + 1);
  }
  return most;
}

/**
 * Local times within two years at which a backup is lost because DST skips them, e.g. `2027-03-14T02:30`.
 * An hourly schedule loses nothing at 02:00: its slots stay an hour apart.
 */
export function skippedLocalTimes(expression: string, timeZone: string): string[] {
  const schedule = parseSchedule(expression);
  if (schedule.kind === "rate") return [];
  const slots = wallSlots(schedule, timeZone, judgedFrom.getTime(), judgedTo.getTime());
  const lost = slots.filter(({ instant }, at) => {
    if (instant !== undefined) return false;
    const before = slots.slice(0, at).findLast((slot) => slot.instant !== undefined);
    const after = slots.slice(at + 1).find((slot) => slot.instant !== undefined);
    if (before?.instant === undefined || after?.instant === undefined) return true;
    const usualGap = Math.max(
      (slots[at]?.wall ?? 0) - (slots[at - 1]?.wall ?? 0),
      (slots[at + 1]?.wall ?? 0) - (slots[at]?.wall ?? 0),
    );
    return after.instant - before.instant > usualGap;
  });
  return lost.map(({ wall }) => new Date(wall).toISOString().slice(0, 16));
}
