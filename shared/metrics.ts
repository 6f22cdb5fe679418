import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/**
 * Publishes counts as metrics of the environment, at once and in one EMF line.
 *
 * The dimensions are `Environment` and `more`, nothing else: CloudWatch finds a metric only by its exact
 * set of dimensions, so Powertools' own `service` has to go.
 */
export function publishCounts(
  metrics: Metrics,
  environment: string,
  counts: Readonly<Record<string, number>>,
  more: Readonly<Record<string, string>> = {},
): void {
  metrics.clearDefaultDimensions();
  metrics.addDimension("Environment", environment);
  for (const [name, value] of Object.entries(more)) metrics.addDimension(name, value);
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}
