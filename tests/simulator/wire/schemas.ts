import { createRequire } from "node:module";
import { NormalizedSchema } from "@smithy/core/schema";
import type { ServiceName } from "../types.ts";

/** How a service speaks: the protocol of today's clients, and what its messages carry. */
export interface WireService {
  readonly name: ServiceName;
  readonly package: string;
  readonly protocol: "query" | "json" | "rest";
  readonly version: string;
  /** Prefix of X-Amz-Target in the JSON protocols. */
  readonly target?: string;
  readonly jsonVersion?: "1.0" | "1.1";
  /** XML namespace of the query protocol's answers; SQS and CloudWatch still answer older clients so. */
  readonly xmlNamespace?: string;
}

/** The services of the simulated AWS as they stand on the wire. */
export const WIRE_SERVICES: Readonly<Record<ServiceName, WireService>> = {
  rds: {
    name: "rds",
    package: "@aws-sdk/client-rds",
    protocol: "query",
    version: "2014-10-31",
    xmlNamespace: "http://rds.amazonaws.com/doc/2014-10-31/",
  },
  sns: {
    name: "sns",
    package: "@aws-sdk/client-sns",
    protocol: "query",
    version: "2010-03-31",
    xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  },
  sqs: {
    name: "sqs",
    package: "@aws-sdk/client-sqs",
    protocol: "json",
    version: "2012-11-05",
    target: "AmazonSQS",
    jsonVersion: "1.0",
    xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
  },
  monitoring: {
    name: "monitoring",
    package: "@aws-sdk/client-cloudwatch",
    protocol: "json",
    version: "2010-08-01",
    target: "GraniteServiceVersion20100801",
    jsonVersion: "1.0",
    xmlNamespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
  },
  events: {
    name: "events",
    package: "@aws-sdk/client-eventbridge",
    protocol: "json",
    version: "2015-10-07",
    target: "AWSEvents",
    jsonVersion: "1.1",
  },
  kms: {
    name: "kms",
    package: "@aws-sdk/client-kms",
    protocol: "json",
    version: "2014-11-01",
    target: "TrentService",
    jsonVersion: "1.1",
  },
  logs: {
    name: "logs",
    package: "@aws-sdk/client-cloudwatch-logs",
    protocol: "json",
    version: "2014-03-28",
    target: "Logs_20140328",
    jsonVersion: "1.1",
  },
  scheduler: {
    name: "scheduler",
    package: "@aws-sdk/client-scheduler",
    protocol: "rest",
    version: "2021-06-30",
  },
  lambda: { name: "lambda", package: "@aws-sdk/client-lambda", protocol: "rest", version: "2015-03-31" },
};

/** An operation of a service, from the schemas that its client exports. */
export interface Operation {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method, path and status of a REST operation. */
  readonly http?: readonly [method: string, path: string, status: number];
}

/** An error that a service declares. */
export interface ErrorShape {
  readonly name: string;
  /** The code on the wire, which often lacks the shape name's `Fault` or `Exception`. */
  readonly code: string;
  readonly status: number;
  readonly messageMember: "message" | "Message";
}

interface ServiceSchemas {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly errors: ReadonlyMap<string, ErrorShape>;
}

type StaticSchema = readonly [kind: number, namespace: string, name: string, ...rest: unknown[]];

const OPERATION = 9;
const ERROR = -3;
const require = createRequire(import.meta.url);
const loaded = new Map<ServiceName, ServiceSchemas>();

/** The schemas of a service; a client package is loaded when its service is first called. */
export function schemasOf(service: ServiceName): ServiceSchemas {
  let schemas = loaded.get(service);
  if (schemas === undefined) {
    schemas = read(require(WIRE_SERVICES[service].package) as Record<string, unknown>);
    loaded.set(service, schemas);
  }
  return schemas;
}

/** Whether a name in a credential scope is a service that the simulated AWS has. */
export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(WIRE_SERVICES, name);
}

function read(module: Record<string, unknown>): ServiceSchemas {
  const operations = new Map<string, Operation>();
  const errors = new Map<string, ErrorShape>();
  for (const [exported, value] of Object.entries(module)) {
    if (!exported.endsWith("$") || !Array.isArray(value)) {
      continue;
    }
    const schema = value as unknown as StaticSchema;
    if (schema[0] === OPERATION) {
      operations.set(schema[2], operationOf(schema));
    } else if (schema[0] === ERROR) {
      const shape = errorOf(schema);
      errors.set(shape.name, shape);
      errors.set(shape.code, shape);
    }
  }
  return { operations, errors };
}

function operationOf(schema: StaticSchema): Operation {
  const [, , name, traits, input, output] = schema;
  const { http } = (typeof traits === "object" && traits !== null ? traits : {}) as {
    http?: [string, string, number];
  };
  return {
    name,
    input: NormalizedSchema.of(input as Parameters<typeof NormalizedSchema.of>[0]),
    output: NormalizedSchema.of(output as Parameters<typeof NormalizedSchema.of>[0]),
    ...(http === undefined ? {} : { http }),
  };
}

function errorOf(schema: StaticSchema): ErrorShape {
  const [, , name, rawTraits, members] = schema;
  const traits = (typeof rawTraits === "object" && rawTraits !== null ? rawTraits : {}) as {
    awsQueryError?: [string, number];
    httpError?: number;
    error?: "client" | "server";
  };
  const [code, queryStatus] = traits.awsQueryError ?? [name, undefined];
  return {
    name,
    code,
    status: queryStatus ?? traits.httpError ?? (traits.error === "server" ? 500 : 400),
    messageMember: Array.isArray(members) && members.includes("Message") ? "Message" : "message",
  };
}

/** Keeps what is derived from a schema: schemas do not change, and every message asks again. */
export function perSchema<T extends object>(
  derive: (schema: NormalizedSchema) => T,
): (schema: NormalizedSchema) => T {
  const kept = new WeakMap<NormalizedSchema, T>();
  return (schema) => {
    let derived = kept.get(schema);
    if (derived === undefined) {
      derived = derive(schema);
      kept.set(schema, derived);
    }
    return derived;
  };
}

/** The names of a structure's required members: the model puts them first and says how many. */
export const requiredMembers = perSchema((schema): readonly string[] => {
  const raw = schema.getSchema();
  if (!Array.isArray(raw)) {
    return [];
  }
  const [, , , , names, , count] = raw as unknown as [
    number,
    string,
    string,
    unknown,
    string[],
    unknown,
    number?,
  ];
  return names.slice(0, count ?? 0);
});

/** The members of a structure by name. */
export const membersOf = perSchema(
  (schema): ReadonlyMap<string, NormalizedSchema> => new Map(schema.structIterator()),
);

/** What a list or a map holds. */
export const itemOf = perSchema((schema) => schema.getValueSchema());
