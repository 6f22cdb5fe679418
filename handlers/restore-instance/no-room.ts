import { inLineWord, type Outcome } from "../../shared/declaration.ts";
import { errorCode, errorText } from "../../shared/errors.ts";
import type { Alert } from "../../shared/events/announce-events.ts";
import type { RestoreRequest } from "./decide.ts";

/** What a restore has no room in, and what makes room. */
interface Room {
  readonly what: string;
  readonly remedy: string;
}

/** The word on the copy that says that people know of the wait. */
const toldWord = "no-room";

/** A restore that waits for room, said on its copy, so that people are told once and not each time it is asked for. */
export const waitingForRoom: Outcome = { kind: "pending", told: toldWord };

/** The same in line for a quota: finish-restore asks for it when its turn comes. */
export const waitingInLine: Outcome = { kind: "pending", told: inLineWord };

/** Whether people still have to be told that a restore waits for room. */
export function isNewWait(outcome: Outcome): boolean {
  return outcome.kind === "pending" && outcome.told !== toldWord && outcome.told !== inLineWord;
}

/**
 * How a restore without room waits. For a quota it gets in line; refused again though its turn had come, and for
 * capacity, it tries by itself every few minutes and holds nobody up who could use the room that is there.
 */
export function howToWait(error: unknown, outcome: Outcome): Outcome {
  const isQuota = ["InstanceQuotaExceeded", "StorageQuotaExceeded"].includes(errorCode(error));
  return isQuota && isNewWait(outcome) ? waitingInLine : waitingForRoom;
}

const raiseQuota = "ask for a higher one in Service Quotas, or delete what is not needed there";

function roomOf(code: string, instanceId: string, instanceClass: string, region: string): Room {
  switch (code) {
    case "InstanceQuotaExceeded":
      return { what: `the quota of DB instances in ${region}`, remedy: raiseQuota };
    case "StorageQuotaExceeded":
      return { what: `the quota of total storage of DB instances in ${region}`, remedy: raiseQuota };
    default:
      return {
        what: `the capacity of ${region} for ${instanceClass}`,
        remedy: `if it does not come free, declare again under another declarationId with "overrides":{"${instanceId}":{"instanceClass":"<another class>"}}`,
      };
  }
}

/** Says at the first look without room that a restore waits, for what, and what to do about it. */
export function noRoomAlert(
  { declaration, instanceId, restoreAs }: RestoreRequest,
  instanceClass: string | undefined,
  error: unknown,
  region: string,
): Omit<Alert, "version"> {
  const { what, remedy } = roomOf(
    errorCode(error),
    instanceId,
    instanceClass ?? "the class of the copy",
    region,
  );
  return {
    kind: "restore-waiting",
    subject: `${instanceId} waits for room: ${what}`,
    message: [
      `Declaration ${declaration.id}: ${instanceId} cannot be restored as ${restoreAs} yet, since ${what} is used up.`,
      `AWS says: ${errorText(error)}`,
      "",
      `It is tried again every few minutes until there is room. What helps: ${remedy}.`,
    ].join("\n"),
    instances: [instanceId],
  };
}

/** Says that a restore waits in line, for the quotas have no room for all that is restored. */
export function inLineAlert(
  { declaration, instanceId, restoreAs }: RestoreRequest,
  region: string,
): Omit<Alert, "version"> {
  return {
    kind: "restore-waiting",
    subject: `${instanceId} waits for room: the quotas of DB instances in ${region}`,
    message: [
      `Declaration ${declaration.id}: ${instanceId} cannot be restored as ${restoreAs} yet, since the quotas of ${region} have no room for it beside the instances of its declaration that go first.`,
      "",
      `It is restored when there is room and its turn has come. What helps: ${raiseQuota}.`,
    ].join("\n"),
    instances: [instanceId],
  };
}
