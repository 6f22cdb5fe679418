import { type RDSClient, RestoreDBInstanceFromDBSnapshotCommand } from "@aws-sdk/client-rds";
import { eventsClient, rdsClient } from "../../shared/clients.ts";
import { encodeOutcome, type Outcome, outcomeOf } from "../../shared/declaration.ts";
import { errorCode, errorText, meaningOf, RetryableError, raise } from "../../shared/errors.ts";
import type { Alert } from "../../shared/events/announce-events.ts";
import { RestoreRequested } from "../../shared/events/dr-events.ts";
import { alertEvent, publish } from "../../shared/publish.ts";
import { findInstance } from "../../shared/rds/instances.ts";
import { findSnapshot, type Snapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import { tagResources, tryToTag } from "../../shared/restore/tag-resources.ts";
import { type StepDecision, step, type Tools, waiter } from "../../shared/step.ts";
import { decideExisting, decideRestore, type RestoreRequest } from "./decide.ts";
import { type Attempt, attemptsMax, degrade } from "./degrade.ts";
import { restoreInput } from "./input.ts";
import { howToWait, inLineAlert, isNewWait, noRoomAlert, waitingInLine } from "./no-room.ts";

const wait = waiter("restore-instance");

function keysOf({ declaration, instanceId, copyId }: RestoreRequest) {
  return { instance_id: instanceId, copy_id: copyId, declaration_id: declaration.id };
}

/** Looks again later, without end: on the day, only the operator decides that a restore is not worth waiting for. */
async function waitFor(
  message: RestoreRequested,
  because: string,
  tools: Tools,
  text?: string,
): Promise<StepDecision> {
  const { declaration, restoreAs } = message.detail;
  await wait(message, tools, `${declaration.id} ${restoreAs}`);
  const attempt = (message.wait?.looks ?? 0) + 1;
  return {
    kind: "wait",
    because,
    keys: { ...keysOf(message.detail), attempt, ...(text !== undefined && { error_text: text }) },
  };
}

/** Says that an instance will not come back by itself, and writes it on the copy, where finish-restore counts it. */
async function fail(
  request: RestoreRequest,
  copy: Snapshot | undefined,
  because: string,
  text: string,
  tools: Tools,
): Promise<StepDecision> {
  const { declaration, instanceId, copyId, restoreAs } = request;
  const alert = alertEvent({
    kind: "restore-failed",
    subject: `${instanceId} could not be restored: ${because}`,
    message: [
      `Declaration ${declaration.id}: ${instanceId} could not be restored from ${copyId} as ${restoreAs}.`,
      text,
      "",
      "It is not tried again by itself. Remove the cause and declare again, if need be with overrides for this instance.",
    ].join("\n"),
    instances: [instanceId],
  });
  const failed = {
    type: "restore-failed",
    detail: { declaration, instanceId, copyId, restoreAs, because, text },
  };
  await publish(eventsClient(tools.region), tools.names.bus, [failed, alert]);
  if (copy !== undefined) {
    const tags = [[tagKeys.outcome, encodeOutcome({ kind: "refused", because }, declaration.id)]] as const;
    await tagResources(rdsClient(tools.region), [{ arn: copy.arn, tags }]);
  }
  return { kind: "fail", because, keys: { ...keysOf(request), error_text: text } };
}

/** What RDS said in the end; without an error the restore has begun. */
interface Tried {
  readonly dropped: readonly string[];
  readonly error?: unknown;
}

/** Restores, doing without what this region does not have. */
async function tryToRestore(
  rds: RDSClient,
  first: Attempt,
  travelledClass: string | undefined,
): Promise<Tried> {
  let attempt = first;
  for (let tries = 1; ; tries++) {
    try {
      await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(attempt.input));
      return { dropped: attempt.dropped };
    } catch (error) {
      const next = tries < attemptsMax ? degrade(attempt, error, travelledClass) : undefined;
      if (next === undefined) return { dropped: attempt.dropped, error };
      attempt = next;
    }
  }
}

/** A name that is taken: by this very restore, or by somebody else's instance. */
async function checkExisting(
  rds: RDSClient,
  message: RestoreRequested,
  copy: Snapshot,
  tools: Tools,
): Promise<StepDecision> {
  const { restoreAs } = message.detail;
  const instance = await findInstance(rds, restoreAs).catch((error: unknown) =>
    raise(`look at instance '${restoreAs}'`, error),
  );
  const existing = decideExisting(instance, message.detail, tools.settings.environment);
  if (existing.kind === "look-again") {
    throw new RetryableError(
      `could not look at instance '${restoreAs}' yet: RDS says both that it exists and that it does not`,
    );
  }
  if (existing.kind === "nothing") return { ...existing, keys: keysOf(message.detail) };
  return fail(
    message.detail,
    copy,
    existing.because,
    `The name ${restoreAs} is taken by an instance that is not this restore.`,
    tools,
  );
}

/**
 * Waits for room: tells people, once, and writes on the copy for what. In line it is finish-restore that asks again;
 * a copy that cannot be written on stands in no line.
 */
async function waitForRoom(
  message: RestoreRequested,
  copy: Snapshot,
  outcome: Outcome,
  alert: Omit<Alert, "version">,
  tools: Tools,
  text?: string,
): Promise<StepDecision> {
  const { region, names, log } = tools;
  const request = message.detail;
  const present = outcomeOf(copy);
  if (isNewWait(present)) await publish(eventsClient(region), names.bus, [alertEvent(alert)]);
  const isWritten = encodeOutcome(outcome) === encodeOutcome(present);
  const tags = [[tagKeys.outcome, encodeOutcome(outcome, request.declaration.id)]] as const;
  const refusals = await tryToTag(rdsClient(region), isWritten ? [] : [{ arn: copy.arn, tags }]);
  for (const [, refusal] of refusals)
    log.warn("wait could not be written on the copy", { ...keysOf(request), error_text: errorText(refusal) });
  if (outcome !== waitingInLine || refusals.size > 0) return waitFor(message, "no-room", tools, text);
  return {
    kind: "wait",
    because: "in-line",
    keys: { ...keysOf(request), ...(text !== undefined && { error_text: text }) },
  };
}

async function restore(
  rds: RDSClient,
  message: RestoreRequested,
  copy: Snapshot,
  tools: Tools,
): Promise<StepDecision> {
  const request = message.detail;
  const { input, travelledClass } = restoreInput(request, copy, tools.settings);
  const { dropped, error } = await tryToRestore(rds, { input, dropped: [] }, travelledClass);
  if (dropped.length > 0)
    tools.log.warn("restore does without what this region refuses", { ...keysOf(request), details: dropped });
  if (error === undefined) return { kind: "restore", keys: keysOf(request) };
  switch (meaningOf(error)) {
    case "exists":
      return checkExisting(rds, message, copy, tools);
    case "no-room":
      return waitForRoom(
        message,
        copy,
        howToWait(error, outcomeOf(copy)),
        noRoomAlert(request, input.DBInstanceClass, error, tools.region),
        tools,
        errorText(error),
      );
    case "busy":
      return waitFor(message, "busy", tools, errorText(error));
    case "gone":
      return fail(request, undefined, "copy-gone", errorText(error), tools);
    case "permanent":
      return fail(request, copy, errorCode(error), errorText(error), tools);
    default:
      return raise(`restore '${request.instanceId}'`, error);
  }
}

/** Restores one instance from one copy. */
async function run(message: RestoreRequested, tools: Tools): Promise<StepDecision> {
  const request = message.detail;
  const rds = rdsClient(tools.region);
  const copy = await findSnapshot(rds, request.copyId).catch((error: unknown) =>
    raise(`look at copy '${request.copyId}'`, error),
  );
  const decision = decideRestore(copy, request, message.wait?.looks ?? 0, tools.settings.environment);
  switch (decision.kind) {
    case "restore": {
      // What could not get in line has waited for itself.
      if (request.inLine !== true || message.wait !== undefined)
        return restore(rds, message, decision.copy, tools);
      const alert = inLineAlert(request, tools.region);
      return waitForRoom(message, decision.copy, waitingInLine, alert, tools);
    }
    case "wait":
      return waitFor(message, decision.because, tools);
    case "nothing":
      return { ...decision, keys: keysOf(request) };
    case "fail": {
      const text = `The copy ${request.copyId} cannot be restored from: ${decision.because}.`;
      return fail(request, decision.copy, decision.because, text, tools);
    }
  }
}

export const handler = step({
  name: "restore-instance",
  accepts: RestoreRequested,
  run,
  failure: ({ detail }) => ({
    kind: "restore-failed",
    subject: `${detail.instanceId} could not be restored`,
    instances: [detail.instanceId],
  }),
});
