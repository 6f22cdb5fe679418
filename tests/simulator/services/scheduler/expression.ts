import { AwsError } from "../../types.ts";
import { type Cron, daysIn, parseCron, YEAR_MAX } from "./cron.ts";
import { instantOf, isZone, localDay } from "./zone.ts";

/** When a schedule is due. */
export type ScheduleExpression =
  | { readonly kind: "cron"; readonly cron: Cron; readonly zone: string }
  | { readonly kind: "rate"; readonly milliseconds: number }
  | { readonly kind: "at"; readonly instant: number };

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Parses `cron(..)`, `rate(..)` or `at(..)`; throws EventBridge Scheduler's ValidationException. A rate's unit agrees
 * with its value, `rate(1 hour)` and `rate(6 hours)`, unless `anyForm` says that it need not.
 *
 * @example parseExpression("cron(15 2 ? * MON-FRI *)", "Europe/Berlin")
 */
export function parseExpression(source: string, zone = "UTC", anyForm = false): ScheduleExpression {
  if (!isZone(zone)) {
    throw new AwsError("ValidationException", `Invalid ScheduleExpressionTimezone ${zone}.`);
  }
  const [, form, body = ""] = /^(cron|rate|at)\((.*)\)$/.exec(source) ?? [];
  const parsed =
    form === "cron" ? cronOf(body, zone) : form === "rate" ? rateOf(body, anyForm) : atOf(form, body, zone);
  if (parsed === undefined) {
    throw new AwsError("ValidationException", `Invalid Schedule Expression ${source}.`);
  }
  return parsed;
}

function cronOf(body: string, zone: string): ScheduleExpression | undefined {
  const cron = parseCron(body);
  return cron === undefined ? undefined : { kind: "cron", cron, zone };
}

function rateOf(body: string, anyForm: boolean): ScheduleExpression | undefined {
  const [, value, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
  const length = UNITS[unit ?? ""];
  const agrees = anyForm || (value === "1") === (plural === "");
  return length === undefined || !agrees ? undefined : { kind: "rate", milliseconds: Number(value) * length };
}

function atOf(form: string | undefined, body: string, zone: string): ScheduleExpression | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/.exec(body);
  if (form !== "at" || match === null) {
    return undefined;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysIn(year, month) ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    return undefined;
  }
  const instant = instantOf(zone, { year, month, day, hour, minute, second });
  return instant === undefined ? undefined : { kind: "at", instant };
}

/**
 * The first time a schedule is due at or after `from`. A rate counts from `start`, when it is due at once.
 * Local times that do not exist are passed over; those that come twice count once.
 */
export function nextDue(expression: ScheduleExpression, from: number, start: number): number | undefined {
  switch (expression.kind) {
    case "at":
      return expression.instant >= from ? expression.instant : undefined;
    case "rate": {
      const { milliseconds } = expression;
      return start + Math.max(0, Math.ceil((from - start) / milliseconds)) * milliseconds;
    }
    case "cron":
      return nextCron(expression.cron, expression.zone, from);
  }
}

function nextCron(cron: Cron, zone: string, from: number): number | undefined {
  const first = localDay(zone, from);
  let year = first.year;
  let month = first.month;
  let day = first.day;
  while (year <= YEAR_MAX) {
    if (cron.years.has(year) && cron.months.has(month)) {
      for (const last = daysIn(year, month); day <= last; day += 1) {
        const due = cron.onDay({ year, month, day })
          ? onThatDay(cron, zone, { year, month, day }, from)
          : undefined;
        if (due !== undefined) {
          return due;
        }
      }
    }
    day = 1;
    month = month === 12 ? 1 : month + 1;
    year += month === 1 ? 1 : 0;
  }
  return undefined;
}

function onThatDay(
  cron: Cron,
  zone: string,
  day: { readonly year: number; readonly month: number; readonly day: number },
  from: number,
): number | undefined {
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const at = instantOf(zone, { ...day, hour, minute });
      if (at !== undefined && at >= from) {
        return at;
      }
    }
  }
  return undefined;
}
