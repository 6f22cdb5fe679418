import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { answer, BODY_LIMIT } from "../wire/endpoint.ts";
import type { HttpRequest } from "../wire/message.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { CONTROL_PATH, control } from "./control.ts";
import { Pace } from "./pace.ts";

/** Nothing but this machine may reach the simulated AWS. */
const HOST = "127.0.0.1";
/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

/** How a world is served. */
export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly speed: number;
  /** Told of what went wrong inside the simulated AWS; the server goes on. */
  readonly report: (error: unknown) => void;
}

/** A world that answers on a port. */
export interface RunningServer {
  readonly url: string;
  readonly pace: Pace;
  /** Answers no more, closes all connections, and stops the clock. */
  close(): Promise<void>;
}

/** Serves the world on one loopback port; rejects when the port cannot be had. */
export async function serve(world: SimulatedWorld, options: ServeOptions): Promise<RunningServer> {
  const pace = new Pace(world, options);
  const server = createServer((request, response) => {
    respond(world, pace, request, response).catch((error: unknown) => {
      options.report(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  server.listen(options.port, HOST);
  await once(server, "listening");
  pace.start();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    pace,
    async close() {
      const closed = once(server, "close");
      server.close();
      await pace.stop();
      // Connections that a lost region holds open would keep the server for ever.
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  world: SimulatedWorld,
  pace: Pace,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await read(incoming);
  if (request.url.startsWith(CONTROL_PATH)) {
    const { status, body } = await pace.turn(() => control(world, pace, request));
    response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
    return;
  }
  const reply = await pace.turn(() => pace.complete(answer(world, request)));
  if (reply.kind === "silence") {
    // The connection stays open until the client gives up.
    return;
  }
  if (reply.kind === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  const send = () => response.writeHead(reply.status, reply.headers).end(reply.body);
  if (reply.delay > 0 && pace.speed > 0) {
    setTimeout(send, reply.delay / pace.speed);
  } else {
    send();
  }
}

/** Reads a request whole; of a body that is too long only so much that it is seen to be. */
async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if (length <= BODY_LIMIT) chunks.push(chunk);
    length += chunk.length;
  }
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? "")]),
  );
  const body = inflated(Buffer.concat(chunks), headers["content-encoding"]);
  return { method: incoming.method ?? "GET", url: incoming.url ?? "/", headers, body };
}

/** Clients compress long metric data; a body that does not inflate is left for the service to refuse. */
function inflated(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: BODY_LIMIT + 1 });
  } catch {
    return body;
  }
}
