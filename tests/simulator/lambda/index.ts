import { AwsError, type Region, type ResourceRequest } from "../types.ts";
import type { FunctionHost, SimulatedWorld } from "../world-types.ts";
import { functionNamed, handleLambda } from "./api.ts";
import { createdFunction, type FunctionRecord, functionOf } from "./functions.ts";
import { EnvironmentHost } from "./host.ts";
import { type MappingRecord, mappingOf } from "./mapping.ts";
import { Poller } from "./poller.ts";

/** A queue has one mapping to a function: botocore, CreateEventSourceMapping, ResourceConflictException. */
function refuseSecond({ queueArn, record }: MappingRecord, others: readonly MappingRecord[]): void {
  const first = others.find((other) => other.queueArn === queueArn && other.record === record);
  if (first !== undefined) {
    throw new AwsError(
      "ResourceConflictException",
      `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${record.name} ") already exists. Please update or delete the existing mapping with UUID ${first.id}`,
      409,
    );
  }
}

/** Makes the Lambda of a region: functions from their assets, execution environments, queue mappings. */
export function createLambda(world: SimulatedWorld, region: Region): FunctionHost {
  const functions = new Map<string, FunctionRecord>();
  const pollers: Poller[] = [];
  const host = new EnvironmentHost(world, region);
  const state = {
    functions,
    get mappings() {
      return pollers.map(({ mapping }) => mapping);
    },
    run: (record: FunctionRecord, payload: unknown) => host.run(record, payload, new Map()),
  };
  const need = ({ properties }: ResourceRequest): FunctionRecord => {
    const reference = String(properties["FunctionName"]);
    const record = functionNamed(state, reference);
    if (record === undefined) {
      throw new AwsError("ResourceNotFoundException", `Function not found: ${reference}`, 404);
    }
    return record;
  };
  return {
    handle: (call) => handleLambda(state, call),
    async invoke(name, payload) {
      const record = functionNamed(state, name);
      if (record === undefined) {
        throw new AwsError("ResourceNotFoundException", `Function not found: ${name}`, 404);
      }
      const { ok, payload: answer } = await state.run(record, payload);
      return { ok, payload: answer };
    },
    stop() {
      host.stop();
      for (const poller of pollers) {
        poller.stop();
      }
    },
    close: () => host.close(),
    resume() {
      for (const poller of pollers) {
        poller.wake();
      }
    },
    resources: {
      "AWS::Lambda::Function": (request) => {
        const record = functionOf(world, request);
        if (functions.has(record.name)) {
          throw new AwsError("ResourceConflictException", `Function already exist: ${record.name}`, 409);
        }
        functions.set(record.name, record);
        return createdFunction(record);
      },
      "AWS::Lambda::EventSourceMapping": (request) => {
        const mapping = mappingOf(world, request, need(request));
        refuseSecond(mapping, state.mappings);
        pollers.push(
          new Poller(world, region, mapping, (record, payload, lineage) =>
            host.run(record, payload, lineage),
          ),
        );
        return { ref: mapping.id, attributes: { Id: mapping.id, EventSourceMappingArn: mapping.arn } };
      },
      "AWS::Lambda::Permission": (request) => {
        const record = need(request);
        record.permissions.push(request.properties);
        return { ref: `${request.stackName}-${request.logicalId}`, attributes: {} };
      },
    },
  };
}
