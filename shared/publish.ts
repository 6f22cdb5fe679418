import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { RetryableError } from "./errors.ts";
import type { Alert } from "./events/announce-events.ts";
import { ownSource } from "./events/envelope.ts";

/** An event of ours before it is on a bus. */
export interface OutgoingEvent {
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const entriesMax = 10;
/** PutEvents takes 256 KB a call; kept below, since AWS counts names and envelope too. */
const bytesMax = 200_000;

function batches(entries: PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const all: PutEventsRequestEntry[][] = [];
  let batch: PutEventsRequestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.Detail ?? "") + 500;
    if (batch.length === entriesMax || (batch.length > 0 && bytes + size > bytesMax)) {
      all.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  return batch.length > 0 ? [...all, batch] : all;
}

/** Puts events of ours on `bus`; entries that EventBridge did not take fail the message, which is idempotent to repeat. */
export async function publish(
  events: EventBridgeClient,
  bus: string,
  outgoing: readonly OutgoingEvent[],
): Promise<void> {
  const entries = outgoing.map(({ type, detail }) => ({
    EventBusName: bus,
    Source: ownSource,
    DetailType: type,
    Detail: JSON.stringify({ version: 1, ...detail }),
  }));
  for (const batch of batches(entries)) {
    const answer = await events.send(new PutEventsCommand({ Entries: batch }));
    if ((answer.FailedEntryCount ?? 0) > 0) {
      const first = answer.Entries?.find((entry) => entry.ErrorCode !== undefined);
      throw new RetryableError(
        `could not publish ${answer.FailedEntryCount} of ${batch.length} events yet: ${first?.ErrorCode}: ${first?.ErrorMessage}`,
      );
    }
  }
}

/** An alert as an event: announce turns it into a mail. */
export function alertEvent(alert: Omit<Alert, "version">): OutgoingEvent {
  return { type: "alert", detail: alert };
}
