/** What CloudWatch keeps of the values of one minute. */
export interface Statistics {
  readonly sum: number;
  readonly count: number;
  readonly least: number;
  readonly most: number;
}

interface Bucket {
  readonly start: number;
  sum: number;
  count: number;
  least: number;
  most: number;
}

/** CloudWatch's finest grain for standard metrics. */
export const MINUTE = 60_000;

/** A week of minutes; alarms look back a day at most, and memory is bounded. */
const BUCKETS_MAX = 10_080;

/** The values of one metric, a bucket for each minute that has any. */
export class Series {
  readonly #buckets: Bucket[] = [];

  /** Adds values to the minute of the instant, and tells when that minute begins. */
  add(at: number, { sum, count, least, most }: Statistics): number {
    const start = Math.floor(at / MINUTE) * MINUTE;
    const index = this.#indexFrom(start);
    const known = this.#buckets[index];
    if (known?.start === start) {
      known.sum += sum;
      known.count += count;
      known.least = Math.min(known.least, least);
      known.most = Math.max(known.most, most);
      return start;
    }
    this.#buckets.splice(index, 0, { start, sum, count, least, most });
    if (this.#buckets.length > BUCKETS_MAX) {
      this.#buckets.splice(0, BUCKETS_MAX / 10);
    }
    return start;
  }

  /** The values of the minutes that begin in `[from, to)`, together; undefined when there are none. */
  window(from: number, to: number): Statistics | undefined {
    let found: { sum: number; count: number; least: number; most: number } | undefined;
    for (let index = this.#indexFrom(from); index < this.#buckets.length; index += 1) {
      const bucket = this.#buckets[index];
      if (bucket === undefined || bucket.start >= to) {
        break;
      }
      found ??= { sum: 0, count: 0, least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY };
      found.sum += bucket.sum;
      found.count += bucket.count;
      found.least = Math.min(found.least, bucket.least);
      found.most = Math.max(found.most, bucket.most);
    }
    return found;
  }

  /** The beginnings of the minutes in `[from, to)` that have values, latest first. */
  *startsBackwards(from: number, to: number): Generator<number> {
    for (let index = this.#indexFrom(to) - 1; index >= 0; index -= 1) {
      const start = this.#buckets[index]?.start ?? from - 1;
      if (start < from) {
        return;
      }
      yield start;
    }
  }

  /** The first bucket at or after the instant; nearly always one of the last. */
  #indexFrom(start: number): number {
    let low = 0;
    let high = this.#buckets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#buckets[middle]?.start ?? 0) < start) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** The statistics that alarms and readers may ask for. */
export const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;

/** The name of a statistic. */
export type StatisticName = (typeof STATISTICS)[number];

/** Whether the text names a statistic. */
export function isStatistic(name: string): name is StatisticName {
  return (STATISTICS as readonly string[]).includes(name);
}

/** One statistic of the values. */
export function statistic(name: StatisticName, { sum, count, least, most }: Statistics): number {
  switch (name) {
    case "SampleCount":
      return count;
    case "Average":
      return sum / count;
    case "Sum":
      return sum;
    case "Minimum":
      return least;
    case "Maximum":
      return most;
  }
}
