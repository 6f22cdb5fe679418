import { JsonCodec2 } from "@aws-sdk/core/protocols";
import { AwsError, type Shape } from "../types.ts";
import type { HttpRequest, Payload, WireError } from "./message.ts";
import { type Reading, readStructure } from "./read-json.ts";
import { type Operation, schemasOf, type WireService } from "./schemas.ts";

const EPOCH_SECONDS = 7;
const codec = new JsonCodec2({
  timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
  jsonName: false,
});

/** Reads a request of AWS JSON 1.0 or 1.1: which operation, and its input. */
export function readAwsJson(
  service: WireService,
  request: HttpRequest,
  reading: Reading,
): { operation: Operation; input: () => Shape } {
  if (request.method !== "POST") {
    throw new AwsError("UnknownOperationException", "", 404);
  }
  // Clients of SQS may send to the queue's own path.
  if (service.name !== "sqs" && pathOf(request) !== "/") {
    throw new AwsError("UnknownOperationException", `There is nothing at ${pathOf(request)}`, 404);
  }
  const [target, name] = (request.headers["x-amz-target"] ?? "").split(".");
  const operation =
    target === service.target && name !== undefined
      ? schemasOf(service.name).operations.get(name)
      : undefined;
  if (operation === undefined) {
    throw new AwsError(
      "UnknownOperationException",
      name === undefined
        ? "The request names no operation in X-Amz-Target"
        : `The operation ${name} is not known to ${service.name}`,
    );
  }
  return {
    operation,
    input: () => {
      const json = parseJson(request.body);
      return operation.input.isUnitSchema() ? {} : readStructure(operation.input, json, reading);
    },
  };
}

/** The path of a request, without its query string. */
export function pathOf(request: HttpRequest): string {
  return request.url.split("?")[0] || "/";
}

/** Parses a JSON body; an empty one is an empty object. */
export function parseJson(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString("utf8");
  try {
    return text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw new AwsError("SerializationException", "Unable to parse the request body as JSON");
  }
}

/** Writes an answer of AWS JSON. */
export function writeAwsJson(service: WireService, operation: Operation, output: Shape): Payload {
  return {
    status: 200,
    headers: { "content-type": contentType(service) },
    body: operation.output.isUnitSchema() ? "{}" : jsonOf(operation, output),
  };
}

function jsonOf(operation: Operation, output: Shape): string {
  const serializer = codec.createSerializer();
  serializer.write(operation.output, output);
  return textOf(serializer.flush());
}

/** The text of serialised bytes. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** Writes an error of AWS JSON; clients in query mode also get the old query code in a header. */
export function writeAwsJsonError(
  service: WireService,
  error: WireError,
  headers: Readonly<Record<string, string>>,
): Payload {
  const queryMode = headers["x-amzn-query-mode"] === "true";
  const fault = error.status < 500 ? "Sender" : "Receiver";
  const namespace = service.jsonVersion === "1.0" ? `com.amazonaws.${service.name}#` : "";
  return {
    status: error.status,
    headers: {
      "content-type": contentType(service),
      ...(queryMode ? { "x-amzn-query-error": `${error.code};${fault}` } : {}),
    },
    body: JSON.stringify({ __type: namespace + error.shape, [error.messageMember]: error.message }),
  };
}

function contentType(service: WireService): string {
  return `application/x-amz-json-${service.jsonVersion ?? "1.1"}`;
}
