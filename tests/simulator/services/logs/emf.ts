import type { Shape } from "../../types.ts";
import { shapeOf, shapesOf, text, textsOf } from "../events/properties.ts";

/** A value found in a log line. */
export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The metrics of a line in CloudWatch's Embedded Metric Format, one for each metric, dimension set and value:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(line: Shape): EmbeddedMetric[] {
  const found: EmbeddedMetric[] = [];
  for (const directive of shapesOf(shapeOf(line["_aws"])?.["CloudWatchMetrics"])) {
    const namespace = text(directive, "Namespace");
    if (namespace === undefined) {
      continue;
    }
    const sets = Array.isArray(directive["Dimensions"]) ? (directive["Dimensions"] as unknown[]) : [[]];
    for (const set of sets) {
      const dimensions = dimensionsIn(line, textsOf(set));
      for (const metric of shapesOf(directive["Metrics"])) {
        found.push(...valuesIn(line, { namespace, name: text(metric, "Name") ?? "", dimensions }));
      }
    }
  }
  return found;
}

function dimensionsIn(line: Shape, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, text(line, name) ?? ""]));
}

function valuesIn(line: Shape, id: Omit<EmbeddedMetric, "value">): EmbeddedMetric[] {
  const value = line[id.name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each) => typeof each === "number").map((each) => ({ ...id, value: each }));
}
