/** Local times of IANA time zones. */

/** A local time of day on a calendar day. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second?: number;
}

const DAY = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Whether the zone is one that the time zone database knows. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    const two = "2-digit";
    formatter = new Intl.DateTimeFormat("en-US", {
      ...{
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: two,
        day: two,
        hour: two,
        minute: two,
        second: two,
      },
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** Local time minus UTC at the instant, in milliseconds. */
export function offsetAt(zone: string, at: number): number {
  if (zone === "UTC") {
    return 0;
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(at)) {
    parts[type] = Number(value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** The local calendar day of the instant. */
export function localDay(zone: string, at: number): { year: number; month: number; day: number } {
  const local = new Date(at + offsetAt(zone, at));
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

/**
 * The instant of a local time: undefined when clocks skip it in spring, the first of the two when they repeat
 * it in autumn.
 */
export function instantOf(
  zone: string,
  { year, month, day, hour, minute, second = 0 }: LocalTime,
): number | undefined {
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  if (zone === "UTC") {
    return asUtc;
  }
  const candidates = [offsetAt(zone, asUtc - DAY), offsetAt(zone, asUtc + DAY)]
    .map((offset) => ({ at: asUtc - offset, offset }))
    .filter(({ at, offset }) => offsetAt(zone, at) === offset)
    .map(({ at }) => at);
  return candidates.length === 0 ? undefined : Math.min(...candidates);
}
