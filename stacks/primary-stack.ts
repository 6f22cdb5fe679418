import type { App } from "aws-cdk-lib";
import { Duration, Stack } from "aws-cdk-lib";
import { CfnEventBus } from "aws-cdk-lib/aws-events";
import { names, type StepName } from "../shared/names.ts";
import { largestGapMinutes } from "../shared/schedule.ts";
import type { Settings } from "../shared/settings/schema.ts";
import type { Assets } from "./bundle.ts";
import { conditionAlarms } from "./constructs/alarms.ts";
import {
  alarmChanged,
  anyonesEvent,
  backupCreated,
  misplacedOrders,
  ourEvent,
  slots,
} from "./constructs/entries.ts";
import { Step, type StepProps } from "./constructs/step.ts";
import { Topics } from "./constructs/topics.ts";
import { announce } from "./permissions/announce.ts";
import { copyBackup, createBackup, planBackups } from "./permissions/primary.ts";
import { territoryOf } from "./territory.ts";

/** The primary region: backups are made on a schedule and copied as soon as they are there. */
export class PrimaryStack extends Stack {
  constructor(app: App, settings: Settings, assets: Assets) {
    super(app, names(settings.environment).stack.primary, {
      description: `rds-dr ${settings.environment}: makes backups and copies them to ${settings.regions.dr}`,
      env: { region: settings.regions.primary, ...(settings.account && { account: settings.account }) },
    });
    const { environment, regions, backups, snapshotPrefix, rdsEvents, instances, paused } = settings;
    const topics = new Topics(this, "Topics", settings);
    topics.followRds(settings, "creation", rdsEvents.scope === "listed" ? instances.listed : undefined);
    const bus = new CfnEventBus(this, "Bus", { name: names(environment).bus });
    const may = territoryOf(this, settings, regions.primary, topics.key.keyArn);
    const context = { settings, region: regions.primary, assets, bus: bus.ref };
    const step = (name: StepName, props: StepProps) => new Step(this, name, context, props);

    step("plan-backups", {
      on: [slots("backup-slot", backups.schedule, backups.timeZone, !paused)],
      may: planBackups(may),
    });
    step("create-backup", {
      on: [anyonesEvent("backup-requested")],
      may: createBackup(may),
      atATime: 5,
    });
    step("copy-backup", {
      on: [backupCreated(snapshotPrefix), ourEvent("copy-requested"), ourEvent("copy-finished")],
      may: copyBackup(may),
      parks: true,
    });
    step("announce", {
      on: [
        alarmChanged(names(environment).alarm("")),
        ourEvent("alert"),
        ourEvent("reminder-due"),
        misplacedOrders(),
      ],
      may: announce(may),
      alarmsTell: topics.alerts,
      gathersForSeconds: 45,
    });
    conditionAlarms(this, settings, "primary", slotPeriod(backups));
  }
}

/** How long one backup slot's findings count: until the next slot, but a day at the most, for CloudWatch's sake. */
function slotPeriod({ schedule, timeZone }: Settings["backups"]): Duration {
  const day = 24 * 60;
  return Duration.minutes(Math.min(largestGapMinutes(schedule, timeZone) ?? day, day));
}
