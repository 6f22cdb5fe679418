import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { AwsError, type Shape } from "../types.ts";
import { pathOf } from "./aws-json.ts";
import type { HttpRequest, Payload, WireError } from "./message.ts";
import type { Reading } from "./read-json.ts";
import { queryTree, readQueryStructure } from "./read-query.ts";
import { type Operation, schemasOf, type WireService } from "./schemas.ts";

const FAULT_NAMESPACE = "http://webservices.amazon.com/AWSFault/2005-15-09";
const DATE_TIME = 5;
const FIELDS_OF_THE_PROTOCOL = ["Action", "Version"];

/** Reads a request of the query protocol: which operation, and its input. */
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
  const operation = schemasOf(service.name).operations.get(action);
  if (operation === undefined) {
    const version = form.get("Version") ?? service.version;
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

/** Writes an answer of the query protocol. */
export function writeQuery(
  service: WireService,
  operation: Operation,
  output: Shape,
  requestId: string,
): Payload {
  const response = `${operation.name}Response`;
  const result = operation.output.isUnitSchema() ? "" : resultXml(operation, output);
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<${response} xmlns="${service.xmlNamespace ?? ""}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${response}>`,
  };
}

function resultXml(operation: Operation, output: Shape): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: false,
    xmlNamespace: "",
    serviceNamespace: "",
  });
  serializer.write(operation.output, output);
  const xml = serializer.flush().toString();
  // The serialiser names the root after the shape, the protocol after the action.
  const name = `${operation.name}Result`;
  const start = xml.search(/[\s/>]/);
  const selfClosed = xml.endsWith("/>") && xml.indexOf(">") === xml.length - 1;
  return selfClosed ? `<${name}/>` : `<${name}${xml.slice(start, xml.lastIndexOf("</"))}</${name}>`;
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
