/**
 * The settings of one environment: their shape, and every default. Nothing else describes them, and
 * nothing else holds a default.
 */
import * as z from "zod/mini";
import { isTimeZone, parseSchedule } from "../schedule.ts";

/** A text that has to match; `error` goes on from the value: "… is no region: write …". */
const text = (pattern: RegExp, error: string) => z.string().check(z.regex(pattern, { error }));

/** A whole number within bounds, both allowed. */
const whole = (from: number, to: number, remedy: string) =>
  z.number().check(
    z.refine((value) => Number.isInteger(value) && value >= from && value <= to, {
      error: `is not a whole number from ${from} to ${to}: ${remedy}`,
    }),
  );

const Region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, "is no AWS region: write one such as us-east-1");

/** RDS stores identifiers in lower case, so other spellings never match. */
const InstanceId = text(
  /^(?!.*--)[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "is no DB instance identifier: write 1 to 63 lower-case letters, digits and single hyphens, a letter first",
);

const SecurityGroup = text(
  /^sg-[0-9a-f]{8,17}$/,
  "is no security group: write an id such as sg-0d1a2b3c4d5e6f708",
);
const Subnet = text(/^subnet-[0-9a-f]{8,17}$/, "is no subnet: write an id such as subnet-0a1b2c3d4e5f60718");
const Email = text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "is no e-mail address: write one such as dba@example.com");
const SecurityGroups = z.array(SecurityGroup).check(
  z.minLength(1, {
    error: "names no security group: give at least one, for the VPC's default is never used",
  }),
);
const PrincipalArn = text(
  /^arn:aws[a-z-]*:iam::(\d{12}|\*):(role|user)\/.+$/,
  "is no role or user: write an ARN such as arn:aws:iam::111122223333:role/dba",
);
const GroupName = text(/^[A-Za-z][A-Za-z0-9.-]*$/, "is no group name: write the name as RDS shows it");
const GroupMap = z.prefault(
  z.record(text(/^[^\s]+$/, "is no group name: write the name as RDS shows it"), GroupName),
  {},
);

const TimeZone = z
  .string()
  .check(z.refine(isTimeZone, { error: "is no time zone: write an IANA name such as UTC or Europe/Berlin" }));

/** A `cron(...)` or `rate(...)` of EventBridge Scheduler; the fault says what is wrong inside. */
const ScheduleExpression = z.string().check(
  z.check((context) => {
    try {
      parseSchedule(context.value);
    } catch (fault) {
      const why = fault instanceof Error ? fault.message : String(fault);
      const message = `${why}: write one such as cron(0 2 * * ? *) or rate(6 hours)`;
      context.issues.push({ code: "custom", input: context.value, message });
    }
  }),
);

/** How an instance is restored where neither the declaration nor what travelled with the copy says it. */
export const RestoreSettings = z.strictObject({
  instanceClass: z.optional(
    text(/^db\.[a-z0-9.-]+$/, "is no instance class: write one such as db.r6g.large"),
  ),
  subnetGroup: z.optional(GroupName),
  securityGroups: z.optional(SecurityGroups),
  multiAz: z.optional(z.boolean()),
  publiclyAccessible: z.optional(z.boolean()),
  parameterGroup: z.optional(GroupName),
  optionGroup: z.optional(GroupName),
  deletionProtection: z.optional(z.boolean()),
});

const days = whole(1, 3650, "keep copies for at least a day");
const copies = whole(1, 100, "retention must keep at least one copy of each instance");
const rpo = whole(1, 527_040, "give the minutes of data you can lose");
const rto = whole(1, 527_040, "give the minutes you can be without the instance");

/** What differs for one instance. Tier 1 is restored first; without one its tag `tier` counts, else 2. */
const Override = z.strictObject({
  tier: z.optional(whole(1, 9, "tier 1 is restored first")),
  rpoMinutes: z.optional(rpo),
  rtoMinutes: z.optional(rto),
  retentionDays: z.optional(days),
  minimumCopies: z.optional(copies),
  restore: z.optional(RestoreSettings),
});

const quota = whole(1, 100_000, "give the quota that Service Quotas shows for the region");

/** What the account may have in one region; the defaults are AWS's. */
const Quotas = z.prefault(
  z.strictObject({
    manualSnapshots: z._default(quota, 100),
    instances: z._default(quota, 40),
    copiesInProgress: z._default(quota, 20),
  }),
  {},
);

const Emails = z._default(z.array(Email), []);

/** The settings of one environment; unknown keys are refused. */
export const Settings = z.strictObject({
  /** Part of every physical name. No hyphens: names of `dev` must not begin names of another environment. */
  environment: text(
    /^[a-z][a-z0-9]{0,15}$/,
    "is no environment name: write 1 to 16 lower-case letters and digits",
  ),
  /** The account to deploy to; without it, whichever the credentials of the deployment belong to. */
  account: z.optional(text(/^\d{12}$/, "is no account: write its twelve digits")),
  /** Stops the making of backups; copies, clean-up, pruning and restoring go on. */
  paused: z._default(z.boolean(), false),
  regions: z.strictObject({ primary: Region, dr: Region }),
  /** Protected is what is listed or carries the tag, and is not excluded. */
  instances: z.strictObject({
    listed: z._default(z.array(InstanceId), []),
    tag: z.optional(
      z.strictObject({
        key: z.string().check(z.minLength(1, { error: "is empty: write the tag's key" })),
        value: z.string(),
      }),
    ),
    excluded: z._default(z.array(InstanceId), []),
  }),
  /** When backups are made, as EventBridge Scheduler writes it. */
  backups: z.strictObject({ schedule: ScheduleExpression, timeZone: z._default(TimeZone, "UTC") }),
  /** How often copies are pruned, objectives judged, and what got stuck is sent again. */
  pruning: z.prefault(
    z.strictObject({ everyMinutes: z._default(whole(15, 360, "prune every 15 minutes to 6 hours"), 60) }),
    {},
  ),
  /** Copies younger than `days` are kept, and always the newest `minimumCopies` usable ones. */
  retention: z.strictObject({ days, minimumCopies: z._default(copies, 2) }),
  objectives: z.strictObject({
    rpoMinutes: rpo,
    rtoMinutes: rto,
    /** How long a backup and its copy take, in all, on an ordinary day. */
    expectedCopyMinutes: z._default(whole(1, 527_040, "give the minutes that backup and copy take"), 240),
  }),
  /** A copy in creation for longer is a standing condition. */
  copyStuckHours: z._default(whole(1, 720, "give the hours after which a copy counts as stuck"), 24),
  quotas: z.prefault(z.strictObject({ primary: Quotas, dr: Quotas }), {}),
  /** Where instances are restored: a DB subnet group that exists, or subnets to make one from. */
  network: z.strictObject({
    subnetGroup: z.optional(GroupName),
    subnetIds: z.optional(
      z.array(Subnet).check(z.minLength(2, { error: "has fewer than two subnets: RDS wants two zones" })),
    ),
    securityGroups: SecurityGroups,
  }),
  /** Name in the primary region → name in the DR region. */
  optionGroups: GroupMap,
  parameterGroups: GroupMap,
  /** Restore defaults for every instance. */
  restore: z.prefault(RestoreSettings, {}),
  overrides: z.prefault(z.record(InstanceId, Override), {}),
  /** Who administers the data key that the DR stack makes, or the key that is there already. */
  key: z.union(
    [
      z.strictObject({ administrators: z.array(PrincipalArn) }),
      z.strictObject({
        existingKeyArn: text(
          /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/,
          "is no key: write a key's ARN, not an alias",
        ),
      }),
    ],
    {
      error:
        "needs either administrators (ARNs of roles or users) or existingKeyArn: give exactly one of them",
    },
  ),
  /** Who may declare a disaster; empty: whoever IAM lets put events on the bus. `*` is allowed in a role's name. */
  declarers: z._default(z.array(PrincipalArn), []),
  /** E-mail addresses by topic, subscribed in both regions; each has to confirm. */
  subscribers: z.prefault(z.strictObject({ alerts: Emails, rdsAvailability: Emails, rdsBackup: Emails }), {}),
  /** Whose RDS events reach the primary region's topics; instances found by tag need `all`. */
  rdsEvents: z.prefault(
    z.strictObject({
      scope: z._default(z.enum(["listed", "all"], { error: "is unknown: write listed or all" }), "all"),
    }),
    {},
  ),
  /** How the identifiers of our backups and copies begin. */
  snapshotPrefix: z._default(
    text(
      /^(?!.*--)[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "is no snapshot prefix: write 1 to 63 lower-case letters, digits and single hyphens, a letter first",
    ),
    "lambda-dr-snapshot",
  ),
});

/** The parsed settings, defaults filled in. */
export type Settings = z.infer<typeof Settings>;

/** What an environment's file holds: settings that have a default may be left out. */
export type SettingsInput = z.input<typeof Settings>;

export type RestoreSettings = z.infer<typeof RestoreSettings>;
