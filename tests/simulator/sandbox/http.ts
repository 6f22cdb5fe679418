import { EventEmitter } from "node:events";
import * as realHttp from "node:http";
import * as realHttps from "node:https";
import { Readable } from "node:stream";
import type { HttpReply, HttpRequest } from "../wire/message.ts";
import { closed, type Sources } from "./globals.ts";
import { Agent, Socket } from "./sockets.ts";
import type { SandboxTimers } from "./timers.ts";

/** Milliseconds of a connection, of the way there and of the way back, drawn anew for each call. */
interface Latency {
  readonly connect: number;
  readonly there: number;
  readonly back: number;
  /** Which of the requests that arrive in one millisecond is the first. */
  readonly rank: number;
}

/** The network as a sandbox reaches it. */
export interface Network {
  /** Whether a new connection to this host comes about; throws for hosts that are not simulated. */
  reachable(host: string): boolean;
  latency(request: string): Latency;
  /** Milliseconds for which an idle connection stays open. */
  readonly keepAlive: number;
  /** Sends a request off: it arrives even if the sender is killed meanwhile. */
  send(latency: Latency, message: () => HttpRequest, receive: (reply: HttpReply) => void): void;
  readonly requests: Requests;
}

/** What an environment's clients may remember of its requests. */
export interface Requests {
  /** So many are not answered in full yet. */
  open: number;
  /** Some broke off or were refused: clients keep count, for how often they try again. */
  failed: boolean;
}

interface Host {
  readonly network: Network;
  readonly timers: SandboxTimers;
  readonly sources: Sources;
}

interface RequestOptions {
  readonly host?: string;
  readonly hostname?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly agent?: Agent;
}

type Listener = (...values: unknown[]) => void;

class ClientRequest extends EventEmitter {
  destroyed = false;
  socket: Socket | undefined;
  res: Readable | undefined;
  readonly #host: Host;
  readonly #options: RequestOptions;
  readonly #hostname: string;
  readonly #agent: Agent;
  readonly #chunks: Buffer[] = [];
  readonly #latency: Latency;
  #ended = false;
  #sent = false;

  constructor(host: Host, options: RequestOptions, agent: Agent, onResponse?: Listener) {
    super();
    this.#host = host;
    this.#options = options;
    this.#hostname = (options.hostname ?? options.host ?? "").toLowerCase();
    this.#agent = options.agent ?? agent;
    this.#latency = host.network.latency(likeness(this.#hostname, options));
    if (onResponse !== undefined) {
      this.once("response", onResponse);
    }
    const { sources, network } = host;
    network.requests.open += 1;
    const reused = this.#agent.take(this.#hostname, sources.now(), sources.life());
    // Looked up at once, so that a host that is not simulated fails where the request is made.
    const reachable = host.network.reachable(this.#hostname);
    process.nextTick(() => this.#assign(reused, reachable));
  }

  write(chunk: string | Uint8Array): boolean {
    this.#chunks.push(
      typeof chunk === "string"
        ? Buffer.from(chunk)
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
    );
    return true;
  }

  end(chunk?: string | Uint8Array): this {
    if (chunk !== undefined && typeof chunk !== "function") {
      this.write(chunk);
    }
    this.#ended = true;
    this.#send();
    return this;
  }

  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    if (this.socket === undefined) {
      this.once("socket", (socket: Socket) => socket.setTimeout(milliseconds, onTimeout));
    } else {
      this.socket.setTimeout(milliseconds, onTimeout);
    }
    return this;
  }

  setNoDelay(): void {}
  setSocketKeepAlive(): void {}
  flushHeaders(): void {}

  abort(): void {
    this.destroy();
  }

  destroy(error?: Error): this {
    if (this.destroyed) {
      return this;
    }
    this.destroyed = true;
    this.socket?.destroy();
    this.#host.network.requests.failed = true;
    const hungUp = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    process.nextTick(() => {
      if (this.res === undefined) {
        this.emit("error", error ?? hungUp);
      } else {
        this.res.destroy(error);
      }
      this.emit("close");
    });
    return this;
  }

  #assign(reused: boolean, reachable: boolean): void {
    if (this.destroyed || !this.#host.timers.alive) {
      return;
    }
    const socket = new Socket(!reused, this.#host.timers);
    this.socket = socket;
    this.emit("socket", socket);
    if (reused) {
      this.#send();
    } else if (reachable) {
      this.#host.timers.later(this.#latency.connect, () => {
        if (!this.destroyed) {
          socket.connecting = false;
          socket.emit("connect");
          socket.emit("secureConnect");
          this.#send();
        }
      });
    }
  }

  #send(): void {
    if (!this.#ended || this.#sent || this.destroyed || this.socket === undefined || this.socket.connecting) {
      return;
    }
    this.#sent = true;
    this.socket.active();
    this.#host.network.send(
      this.#latency,
      () => this.#message(),
      (reply) => this.#receive(reply, this.#latency.back),
    );
  }

  #receive(reply: HttpReply, back: number): void {
    const { timers, network } = this.#host;
    if (reply.kind !== "reply" || reply.status >= 400) {
      network.requests.failed = true;
    }
    if (reply.kind === "reply") {
      timers.later(back + reply.delay, () => this.#respond(reply));
    } else if (reply.kind === "reset") {
      const broken = { code: "ECONNRESET", errno: -104, syscall: "read" };
      timers.later(back, () => this.destroy(Object.assign(new Error("read ECONNRESET"), broken)));
    }
  }

  #message(): HttpRequest {
    const headers: Record<string, string> = { host: this.#hostname };
    for (const [name, value] of Object.entries(this.#options.headers ?? {})) {
      headers[name.toLowerCase()] = Array.isArray(value) ? value.join(",") : String(value);
    }
    return {
      method: this.#options.method ?? "GET",
      url: this.#options.path ?? "/",
      headers,
      body: Buffer.concat(this.#chunks),
    };
  }

  #respond(reply: HttpReply & { kind: "reply" }): void {
    if (this.destroyed) {
      return;
    }
    this.socket?.quiet();
    const response = Object.assign(new Readable({ read() {} }), {
      statusCode: reply.status,
      statusMessage: realHttp.STATUS_CODES[reply.status] ?? "",
      headers: { ...reply.headers },
      rawHeaders: Object.entries(reply.headers).flat(),
      httpVersion: "1.1",
      socket: this.socket,
      complete: true,
    });
    this.res = response;
    this.#agent.release(this.#hostname, this.#host.sources.now() + this.#host.network.keepAlive);
    this.emit("response", response);
    response.push(Buffer.from(reply.body, "utf8"));
    response.push(null);
    response.once("end", () => {
      this.#host.network.requests.open -= 1;
      this.destroyed = true;
      this.emit("close");
    });
  }
}

/** What a request is told by, before its body is there: clients sign the body's hash in a header. */
function likeness(hostname: string, { path, headers }: RequestOptions): string {
  return [hostname, path, headers?.["x-amz-target"], headers?.["x-amz-content-sha256"]].join(" ");
}

/** node:http and node:https of a sandbox: requests go to the simulated AWS, in virtual time. */
export function virtualHttp(host: Host) {
  const globalAgent = new Agent({ keepAlive: true });
  const request = (...values: [unknown, unknown?, unknown?]): ClientRequest => {
    let options: RequestOptions = {};
    for (const value of values) {
      if (typeof value === "string" || value instanceof URL) {
        options = { ...options, ...urlOptions(new URL(value)) };
      } else if (typeof value === "object" && value !== null) {
        options = { ...options, ...value };
      }
    }
    const onResponse = values.find((value) => typeof value === "function") as Listener | undefined;
    return new ClientRequest(host, options, globalAgent, onResponse);
  };
  const get = (...values: [unknown, unknown?, unknown?]) => request(...values).end();
  const open = {
    request,
    get,
    Agent,
    globalAgent,
    STATUS_CODES: realHttp.STATUS_CODES,
    METHODS: realHttp.METHODS,
  };
  return {
    http: closed("node:http", open, realHttp, host.sources),
    https: closed("node:https", open, realHttps, host.sources),
  };
}

function urlOptions(url: URL): RequestOptions {
  return { hostname: url.hostname, path: url.pathname + url.search, method: "GET" };
}
