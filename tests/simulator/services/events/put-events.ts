import { numberKnob } from "../../knobs.ts";
import { AwsError, type AwsEvent, type Shape, type World } from "../../types.ts";
import { isoSeconds } from "./delivery.ts";
import { shapeOf, shapesOf, text, textsOf } from "./properties.ts";

// PutEvents: at most 10 entries, together under a size that is a knob.
const ENTRIES_MAX = 10;
const DETAIL_TYPE_MAX = 128;

/** One entry of PutEvents: an event for a bus, or why it is refused. */
export type PutEntry =
  | { readonly ok: true; readonly bus: string; readonly event: AwsEvent }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Reads the entries of a PutEvents call; throws when the call as a whole is refused. */
export function readEntries(world: World, region: string, input: Shape, newId: () => string): PutEntry[] {
  const entries = shapesOf(input["Entries"]);
  if (entries.length === 0 || entries.length > ENTRIES_MAX) {
    const bound =
      entries.length === 0 ? "greater than or equal to 1" : `less than or equal to ${ENTRIES_MAX}`;
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (
    entries.reduce((sum, entry) => sum + entryBytes(entry), 0) >= numberKnob(world.knobs, "putEventsBytes")
  ) {
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
  return entries.map((entry) => readEntry(world, region, entry, newId));
}

/** The size of an entry as EventBridge counts it (user guide, "Calculating PutEvents event entry size"). */
export function entryBytes(entry: Shape): number {
  const texts = [text(entry, "Source"), text(entry, "DetailType"), text(entry, "Detail")];
  const resources = textsOf(entry["Resources"]);
  const size = [...texts, ...resources].reduce((sum, each) => sum + Buffer.byteLength(each ?? "", "utf8"), 0);
  return size + (entry["Time"] === undefined ? 0 : 14);
}

function readEntry(world: World, region: string, entry: Shape, newId: () => string): PutEntry {
  for (const name of ["Source", "DetailType", "Detail"]) {
    if ((text(entry, name) ?? "") === "") {
      return refuse(
        "InvalidArgument",
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
    }
  }
  const source = text(entry, "Source") ?? "";
  const detailType = text(entry, "DetailType") ?? "";
  if (source.startsWith("aws.")) {
    return refuse("NotAuthorizedForSourceException", "Not authorized for the source.");
  }
  if (detailType.length > DETAIL_TYPE_MAX) {
    const reason = `DetailType must be at most ${DETAIL_TYPE_MAX} characters long.`;
    return refuse("InvalidArgument", `Parameter DetailType is not valid. Reason: ${reason}`);
  }
  const detail = parseDetail(text(entry, "Detail") ?? "");
  if (detail === undefined) {
    return refuse("MalformedDetail", "Detail is malformed.");
  }
  const id = newId();
  // "If an individual entry within a request fails, EventBridge continues processing the rest of the entries."
  const probability = world.knobs["putEventsFailureProbability"];
  if (typeof probability === "number" && world.random("put-events", id) < probability) {
    world.journal.write(region, "event-refused", { id, source, detailType });
    return refuse("InternalFailure", "Unexpected exception, please try again.");
  }
  const time = entry["Time"] instanceof Date ? entry["Time"].getTime() : world.clock.now();
  const event: AwsEvent = {
    ...{ version: "0", id, "detail-type": detailType, source, account: world.account },
    ...{ time: isoSeconds(time), region, resources: textsOf(entry["Resources"]), detail },
  };
  return { ok: true, bus: text(entry, "EventBusName") ?? "default", event };
}

function refuse(code: string, message: string): PutEntry {
  return { ok: false, code, message };
}

function parseDetail(detail: string): Shape | undefined {
  try {
    return shapeOf(JSON.parse(detail));
  } catch {
    return undefined;
  }
}
