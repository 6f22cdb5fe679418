import { largestGapMinutes, parseSchedule, skippedLocalTimes, slotsInWindowMax } from "../schedule.ts";
import { type Fault, fault } from "./problems.ts";
import type { Settings } from "./schema.ts";

/** Settings of which each part may be missing, because it was faulty itself. */
export type PartialSettings = {
  readonly [Key in keyof Settings]?: NonNullable<Settings[Key]> extends readonly unknown[]
    ? Settings[Key]
    : NonNullable<Settings[Key]> extends object
      ? Partial<NonNullable<Settings[Key]>>
      : Settings[Key];
};

/** Finds what each setting alone allows and all together do not; says nothing where a part is missing. */
type Check = (settings: PartialSettings) => Fault[];

/** The part of a region's name that AWS's partitions differ by. */
function partitionOf(region: string): string {
  return /^(cn|us-gov|us-iso[a-z]*|eu-isoe)-/.exec(region)?.[1] ?? "aws";
}

const regions: Check = ({ regions: given }) => {
  const { primary, dr } = given ?? {};
  if (primary === undefined || dr === undefined) return [];
  if (primary === dr) return [fault(["regions", "dr"], dr, "is the primary region too: name another region")];
  if (partitionOf(primary) === partitionOf(dr)) return [];
  return [
    fault(
      ["regions", "dr"],
      dr,
      `is in another partition than ${primary}: snapshots cannot be copied there, name a region of the same`,
    ),
  ];
};

const instances: Check = ({ instances: given, rdsEvents }) => {
  if (given?.listed === undefined || given.excluded === undefined) return [];
  const { listed, excluded, tag } = given;
  const faults: Fault[] = [];
  if (listed.length === 0 && tag === undefined) {
    faults.push(
      fault(["instances"], given, "cover no instance: list some, or give the tag that protected ones carry"),
    );
  }
  for (const id of listed.filter((one) => excluded.includes(one))) {
    faults.push(fault(["instances", "excluded"], id, "is listed too: take it out of one of the two"));
  }
  for (const id of listed.filter((one, at) => listed.indexOf(one) !== at)) {
    faults.push(fault(["instances", "listed"], id, "is listed twice: take one out"));
  }
  if (rdsEvents?.scope === "listed" && listed.length === 0) {
    faults.push(fault(["rdsEvents", "scope"], "listed", "has no listed instance to follow: write all"));
  }
  return faults;
};

/** A schedule that parses, or undefined: its own fault has been reported. */
function usableSchedule(settings: PartialSettings): { schedule: string; timeZone: string } | undefined {
  const { schedule, timeZone } = settings.backups ?? {};
  return schedule === undefined || timeZone === undefined ? undefined : { schedule, timeZone };
}

const schedule: Check = (settings) => {
  const given = usableSchedule(settings);
  if (given === undefined) return [];
  const path = ["backups", "schedule"];
  if (
    largestGapMinutes(given.schedule, given.timeZone) === undefined &&
    parseSchedule(given.schedule).kind === "cron"
  ) {
    return [
      fault(
        path,
        given.schedule,
        "runs less than twice in the next two years: give days that come again, and * as year",
      ),
    ];
  }
  const [skipped] = skippedLocalTimes(given.schedule, given.timeZone);
  if (skipped === undefined) return [];
  return [
    fault(
      path,
      given.schedule,
      `names a time that ${given.timeZone} skips, first at ${skipped}: choose another hour, or UTC`,
    ),
  ];
};

/** An RPO is in reach when the largest gap between slots and the time of a copy fit in; exactly fitting does. */
const rpo: Check = (settings) => {
  const given = usableSchedule(settings);
  const { rpoMinutes, expectedCopyMinutes } = settings.objectives ?? {};
  if (given === undefined || expectedCopyMinutes === undefined) return [];
  const gap = largestGapMinutes(given.schedule, given.timeZone);
  if (gap === undefined) return [];
  const least = gap + expectedCopyMinutes;
  const asked: [string[], number | undefined][] = [
    [["objectives", "rpoMinutes"], rpoMinutes],
    ...Object.entries(settings.overrides ?? {}).map(([id, override]): [string[], number | undefined] => [
      ["overrides", id, "rpoMinutes"],
      override?.rpoMinutes,
    ]),
  ];
  return asked.flatMap(([path, minutes]) => {
    if (minutes === undefined || minutes >= least) return [];
    const why = `is out of reach, as slots are up to ${gap} minutes apart and a copy takes ${expectedCopyMinutes}`;
    return [fault(path, minutes, `${why}: back up more often, or give at least ${least}`)];
  });
};

const network: Check = ({ network: given }) => {
  if (given === undefined || (given.subnetGroup === undefined) !== (given.subnetIds === undefined)) return [];
  const problem =
    given.subnetGroup === undefined
      ? "has neither subnetGroup nor subnetIds"
      : "has both subnetGroup and subnetIds";
  return [fault(["network"], given, `${problem}: give exactly one of them`)];
};

const key: Check = ({ key: given, regions: { dr } = {}, account }) => {
  if (given === undefined || !("existingKeyArn" in given) || given.existingKeyArn === undefined) return [];
  const [, , , region, owner] = given.existingKeyArn.split(":");
  const path = ["key", "existingKeyArn"];
  if (dr !== undefined && region !== dr) {
    return [fault(path, given.existingKeyArn, `is not in the DR region: give a key of ${dr}`)];
  }
  if (account === undefined || owner === account) return [];
  return [fault(path, given.existingKeyArn, `is not of account ${account}: give a key of that account`)];
};

/**
 * Copies that one instance holds at the most: those of the retention and of the prune interval after it.
 *
 * @example daily backups, 7 days, hourly pruning: 8, for at 02:00 the copy of a week ago is still there
 */
function copiesMax(settings: PartialSettings, id: string): number | undefined {
  const given = usableSchedule(settings);
  const override = settings.overrides?.[id];
  const days = override?.retentionDays ?? settings.retention?.days;
  const least = override?.minimumCopies ?? settings.retention?.minimumCopies;
  const everyMinutes = settings.pruning?.everyMinutes;
  if (given === undefined || days === undefined || least === undefined || everyMinutes === undefined)
    return undefined;
  const windowMinutes = days * 24 * 60 + everyMinutes;
  return Math.max(least + 1, slotsInWindowMax(given.schedule, given.timeZone, windowMinutes));
}

const quotas: Check = (settings) => {
  const listed = settings.instances?.listed ?? [];
  const faults: Fault[] = [];
  const inPrimary = settings.quotas?.primary?.manualSnapshots;
  if (inPrimary !== undefined && listed.length > inPrimary) {
    const why = `is below one backup for each of ${listed.length} listed instances`;
    faults.push(
      fault(
        ["quotas", "primary", "manualSnapshots"],
        inPrimary,
        `${why}: ask AWS for at least ${listed.length}, then write it here`,
      ),
    );
  }
  const inDr = settings.quotas?.dr?.manualSnapshots;
  const overridden = new Set(Object.keys(settings.overrides ?? {}));
  // Instances without an override hold the same number, and judging a schedule for each of 1,000 is slow.
  const plain = listed.filter((id) => !overridden.has(id));
  const special = listed.filter((id) => overridden.has(id)).map((id) => copiesMax(settings, id));
  const perPlain = plain[0] === undefined ? 0 : copiesMax(settings, plain[0]);
  if (inDr === undefined || perPlain === undefined || special.includes(undefined)) return faults;
  const held = special.reduce<number>((sum, copies) => sum + (copies ?? 0), plain.length * perPlain);
  if (held > inDr) {
    const why = `is below the ${held} copies that ${listed.length} listed instances hold at the most under this retention`;
    faults.push(
      fault(
        ["quotas", "dr", "manualSnapshots"],
        inDr,
        `${why}: keep fewer days, or ask AWS for at least ${held} and write it here`,
      ),
    );
  }
  return faults;
};

/** Every fault of the settings as a whole. */
export function consistencyFaults(settings: PartialSettings): Fault[] {
  return [regions, instances, schedule, rpo, network, key, quotas].flatMap((check) => check(settings));
}
