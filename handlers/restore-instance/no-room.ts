import type { Outcome } from "../../shared/declaration.ts";
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

/** Whether people still have to be told that a restore waits for room. */
export function isNewWait(outcome: Outcome): boolean {
  return outcome.kind === "pending" && outcome.told !== toldWord;
}

function roomOf(code: string, instanceId: string, instanceClass: string, region: string): Room {
  const raise = "ask for a higher one in Service Quotas, or delete what is not needed there";
  switch (code) {
    case "InstanceQuotaExceeded":
      return { what: `the quota of DB instances in ${region}`, remedy: raise };
    case "StorageQuotaExceeded":
      return { what: `the quota of total storage of DB instances in ${region}`, remedy: raise };
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
