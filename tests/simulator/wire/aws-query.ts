import { AwsError, type Shape } from "../types.ts";
import { pathOf } from "./aws-json.ts";
import type { HttpRequest, Payload, WireError } from "./message.ts";
import type { Reading } from "./read-json.ts";
import { queryTree, readQueryStructure } from "./read-query.ts";
import { type Operation, schemasOf, type WireService } from "./schemas.ts";
import { type Doubt, writeElement } from "./write-xml.ts";

const FAULT_NAMESPACE = "http://webservices.amazon.com/AWSFault/2005-15-09";
const FIELDS_OF_THE_PROTOCOL = ["Action", "Version"];

/**
 * Reads a request of the query protocol: which operation, and its input. An operation is one of a version of the API
 * (aws/aws-cli#37 has the words); SQS goes on serving clients of its older versions.
 */
export function readQuery(
  service: WireService,
  request: HttpRequest,
  reading: Reading,
): { operation: Operation; input: () => Shape } {
  if (request.method !== "POST" && request.method !== "GET") {
    throw new AwsError("UnsupportedHttpVerb", `The HTTP verb ${request.method} is not supported`, 405);
  }
  const path = pathOf(request);
  if (service.name !== "sqs" && path !== "/") {
    throw new AwsError("UnknownOperationException", `There is nothing at ${path}`, 404);
  }
  const form = new URLSearchParams(
    request.method === "GET" ? request.url.split("?")[1] : Buffer.from(request.body).toString("utf8"),
  );
  const action = form.get("Action");
  if (!action) {
    throw new AwsError("MissingAction", "The request must contain the parameter Action.");
  }
  const version = form.get("Version") ?? "NO_VERSION_SPECIFIED";
  const operation = schemasOf(service.name).operations.get(action);
  if (operation === undefined || (service.name !== "sqs" && version !== service.version)) {
    throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${version}`);
  }
  const tree = queryTree(form);
  for (const field of FIELDS_OF_THE_PROTOCOL) {
    tree.children.delete(field);
  }
  return {
    operation,
    input: () => {
      // Older clients of SQS name the queue by the request's path alone.
      if (service.name === "sqs" && path !== "/" && !tree.children.has("QueueUrl")) {
        tree.children.set("QueueUrl", {
          value: `https://${request.headers["host"] ?? ""}${path}`,
          children: new Map(),
        });
      }
      return readQueryStructure(operation.input, tree, reading);
    },
  };
}

/** Writes an answer of the query protocol; `doubt` hears that something does not fit the model. */
export function writeQuery(
  service: WireService,
  { name, output: schema }: Operation,
  output: Shape,
  requestId: string,
  doubt: Doubt,
): Payload {
  const result = schema.isUnitSchema() ? "" : writeElement(`${name}Result`, schema, output, doubt);
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<${name}Response xmlns="${service.xmlNamespace ?? ""}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
  };
}

/** Writes an error of the query protocol. */
export function writeQueryError(service: WireService, error: WireError, requestId: string): Payload {
  const namespace = error.code === "InvalidAction" ? FAULT_NAMESPACE : (service.xmlNamespace ?? "");
  const type = error.status < 500 ? "Sender" : "Receiver";
  return {
    status: error.status,
    headers: { "content-type": "text/xml" },
    body:
      `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
