import { HttpResponse } from "@smithy/core/transport";
import { answer } from "../wire/endpoint.ts";
import { isServiceName, WIRE_SERVICES } from "../wire/schemas.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { type Answers, kernelWorld } from "./doubles.ts";

/** An instant with milliseconds, which must survive the wire. */
export const AT = new Date("2026-03-01T02:03:04.500Z");

/** Client settings whose requests go straight to the simulated AWS. */
export function through(world: SimulatedWorld) {
  return {
    region: "us-west-2",
    maxAttempts: 1,
    credentials: { accessKeyId: "operator", secretAccessKey: "any" },
    requestHandler: {
      metadata: { handlerProtocol: "http/1.1" },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
      destroy: () => {},
      async handle(request: {
        method: string;
        path: string;
        hostname: string;
        query?: Record<string, unknown>;
        headers: Record<string, string>;
        body?: unknown;
      }) {
        const query = new URLSearchParams(request.query as Record<string, string>).toString();
        const reply = await answer(world, {
          method: request.method,
          url: query === "" ? request.path : `${request.path}?${query}`,
          headers: { host: request.hostname, ...lowerCased(request.headers) },
          body: bytesOf(request.body),
        });
        if (reply.kind !== "reply") {
          throw new Error(reply.kind);
        }
        const body = Buffer.from(reply.body);
        return {
          response: new HttpResponse({ statusCode: reply.status, headers: { ...reply.headers }, body }),
        };
      },
    },
  };
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    : Buffer.from((body ?? "") as string);
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** A world in which services answer only what a test says. */
export function worldWith(answers: Answers) {
  return kernelWorld({ answers });
}

/** A form with the version of the service's API, unless it has one. */
function withVersion(service: string, body: string): string {
  if (!isServiceName(service) || WIRE_SERVICES[service].protocol !== "query") return body;
  return body.includes("Version=") ? body : `${body}&Version=${WIRE_SERVICES[service].version}`;
}

/** Posts a body as a signed client would, without a client that would have refused to send it. */
export async function post(
  world: SimulatedWorld,
  service: string,
  body: string,
  { headers = {}, region = "us-west-2", method = "POST", url = "/", key = "operator" } = {},
) {
  const reply = await answer(world, {
    method,
    url,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260301/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...headers,
    },
    body: Buffer.from(withVersion(service, body)),
  });
  if (reply.kind !== "reply") {
    throw new Error(reply.kind);
  }
  return reply;
}
