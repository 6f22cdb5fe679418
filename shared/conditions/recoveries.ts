import { minutesBetween } from "../clock.ts";
import { declarationOf, outcomeOf } from "../declaration.ts";
import { restoredOf } from "../restore/restored.ts";
import type { Settings } from "../settings/schema.ts";
import type { Survey } from "../survey.ts";
import { instantText, type Offender, spanText } from "./offender.ts";

/**
 * Chosen copies whose instances are not back within the RTO; exactly on the objective is met. One that serves
 * and is still being modified is back; one that failed for good has been announced by finish-restore.
 */
export function findUnfinished({ copies, now }: Survey, settings: Settings): Offender[] {
  return copies.flatMap((copy) => {
    const declaration = declarationOf(copy);
    const { kind } = outcomeOf(copy);
    if (declaration === undefined || (kind !== "pending" && kind !== "refused")) return [];
    const rtoMinutes = settings.overrides[copy.instanceId]?.rtoMinutes ?? settings.objectives.rtoMinutes;
    const minutes = minutesBetween(declaration.declaredAt, now);
    if (minutes <= rtoMinutes) return [];
    const text = `${copy.instanceId}: not back ${spanText(minutes)} after declaration '${declaration.id}' (objective ${spanText(rtoMinutes)})`;
    return [{ instance: copy.instanceId, text }];
  });
}

/**
 * What a disaster brought up in the DR region: it runs there, and nothing backs it up elsewhere. One that is still
 * being created runs nothing yet, and people have other things to read in that hour.
 */
export function findUnprotected({ drInstances }: Survey, { environment, regions }: Settings): Offender[] {
  return drInstances.flatMap((instance) => {
    const restored = restoredOf(instance, environment);
    if (restored === undefined || restored.isClosed || restored.declaration.mode !== "disaster") return [];
    if (instance.DBInstanceStatus === "creating") return [];
    const { id, instanceId, declaration } = restored;
    const text = `${id}: runs in ${regions.dr} since declaration '${declaration.id}' of ${instantText(declaration.declaredAt)}, without backups in another region`;
    return [{ instance: instanceId, text }];
  });
}
