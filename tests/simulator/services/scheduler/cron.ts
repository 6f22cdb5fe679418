/**
 * AWS's cron: six fields, of which day-of-month and day-of-week exclude each other.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */

/** A calendar day. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** A parsed cron expression. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Whether the expression names this day of a year and month that it names. */
  readonly onDay: (day: Day) => boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
  readonly steps?: false;
}

const MINUTES: Field = { least: 0, most: 59 };
const HOURS: Field = { least: 0, most: 23 };
const DAYS: Field = { least: 1, most: 31 };
const MONTH: Field = { least: 1, most: 12, names: MONTHS };
// The table of wildcards has no `/` for the day of the week.
const WEEKDAY: Field = { least: 1, most: 7, names: WEEKDAYS, steps: false };
const YEARS: Field = { least: 1970, most: 2199 };

/** The last year that a cron expression can name. */
export const YEAR_MAX = YEARS.most;

/** Parses the six fields; undefined when they are not AWS's cron. */
export function parseCron(source: string): Cron | undefined {
  const fields = source.trim().split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || dayOfMonth === undefined || dayOfWeek === undefined) {
    return undefined;
  }
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    return undefined;
  }
  const minutes = numbers(minute, MINUTES);
  const hours = numbers(hour, HOURS);
  const months = numbers(month, MONTH);
  const years = numbers(year, YEARS);
  const onDay = dayOfWeek === "?" ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
  if (!minutes || !hours || !months || !years || !onDay) {
    return undefined;
  }
  return { minutes, hours, months: new Set(months), years: new Set(years), onDay };
}

/** The numbers of a field, ascending; undefined when it is malformed. */
function numbers(source: string | undefined, field: Field): number[] | undefined {
  const found = new Set<number>();
  for (const part of (source ?? "").toUpperCase().split(",")) {
    const range = parseRange(part, field);
    if (range === undefined) {
      return undefined;
    }
    for (let value = range.from; value <= range.to; value += range.step) {
      found.add(value);
    }
  }
  return [...found].sort((a, b) => a - b);
}

function parseRange(part: string, field: Field): { from: number; to: number; step: number } | undefined {
  const [span = "", stepText, ...rest] = part.split("/");
  const step = stepText === undefined ? 1 : /^\d+$/.test(stepText) ? Number(stepText) : 0;
  if (rest.length > 0 || step < 1 || (stepText !== undefined && field.steps === false)) {
    return undefined;
  }
  if (span === "*") {
    return { from: field.least, to: field.most, step };
  }
  const [fromText = "", toText, ...more] = span.split("-");
  const from = oneOf(fromText, field);
  const to = toText === undefined ? (stepText === undefined ? from : field.most) : oneOf(toText, field);
  return more.length > 0 || from === undefined || to === undefined || to < from
    ? undefined
    : { from, to, step };
}

function oneOf(source: string, { least, most, names }: Field): number | undefined {
  const named = names?.indexOf(source) ?? -1;
  if (named >= 0) {
    return named + 1;
  }
  const value = /^\d+$/.test(source) ? Number(source) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

/** How many days the month has. */
export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 for Sunday to 7 for Saturday. */
function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function parseDayOfMonth(source: string): Cron["onDay"] | undefined {
  const upper = source.toUpperCase();
  if (upper === "L") {
    return ({ year, month, day }) => day === daysIn(year, month);
  }
  const nearest = /^(\d+)W$/.exec(upper)?.[1];
  if (nearest !== undefined) {
    const wanted = oneOf(nearest, DAYS);
    return wanted === undefined ? undefined : (day) => day.day === nearestWeekday(day, wanted);
  }
  const days = numbers(upper, DAYS);
  return days === undefined ? undefined : ({ day }) => days.includes(day);
}

/** `3W`: the weekday closest to the third, within the month. */
function nearestWeekday({ year, month }: Day, wanted: number): number | undefined {
  const last = daysIn(year, month);
  if (wanted > last) {
    return undefined;
  }
  const weekday = weekdayOf({ year, month, day: wanted });
  if (weekday === 7) {
    return wanted === 1 ? 3 : wanted - 1;
  }
  if (weekday === 1) {
    return wanted === last ? wanted - 2 : wanted + 1;
  }
  return wanted;
}

function parseDayOfWeek(source: string): Cron["onDay"] | undefined {
  const upper = source.toUpperCase();
  if (upper === "L") {
    return (day) => weekdayOf(day) === 7;
  }
  const last = /^(\w+)L$/.exec(upper)?.[1];
  if (last !== undefined) {
    const wanted = oneOf(last, WEEKDAY);
    return wanted === undefined
      ? undefined
      : (day) => weekdayOf(day) === wanted && day.day > daysIn(day.year, day.month) - 7;
  }
  const [weekday, nth, ...rest] = upper.split("#");
  if (nth !== undefined) {
    const wanted = oneOf(weekday ?? "", WEEKDAY);
    const occurrence = /^[1-5]$/.test(nth) ? Number(nth) : undefined;
    return rest.length > 0 || wanted === undefined || occurrence === undefined
      ? undefined
      : (day) => weekdayOf(day) === wanted && Math.ceil(day.day / 7) === occurrence;
  }
  const days = numbers(upper, WEEKDAY);
  return days === undefined ? undefined : (day) => days.includes(weekdayOf(day));
}
