/** CloudWatch Logs of one region: the functions' lines, bounded in memory, and the metrics embedded in them. */
import {
  AwsError,
  type Call,
  type LogsService,
  NotSimulated,
  type ResourceProvider,
  type ResourceRequest,
  type Shape,
  type World,
} from "../../types.ts";
import { arnOf, number, onlyKnown, physicalName, shapeOf, text, textsOf } from "../events/properties.ts";
import { pageAt } from "../paging.ts";
import { embeddedMetrics } from "./emf.ts";
import { compileFilter } from "./filter.ts";

/** A line of a log. */
export interface LogLine {
  readonly at: number;
  readonly stream: string;
  readonly message: string;
  /** The level of a structured line, upper-cased; undefined for plain text. */
  readonly level: string | undefined;
}

/** CloudWatch Logs with what tests look at. */
export interface SimulatedLogs extends LogsService {
  /** The lines kept of a log group, oldest first. */
  lines(logGroup: string): readonly LogLine[];
  /** The names of all log groups. */
  groups(): readonly string[];
}

interface Group {
  readonly name: string;
  readonly retentionDays: number | undefined;
  readonly createdAt: number;
  /** The latest lines of any level. */
  latest: LogLine[];
  /** Warnings and errors that are no longer among the latest. */
  readonly serious: LogLine[];
}

/** Makes CloudWatch Logs of a region. */
export function createLogs(world: World, region: string): SimulatedLogs {
  return new Logs(world, region);
}

// Long simulations write millions of lines; what a person would look for are the last ones, and the bad ones.
const LATEST_MAX = 1000;

const SERIOUS = new Set(["WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"]);

/** The retention periods that CloudWatch Logs accepts, in days. */
const RETENTION_DAYS = [
  ...[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ],
];

class Logs implements SimulatedLogs {
  readonly #world: World;
  readonly #region: string;
  readonly #groups = new Map<string, Group>();

  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    "AWS::Logs::LogGroup": (request) => this.#makeGroup(request),
    "AWS::Logs::MetricFilter": () => {
      throw new NotSimulated("AWS::Logs::MetricFilter");
    },
  };

  constructor(world: World, region: string) {
    this.#world = world;
    this.#region = region;
  }

  groups(): readonly string[] {
    return [...this.#groups.keys()];
  }

  lines(logGroup: string): readonly LogLine[] {
    const group = this.#groups.get(logGroup);
    return group === undefined ? [] : [...group.serious, ...group.latest];
  }

  write(logGroup: string, logStream: string, line: string): void {
    const group = this.#groups.get(logGroup) ?? this.#addGroup(logGroup, undefined);
    const structured = structuredLine(line);
    const level = structured === undefined ? undefined : text(structured, "level")?.toUpperCase();
    group.latest.push({ at: Math.floor(this.#world.clock.now()), stream: logStream, message: line, level });
    if (group.latest.length >= 2 * LATEST_MAX) {
      const old = group.latest.splice(0, LATEST_MAX);
      group.serious.push(...old.filter((each) => each.level !== undefined && SERIOUS.has(each.level)));
    }
    if (structured !== undefined) {
      const { monitoring } = this.#world.region(this.#region);
      for (const { namespace, name, dimensions, value } of embeddedMetrics(structured)) {
        monitoring.putMetric(namespace, name, dimensions, value);
      }
    }
  }

  handle(call: Call): Shape {
    switch (call.operation) {
      case "FilterLogEvents":
        return this.#filterLogEvents(call.input);
      case "DescribeLogGroups":
        return this.#describeLogGroups(call.input);
      default:
        throw new NotSimulated(`logs:${call.operation}`);
    }
  }

  #filterLogEvents(input: Shape): Shape {
    const reference = text(input, "logGroupIdentifier") ?? text(input, "logGroupName") ?? "";
    const name = reference.includes(":log-group:") ? (reference.split(":log-group:")[1] ?? "") : reference;
    if (!this.#groups.has(name)) {
      throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    }
    const passes = compileFilter(text(input, "filterPattern") ?? "");
    const streams = textsOf(input["logStreamNames"]);
    const prefix = text(input, "logStreamNamePrefix") ?? "";
    const from = number(input, "startTime") ?? Number.NEGATIVE_INFINITY;
    const to = number(input, "endTime") ?? Number.POSITIVE_INFINITY;
    const found = this.lines(name)
      .filter(({ at, stream }) => at >= from && at < to && stream.startsWith(prefix))
      .filter(({ stream }) => streams.length === 0 || streams.includes(stream))
      .filter(({ message }) => passes(message));
    const numbered = found.map((line, index) => ({ line, id: String(index).padStart(56, "0") }));
    const { rows, ...next } = page(numbered, input, 10_000);
    const events = rows.map(({ line: { stream, at, message }, id }) => ({
      ...{ logStreamName: stream, timestamp: at, message, ingestionTime: at, eventId: id },
    }));
    return { events, ...next };
  }

  #describeLogGroups(input: Shape): Shape {
    const prefix = text(input, "logGroupNamePrefix") ?? "";
    const found = [...this.#groups.values()]
      .filter(
        ({ name }) => name.startsWith(prefix) && name.includes(text(input, "logGroupNamePattern") ?? ""),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { rows, ...next } = page(found, input, 50);
    const logGroups = rows.map(({ name, retentionDays, createdAt }) => ({
      ...{
        logGroupName: name,
        creationTime: createdAt,
        arn: this.#arn(name),
        storedBytes: 0,
        metricFilterCount: 0,
      },
      ...(retentionDays === undefined ? {} : { retentionInDays: retentionDays }),
    }));
    return { logGroups, ...next };
  }

  #arn(name: string): string {
    return arnOf(this.#world, "logs", this.#region, `log-group:${name}:*`);
  }

  #addGroup(name: string, retentionDays: number | undefined): Group {
    const group: Group = { name, retentionDays, createdAt: this.#world.clock.now(), latest: [], serious: [] };
    this.#groups.set(name, group);
    return group;
  }

  #makeGroup(request: ResourceRequest) {
    const { properties } = request;
    onlyKnown("AWS::Logs::LogGroup", properties, [
      ...[
        "LogGroupName",
        "RetentionInDays",
        "Tags",
        "LogGroupClass",
        "KmsKeyId",
        "DeletionProtectionEnabled",
      ],
    ]);
    const name = text(properties, "LogGroupName") ?? physicalName(this.#world, request, 512);
    if (!/^[\w./#-]{1,512}$/.test(name)) {
      throw new AwsError(
        "InvalidParameterException",
        `Value '${name}' at 'logGroupName' failed to satisfy constraint`,
      );
    }
    const days = number(properties, "RetentionInDays");
    if (days !== undefined && !RETENTION_DAYS.includes(days)) {
      throw new AwsError(
        "InvalidParameterException",
        `Value '${days}' at 'retentionInDays' is not a valid retention`,
      );
    }
    if (this.#groups.has(name)) {
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    this.#addGroup(name, days);
    return { ref: name, attributes: { Arn: this.#arn(name) } };
  }
}

/** The words of the refusal: AWS's reply as localstack/localstack recorded it (test_filter_log_events_unknown_token). */
function page<Row>(rows: readonly Row[], input: Shape, most: number) {
  const refuse = () => new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  const limit = number(input, "limit") ?? most;
  const cut = pageAt(rows, { token: text(input, "nextToken"), limit }, refuse);
  return { rows: cut.rows, ...(cut.next === undefined ? {} : { nextToken: cut.next }) };
}

function structuredLine(line: string): Shape | undefined {
  if (!line.startsWith("{")) {
    return undefined;
  }
  try {
    return shapeOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}
