import type { CloudWatchService } from "../../types.ts";

/** A value that can be looked at any time, such as the number of messages in a queue. */
export interface Gauge {
  /** Says that the value may have changed; it is sampled each minute until it rests at zero. */
  changed(): void;
}

/** CloudWatch where it samples values itself instead of being told. */
export interface GaugeRegistry {
  gauge(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: () => number,
  ): Gauge;
}

/** The gauges of one thing, which change together. */
export interface Gauges {
  add(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: () => number,
  ): void;
  changed(): void;
}

/** Gauges on a CloudWatch that may not sample (then they are nothing). */
export function gaugesOf(monitoring: () => CloudWatchService): Gauges {
  const gauges: Gauge[] = [];
  return {
    add(...definition) {
      const service: CloudWatchService & Partial<GaugeRegistry> = monitoring();
      const gauge = service.gauge?.(...definition);
      if (gauge !== undefined) {
        gauges.push(gauge);
      }
    },
    changed() {
      for (const gauge of gauges) {
        gauge.changed();
      }
    },
  };
}
