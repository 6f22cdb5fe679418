/** One element of a cron field: which values it takes. */
type Test = (value: number) => boolean;

/** Which days a cron expression takes, asked by calendar date. */
type DayTest = (year: number, month: number, day: number) => boolean;

/** A parsed `cron(...)` of EventBridge Scheduler, without its time zone. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly takesDay: DayTest;
}

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Field {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const fields = {
  minutes: { what: "minutes", from: 0, to: 59 },
  hours: { what: "hours", from: 0, to: 23 },
  days: { what: "day of month", from: 1, to: 31 },
  months: { what: "month", from: 1, to: 12, names: monthNames },
  weekdays: { what: "day of week", from: 1, to: 7, names: weekdayNames },
  years: { what: "year", from: 1970, to: 2199 },
} as const satisfies Record<string, Field>;

function numberIn(field: Field, text: string): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.from && value <= field.to) return value;
  throw new Error(`has '${text}' as ${field.what}, which takes ${field.from} to ${field.to}`);
}

/** Parses `5`, `1-5`, `*`, `0/15`, `1-10/3`; lists are split before. */
function element(field: Field, text: string): Test {
  const [range = "", step, ...rest] = text.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) {
    throw new Error(`has '${text}' as ${field.what}, which is no step`);
  }
  const [first = "", last, ...more] = range.split("-");
  if (more.length > 0) throw new Error(`has '${text}' as ${field.what}, which is no range`);
  const from = first === "*" && last === undefined ? field.from : numberIn(field, first);
  const open = first === "*" || step !== undefined;
  const to = last !== undefined ? numberIn(field, last) : open ? field.to : from;
  if (from > to) throw new Error(`has '${text}' as ${field.what}, a range that runs backwards`);
  const by = Number(step ?? 1);
  return (value) => value >= from && value <= to && (value - from) % by === 0;
}

function anyOf(field: Field, text: string): Test {
  const tests = text.split(",").map((part) => element(field, part));
  return (value) => tests.some((test) => test(value));
}

function valuesOf(field: Field, text: string): number[] {
  const test = anyOf(field, text);
  return Array.from({ length: field.to - field.from + 1 }, (_, at) => at + field.from).filter(test);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 (Sunday) to 7 (Saturday). */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** The weekday (Monday to Friday) nearest to `day` within the month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const last = daysIn(year, month);
  const wanted = Math.min(day, last);
  const weekday = weekdayOf(year, month, wanted);
  if (weekday === 7) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekday === 1) return wanted < last ? wanted + 1 : wanted - 2;
  return wanted;
}

function dayOfMonth(text: string): DayTest {
  if (text === "L") return (year, month, day) => day === daysIn(year, month);
  if (/^\d+W$/.test(text)) {
    const wanted = numberIn(fields.days, text.slice(0, -1));
    return (year, month, day) => day === nearestWeekday(year, month, wanted);
  }
  const test = element(fields.days, text);
  return (_year, _month, day) => test(day);
}

function dayOfWeek(text: string): DayTest {
  // A bare L is the last day of the week; `6L` is the last Friday of the month.
  if (text === "L") return (year, month, day) => weekdayOf(year, month, day) === 7;
  const [name = "", nth, ...rest] = text.split("#");
  if (nth !== undefined) {
    const weekday = numberIn(fields.weekdays, name);
    if (rest.length > 0 || !/^[1-5]$/.test(nth))
      throw new Error(`has '${text}' as day of week, which takes #1 to #5`);
    return (year, month, day) =>
      weekdayOf(year, month, day) === weekday && Math.ceil(day / 7) === Number(nth);
  }
  if (/^(\d|[A-Za-z]{3})L$/.test(text)) {
    const weekday = numberIn(fields.weekdays, text.slice(0, -1));
    return (year, month, day) => weekdayOf(year, month, day) === weekday && day + 7 > daysIn(year, month);
  }
  const test = element(fields.weekdays, text);
  return (year, month, day) => test(weekdayOf(year, month, day));
}

function anyDay(parse: (text: string) => DayTest, text: string): DayTest {
  const tests = text.split(",").map(parse);
  return (year, month, day) => tests.some((test) => test(year, month, day));
}

/**
 * Parses the six fields of an AWS cron expression: minutes, hours, day of month, month, day of week, year.
 * Throws an Error that says what is wrong with it.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function parseCron(text: string): Cron {
  const parts = text.trim().split(/\s+/);
  const [minutes, hours, day, month, weekday, year] = parts;
  if (parts.length !== 6 || !minutes || !hours || !day || !month || !weekday || !year) {
    throw new Error(`has ${parts.length} fields, where AWS takes six (minutes hours day month weekday year)`);
  }
  if ((day === "?") === (weekday === "?"))
    throw new Error("needs '?' in exactly one of day of month and day of week");
  const takesMonth = anyOf(fields.months, month);
  const takesYear = anyOf(fields.years, year);
  const takes = day === "?" ? anyDay(dayOfWeek, weekday) : anyDay(dayOfMonth, day);
  return {
    minutes: valuesOf(fields.minutes, minutes),
    hours: valuesOf(fields.hours, hours),
    takesDay: (y, m, d) => takesYear(y) && takesMonth(m) && takes(y, m, d),
  };
}
