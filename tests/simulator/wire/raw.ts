import type { ServiceName } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { answer } from "./endpoint.ts";
import type { HttpReply } from "./message.ts";
import { signed } from "./sample-requests.ts";

/** A request as it goes over the wire, but for its signature. */
interface RawRequest {
  readonly service: ServiceName;
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends a request as the operator in us-east-1, and returns what came back. */
export async function sendRaw(
  world: SimulatedWorld,
  { service, method = "POST", url = "/", headers = {}, body = "" }: RawRequest,
): Promise<Extract<HttpReply, { kind: "reply" }>> {
  const signedHeaders = { host: "127.0.0.1", authorization: signed(service), ...headers };
  const request = { method, url, headers: signedHeaders, body: Buffer.from(body) };
  const reply = await world.complete(answer(world, request));
  if (reply.kind !== "reply") throw new Error(`${service} ${url}: ${reply.kind}`);
  return reply;
}
