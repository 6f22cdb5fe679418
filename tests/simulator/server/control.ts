import type { JournalEntry, Region } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { digestOf, queuesOf } from "./digest.ts";
import { SPEED_MAX } from "./options.ts";
import type { Pace } from "./pace.ts";

/** Where the control path begins; everything else on the port is AWS. */
export const CONTROL_PATH = "/_control/";

/** An answer of the control path: always JSON. */
export interface ControlReply {
  readonly status: number;
  readonly body: unknown;
}

const MINUTES_MAX = 366 * 24 * 60;

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Act = (world: SimulatedWorld, pace: Pace, body: Readonly<Record<string, unknown>>) => unknown;
type Look = (world: SimulatedWorld, pace: Pace, query: URLSearchParams) => unknown;

const looks: Readonly<Record<string, Look>> = {
  state: stateOf,
  mails: (world, _pace, query) => ({ mails: mailsOf(world, query.get("since")) }),
  "dead-letters": (world) => ({
    deadLetters: world.regions.flatMap((region) => deadLettersOf(world, region)),
  }),
};

const acts: Readonly<Record<string, Act>> = {
  async advance(world, pace, body) {
    await pace.advance(numberOf(body, "minutes", MINUTES_MAX) * 60_000);
    return stateOf(world, pace);
  },
  speed(world, pace, body) {
    pace.speed = numberOf(body, "speed", SPEED_MAX);
    return stateOf(world, pace);
  },
  lose(world, pace, body) {
    const { name, lost } = regionOf(world, body);
    if (!lost) world.lose(name);
    return stateOf(world, pace);
  },
  restore(world, pace, body) {
    const { name, lost } = regionOf(world, body);
    if (lost) world.restore(name);
    return stateOf(world, pace);
  },
};

/** Paths of the control path, by method. */
export const controlPaths = { GET: Object.keys(looks), POST: Object.keys(acts) } as const;

/** Answers a request of the control path; to be called within a turn. */
export async function control(
  world: SimulatedWorld,
  pace: Pace,
  request: { readonly method: string; readonly url: string; readonly body: Uint8Array },
): Promise<ControlReply> {
  const [path = "", query = ""] = request.url.slice(CONTROL_PATH.length).split("?");
  try {
    const look = Object.hasOwn(looks, path) ? looks[path] : undefined;
    const act = Object.hasOwn(acts, path) ? acts[path] : undefined;
    if (look !== undefined && request.method === "GET") {
      return { status: 200, body: look(world, pace, new URLSearchParams(query)) };
    }
    if (act !== undefined && request.method === "POST") {
      return { status: 200, body: await act(world, pace, parsed(request.body)) };
    }
    if (look === undefined && act === undefined) {
      const known = [...controlPaths.GET, ...controlPaths.POST].join(", ");
      throw new Refusal(404, `${CONTROL_PATH} has ${known}; got '${path}'`);
    }
    throw new Refusal(405, `${CONTROL_PATH}${path} takes ${look === undefined ? "POST" : "GET"}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { error: error.message } };
  }
}

function stateOf(world: SimulatedWorld, pace: Pace) {
  return {
    now: new Date(world.clock.now()).toISOString(),
    speed: pace.speed,
    digest: digestOf(world),
    regions: Object.fromEntries(world.regions.map((region) => [region.name, regionState(world, region)])),
  };
}

function regionState(world: SimulatedWorld, region: Region) {
  return {
    lost: region.lost,
    instances: region.rds.instances().length,
    snapshots: region.rds.snapshots().length,
    copiesInProgress: region.rds.copiesInProgress().length,
    deadLetters: deadLettersOf(world, region).length,
  };
}

function mailsOf(world: SimulatedWorld, since: string | null): unknown[] {
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (Number.isNaN(from)) throw new Refusal(400, `since is no time: '${since}'`);
  return world.journal.entries.filter(({ at, kind }) => kind === "mail" && at >= from).map(mailOf);
}

function mailOf({ at, region, data }: JournalEntry): unknown {
  const { topic, subject, message, endpoints } = data;
  return { at: new Date(at).toISOString(), region, topic, subject, message, to: endpoints };
}

function deadLettersOf(world: SimulatedWorld, region: Region): unknown[] {
  return queuesOf(world, region)
    .filter(({ name }) => /-dead-letters(\.fifo)?$/.test(name))
    .flatMap(({ name, messages }) =>
      messages.map(({ id, body, from, sentAt }) => ({
        ...{ region: region.name, queue: name, id, body, from },
        sentAt: new Date(sentAt).toISOString(),
      })),
    );
}

function parsed(body: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal(400, "the body is not a JSON object");
  }
  return { ...value };
}

function numberOf(body: Readonly<Record<string, unknown>>, name: string, most: number): number {
  const value = body[name];
  if (typeof value !== "number" || !(value >= 0 && value <= most)) {
    throw new Refusal(400, `${name} takes a number from 0 to ${most}, got ${JSON.stringify(value)}`);
  }
  return value;
}

function regionOf(world: SimulatedWorld, body: Readonly<Record<string, unknown>>): Region {
  const found = world.regions.find(({ name }) => name === body["region"]);
  if (found === undefined) {
    const known = world.regions.map(({ name }) => name).join(" or ");
    throw new Refusal(400, `region takes ${known}, got ${JSON.stringify(body["region"])}`);
  }
  return found;
}
