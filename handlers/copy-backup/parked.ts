/**
 * The parking queue: backups that found no free copy slot. No function is mapped to it; a finished copy
 * makes this step take from it.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import { InstanceId, Instant } from "../../shared/events/envelope.ts";
import type { Log } from "../../shared/log.ts";
import { type Snapshot, takenAt } from "../../shared/rds/snapshots.ts";

const Body = z.object({
  backupId: z.string(),
  backupArn: z.string(),
  instanceId: InstanceId,
  takenAt: Instant,
  parkedAt: Instant,
});

/** A parked backup. */
export type ParkedBackup = z.infer<typeof Body>;

/** A parked backup in our hands: hidden from others until it is given back or deleted. */
export interface HeldBackup {
  readonly parked: ParkedBackup;
  readonly receipt: string;
}

const perReceive = 10;
/**
 * 100 messages are seen at the most: as many as there are manual snapshots by AWS's default quota. Where more are
 * parked, the choice is among those that SQS shows.
 */
const receivesMax = 10;
/** Longer than this function runs, so that nobody else takes what is in our hands. */
const hiddenSeconds = 120;
/**
 * Asking with patience asks all of SQS's servers, so that a short answer means that there is no more; and it outlasts
 * another run that holds everything for a moment while it chooses.
 */
const patienceSeconds = 2;

/** Parks a backup until a copy slot comes free. */
export async function park(sqs: SQSClient, queue: string, backup: Snapshot, now: Date): Promise<void> {
  const body = {
    backupId: backup.id,
    backupArn: backup.arn,
    instanceId: backup.instanceId,
    takenAt: (takenAt(backup) ?? now).toISOString(),
    parkedAt: now.toISOString(),
  };
  await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(body) }));
}

function parse(body: string | undefined) {
  try {
    return Body.safeParse(JSON.parse(body ?? ""));
  } catch {
    // What is no JSON fails the contract like everything else that is not ours.
    return Body.safeParse(undefined);
  }
}

/** Takes what is parked into our hands. What is not of the contract is removed, and said. */
export async function takeAll(sqs: SQSClient, queue: string, log: Log): Promise<HeldBackup[]> {
  const held: HeldBackup[] = [];
  for (let receive = 0; receive < receivesMax; receive += 1) {
    const messages = await receiveSome(sqs, queue);
    for (const { Body: body, ReceiptHandle: receipt = "" } of messages) {
      const parsed = parse(body);
      if (parsed.success) {
        held.push({ parked: parsed.data, receipt });
      } else {
        log.error("parked message is not of its contract and was removed", {
          error_text: z.prettifyError(parsed.error),
        });
        await remove(sqs, queue, receipt);
      }
    }
    if (messages.length < perReceive) break;
  }
  return held;
}

async function receiveSome(sqs: SQSClient, queue: string): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue,
    MaxNumberOfMessages: perReceive,
    VisibilityTimeout: hiddenSeconds,
    WaitTimeSeconds: patienceSeconds,
  });
  return (await sqs.send(command)).Messages ?? [];
}

/** Gives back what was taken and is not copied now; what fails to go back comes back by itself. */
export async function giveBack(sqs: SQSClient, queue: string, held: readonly HeldBackup[]): Promise<void> {
  for (let from = 0; from < held.length; from += perReceive) {
    const Entries = held
      .slice(from, from + perReceive)
      .map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue, Entries }));
  }
}

/** Deletes a parked message that is done with. */
export async function remove(sqs: SQSClient, queue: string, receipt: string): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: receipt }));
}
