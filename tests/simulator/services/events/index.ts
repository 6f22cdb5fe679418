/** EventBridge of one region: buses, rules, the matcher and the deliveries to queues. */
import {
  AwsError,
  type AwsEvent,
  type Call,
  type EventsService,
  NotSimulated,
  type ResourceProvider,
  type ResourceRequest,
  type Shape,
  type World,
} from "../../types.ts";
import { pageAt } from "../paging.ts";
import { Deliverer } from "./delivery.ts";
import { matches } from "./pattern.ts";
import { arnOf, documentOf, onlyKnown, required, shapeOf, text } from "./properties.ts";
import { readEntries } from "./put-events.ts";
import { makeRule, type Rule } from "./rules.ts";
import { testEventPattern } from "./test-event-pattern.ts";

/** EventBridge with what tests and the IAM evaluation look at. */
export interface SimulatedEvents extends EventsService {
  /** The resource policy of a bus, given by name or ARN; undefined when it has none. */
  busPolicy(bus: string): Shape | undefined;
  /** All rules, in the order made. */
  rules(): readonly Rule[];
}

interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly statements: Map<string, Shape>;
}

/** Makes EventBridge of a region, with its default bus. */
export function createEvents(world: World, region: string): SimulatedEvents {
  return new Events(world, region);
}

class Events implements SimulatedEvents {
  readonly #world: World;
  readonly #region: string;
  readonly #buses = new Map<string, Bus>();
  readonly #rules: Rule[] = [];
  #events = 0;

  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    "AWS::Events::EventBus": (request) => this.#makeBus(request),
    "AWS::Events::EventBusPolicy": (request) => this.#makeBusPolicy(request),
    "AWS::Events::Rule": (request) => this.#addRule(request),
  };

  constructor(world: World, region: string) {
    this.#world = world;
    this.#region = region;
    this.#addBus("default", undefined);
  }

  rules(): readonly Rule[] {
    return this.#rules;
  }

  busPolicy(bus: string): Shape | undefined {
    const statements = [...(this.#buses.get(busName(bus))?.statements.values() ?? [])];
    return statements.length === 0 ? undefined : { Version: "2012-10-17", Statement: statements };
  }

  emit(event: AwsEvent): void {
    this.#receive("default", event);
  }

  handle(call: Call): Shape {
    const operation = this.#operations[call.operation];
    if (operation === undefined) {
      throw new NotSimulated(`events:${call.operation}`);
    }
    return operation(call.input);
  }

  readonly #operations: Readonly<Record<string, (input: Shape) => Shape>> = {
    PutEvents: (input) => this.#putEvents(input),
    DescribeRule: (input) => this.#describeRule(this.#rule(input)),
    ListRules: (input) => this.#listRules(input),
    ListTargetsByRule: (input) => {
      const targets = this.#rule(input, "Rule").targets.map(({ declared }) => declared);
      return page(targets, input, "Targets");
    },
    EnableRule: (input) => {
      this.#rule(input).enabled = true;
      return {};
    },
    DisableRule: (input) => {
      this.#rule(input).enabled = false;
      return {};
    },
    TestEventPattern: (input) => testEventPattern(this.#world, input),
    DescribeEventBus: (input) => this.#describeBus(this.#bus(text(input, "Name") ?? "default")),
    ListEventBuses: (input) => {
      const prefix = text(input, "NamePrefix") ?? "";
      const named = [...this.#buses.values()].filter(({ name }) => name.startsWith(prefix));
      return page(
        named.map((bus) => this.#describeBus(bus)),
        input,
        "EventBuses",
      );
    },
  };

  #putEvents(input: Shape): Shape {
    if (input["EndpointId"] !== undefined) {
      throw new NotSimulated("events:PutEvents with EndpointId");
    }
    const newId = () => this.#world.uuid("event", this.#region, ++this.#events);
    const entries = readEntries(this.#world, this.#region, input, newId).map((entry): Shape => {
      if (!entry.ok) {
        return { ErrorCode: entry.code, ErrorMessage: entry.message };
      }
      this.#receive(busName(entry.bus), entry.event);
      return { EventId: entry.event.id };
    });
    return { FailedEntryCount: entries.filter((entry) => "ErrorCode" in entry).length, Entries: entries };
  }

  #receive(bus: string, event: AwsEvent): void {
    const known = this.#buses.has(bus);
    const about = {
      bus,
      detailType: event["detail-type"],
      source: event.source,
      id: event.id,
      detail: event.detail,
    };
    const region = this.#world.region(this.#region);
    if (region.lost || !known) {
      // PutEvents to a bus that does not exist is accepted, answers with an id, and drops the event.
      const because = region.lost ? "region-lost" : "no-such-bus";
      this.#world.journal.write(this.#region, "undelivered", { because, ...about });
      return;
    }
    this.#world.journal.write(this.#region, "event", about);
    const deliverer = new Deliverer(this.#world, region);
    for (const rule of this.#rules) {
      if (rule.bus === bus && rule.enabled && matches(rule.pattern, event)) {
        deliverer.start(rule, event);
      }
    }
  }

  #rule(input: Shape, member = "Name"): Rule {
    const name = required(input, member);
    const bus = busName(text(input, "EventBusName") ?? "default");
    const found = this.#rules.find((rule) => rule.name === name && rule.bus === bus);
    if (found === undefined) {
      throw notFound(`Rule ${name} does not exist on EventBus ${bus}.`);
    }
    return found;
  }

  #bus(reference: string): Bus {
    const found = this.#buses.get(busName(reference));
    if (found === undefined) {
      throw notFound(`Event bus ${busName(reference)} does not exist.`);
    }
    return found;
  }

  #describeRule(rule: Rule): Shape {
    return {
      ...{ Name: rule.name, Arn: rule.arn, EventPattern: rule.patternText, EventBusName: rule.bus },
      ...{ State: rule.enabled ? "ENABLED" : "DISABLED", CreatedBy: this.#world.account },
      ...(rule.description === undefined ? {} : { Description: rule.description }),
    };
  }

  #listRules(input: Shape): Shape {
    const bus = this.#bus(text(input, "EventBusName") ?? "default").name;
    const prefix = text(input, "NamePrefix") ?? "";
    const found = this.#rules.filter((rule) => rule.bus === bus && rule.name.startsWith(prefix));
    const rows = found.map((rule) => {
      const { CreatedBy: _createdBy, ...row } = this.#describeRule(rule);
      return row;
    });
    return page(rows, input, "Rules");
  }

  #describeBus(bus: Bus): Shape {
    const policy = this.busPolicy(bus.name);
    const made = new Date(bus.createdAt);
    return {
      ...{ Name: bus.name, Arn: bus.arn, CreationTime: made, LastModifiedTime: made },
      ...(bus.description === undefined ? {} : { Description: bus.description }),
      ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
    };
  }

  #addBus(name: string, description: string | undefined): Bus {
    if (this.#buses.has(name)) {
      throw new AwsError("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
    }
    const arn = arnOf(this.#world, "events", this.#region, `event-bus/${name}`);
    const bus = {
      name,
      arn,
      description,
      createdAt: this.#world.clock.now(),
      statements: new Map<string, Shape>(),
    };
    this.#buses.set(name, bus);
    return bus;
  }

  #makeBus({ properties }: ResourceRequest) {
    onlyKnown("AWS::Events::EventBus", properties, ["Name", "Description", "Policy", "Tags"]);
    const name = required(properties, "Name");
    if (!/^[\w.-]{1,256}$/.test(name) || name === "default") {
      throw new AwsError(
        "ValidationException",
        `Event bus name starting with 'aws.' or '${name}' is not valid.`,
      );
    }
    const bus = this.#addBus(name, text(properties, "Description"));
    const policy = documentOf(properties["Policy"]);
    for (const [index, statement] of statementsOf(policy).entries()) {
      bus.statements.set(text(statement, "Sid") ?? `Statement${index}`, statement);
    }
    return { ref: name, attributes: { Arn: bus.arn, Name: name, Policy: policy } };
  }

  #makeBusPolicy({ properties }: ResourceRequest) {
    onlyKnown("AWS::Events::EventBusPolicy", properties, [
      ...["EventBusName", "StatementId", "Statement", "Action", "Principal", "Condition"],
    ]);
    const bus = this.#bus(text(properties, "EventBusName") ?? "default");
    const sid = required(properties, "StatementId");
    const given = documentOf(properties["Statement"]) ?? this.#statement(properties, bus);
    bus.statements.set(sid, { Sid: sid, ...given });
    return { ref: sid, attributes: {} };
  }

  /** The older form: an account that may do one action. */
  #statement(properties: Shape, bus: Bus): Shape {
    const principal = required(properties, "Principal");
    const root = `arn:${this.#world.partition}:iam::${principal}:root`;
    return {
      ...{ Effect: "Allow", Action: required(properties, "Action"), Resource: bus.arn },
      ...{ Principal: principal === "*" ? "*" : { AWS: root } },
      ...(shapeOf(properties["Condition"]) === undefined ? {} : { Condition: conditionOf(properties) }),
    };
  }

  #addRule(request: ResourceRequest) {
    const rule = makeRule(this.#world, request, (reference) => this.#bus(reference).name);
    if (this.#rules.some((other) => other.name === rule.name && other.bus === rule.bus)) {
      throw new AwsError(
        "ResourceAlreadyExistsException",
        `Rule ${rule.name} already exists on ${rule.bus}.`,
      );
    }
    this.#rules.push(rule);
    const ref = rule.bus === "default" ? rule.name : `${rule.bus}|${rule.name}`;
    return { ref, attributes: { Arn: rule.arn } };
  }
}

function conditionOf(properties: Shape): Shape {
  const condition = shapeOf(properties["Condition"]) ?? {};
  return { [required(condition, "Type")]: { [required(condition, "Key")]: required(condition, "Value") } };
}

/** A bus is named by its name or its ARN. */
function busName(reference: string): string {
  return reference.includes(":event-bus/") ? (reference.split(":event-bus/")[1] ?? "") : reference;
}

function statementsOf(policy: Shape | undefined): Shape[] {
  const statement = policy?.["Statement"];
  const list: unknown[] = Array.isArray(statement) ? statement : [statement];
  return list.map(shapeOf).filter((each) => each !== undefined);
}

function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}

function page(rows: readonly Shape[], input: Shape, member: string): Shape {
  const limit = typeof input["Limit"] === "number" ? input["Limit"] : 100;
  const refuse = () => new AwsError("ValidationException", "Parameter NextToken is not valid.");
  const cut = pageAt(rows, { token: text(input, "NextToken"), limit }, refuse);
  return { [member]: cut.rows, ...(cut.next === undefined ? {} : { NextToken: cut.next }) };
}
