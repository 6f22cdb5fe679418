import { type Profiler, Session } from "node:inspector/promises";

/** A share of the processor time. */
export interface Cost {
  readonly area: string;
  readonly milliseconds: number;
  readonly share: number;
}

type Node = Profiler.ProfileNode;

interface Area {
  readonly name: string;
  /** Whether a frame belongs to it. */
  readonly is: (frame: Frame) => boolean;
}

interface Frame {
  readonly url: string;
  readonly name: string;
}

const project = (path: string) => (frame: Frame) => frame.url.includes(`/tests/${path}`);
const inBundle = ({ url }: Frame) => /\/asset[./]/.test(url);
const bundled = (names: RegExp) => (frame: Frame) => inBundle(frame) && names.test(frame.name);

/**
 * What a stack is counted as: the first area that any of its frames belongs to, in this order. Minified names
 * say little, so areas inside the bundles go by the methods that minifying leaves alone.
 */
const areas: readonly Area[] = [
  {
    name: "garbage collection",
    is: ({ name, url }) => url === "" && name === "(garbage collector)",
  },
  {
    name: "cold starts: running the bundle's top level",
    is: ({ name, url }) => url.includes("/sandbox/loader.ts") && name === "load",
  },
  {
    name: "cold starts: making the sandbox",
    is: ({ name, url }) => url.includes("/sandbox/index.ts") && name === "createSandbox",
  },
  {
    name: "reading XML and JSON in the bundle",
    is: bundled(/^(parseXml|parse|parseTag|deserializeResponse|readSchema)$/),
  },
  { name: "signing in the bundle", is: bundled(/^(signRequest|sign|getSigningKey|createCanonicalRequest)$/) },
  { name: "simulated AWS: the wire", is: project("simulator/wire/") },
  { name: "simulated AWS: permissions", is: project("simulator/iam/") },
  { name: "simulated AWS: services", is: project("simulator/services/") },
  { name: "the bundles' other code", is: inBundle },
  { name: "sandbox: network, timers, files", is: project("simulator/sandbox/") },
  { name: "Lambda and clock", is: project("simulator/") },
  { name: "rehearsal and its journal", is: project("rehearsal/") },
];
const rest = "Node.js itself";
const ignored = new Set(["(idle)", "(root)"]);

/** Runs something under V8's own sampling profiler and tells what the time went into, dearest first. */
export async function profiled(run: () => Promise<unknown>): Promise<readonly Cost[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: 250 });
    await session.post("Profiler.start");
    await run();
    const { profile } = await session.post("Profiler.stop");
    return costsOf(profile);
  } finally {
    session.disconnect();
  }
}

/** Counts each sample's time to the area of its stack. */
export function costsOf(profile: Profiler.Profile): readonly Cost[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)),
  );
  const known = new Map<number, string | undefined>();
  const totals = new Map<string, number>();
  for (const [index, id] of (profile.samples ?? []).entries()) {
    if (!known.has(id)) known.set(id, areaOf(id, nodes, parents));
    const area = known.get(id);
    const milliseconds = (profile.timeDeltas?.[index] ?? 0) / 1000;
    if (area !== undefined) totals.set(area, (totals.get(area) ?? 0) + milliseconds);
  }
  const sum = [...totals.values()].reduce((all, each) => all + each, 0);
  return [...totals]
    .map(([area, milliseconds]) => ({ area, milliseconds, share: milliseconds / sum }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

/** The area of a stack, given by its innermost frame; undefined when nothing was running. */
function areaOf(
  id: number,
  nodes: ReadonlyMap<number, Node>,
  parents: ReadonlyMap<number, number>,
): string | undefined {
  const frames: Frame[] = [];
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const call = nodes.get(at)?.callFrame;
    frames.push({ url: call?.url ?? "", name: call?.functionName ?? "" });
  }
  const [innermost] = frames;
  // The profiler's own work is none of the simulator's.
  if (innermost === undefined || ignored.has(innermost.name) || innermost.url === "node:inspector") {
    return undefined;
  }
  return areas.find(({ is }) => frames.some(is))?.name ?? rest;
}
