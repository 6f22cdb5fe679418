import { rangeKnob } from "../../knobs.ts";
import { simulatedKms } from "../kms/registry.ts";
import { instanceEvent } from "./events.ts";
import { reading } from "./facts.ts";
import { isUsable } from "./keys.ts";
import { type InstanceRecord, isPresent, nth, type RdsState, setInstanceStatus } from "./state.ts";

/** An instance whose key was taken away, for as long as giving it back helps. */
export const recoverable = "inaccessible-encryption-credentials-recoverable";
/** For good: only a backup brings the data back, and only while its key can be used. */
const terminal = "inaccessible-encryption-credentials";
const recoverableMilliseconds = 7 * 24 * 3_600_000;
/** A restore meets the missing key when it ends (restore-run.ts); a deletion does not need it. */
const busy = /^(creating|deleting|inaccessible-)/;

/** From now on, instances feel what happens to their keys, some minutes later. */
export function watchKeys(state: RdsState): void {
  simulatedKms(state.region.kms)?.onStateChange((keyArn) => {
    for (const record of state.instances.values()) {
      if (record.shape.KmsKeyId === keyArn && !isUsable(state.region, keyArn)) noticeLater(state, record);
    }
  });
}

function noticeLater(state: RdsState, record: InstanceRecord): void {
  const { world } = state;
  const { DBInstanceArn: arn = "", DBInstanceIdentifier: id } = record.shape;
  const drawn = world.random("key-loss", arn, nth(state, "key-loss", arn));
  const minutes = rangeKnob(world.knobs, "keyLossNoticedMinutes", drawn);
  world.clock.after(Math.round(minutes * 60_000), `key of ${id} is missed`, () => {
    if (!isUsable(state.region, record.shape.KmsKeyId)) loseKey(state, record);
  });
}

/** The instance cannot read its storage: it is stopped where it stands. */
export function loseKey(state: RdsState, record: InstanceRecord): void {
  const { shape } = record;
  if (!isPresent(state, record) || busy.test(shape.DBInstanceStatus ?? "")) return;
  record.restart?.cancel();
  instanceEvent(state, "RDS-EVENT-0419", record, { name: shape.DBInstanceIdentifier });
  if (reading(state.world, "keyLoss") === "terminal") {
    setInstanceStatus(state, record, terminal);
    return;
  }
  setInstanceStatus(state, record, recoverable);
  const since = state.world.clock.now();
  record.inaccessibleSince = since;
  state.world.clock.after(recoverableMilliseconds, `end of ${shape.DBInstanceIdentifier}`, () => {
    const still = shape.DBInstanceStatus === recoverable && record.inaccessibleSince === since;
    if (still && isPresent(state, record)) setInstanceStatus(state, record, terminal);
  });
}
