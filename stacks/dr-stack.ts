import type { App } from "aws-cdk-lib";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { CfnEventBus } from "aws-cdk-lib/aws-events";
import { CfnDBSubnetGroup } from "aws-cdk-lib/aws-rds";
import { names, type StepName } from "../shared/names.ts";
import type { Settings } from "../shared/settings/schema.ts";
import type { Assets } from "./bundle.ts";
import { conditionAlarms, heartbeatAlarm } from "./constructs/alarms.ts";
import { dashboard } from "./constructs/dashboard.ts";
import { DataKey } from "./constructs/data-key.ts";
import { Declaring } from "./constructs/declaring.ts";
import { alarmChanged, copyCompleted, operatorsEvents, ourEvent, slots } from "./constructs/entries.ts";
import { checkSecurityGroups } from "./constructs/security-groups.ts";
import { Step, type StepProps } from "./constructs/step.ts";
import { Topics } from "./constructs/topics.ts";
import { announceOffenders } from "./permissions/announce.ts";
import {
  cleanUpPrimary,
  finishRestore,
  planRecovery,
  pruneCopies,
  restoreInstance,
} from "./permissions/dr.ts";
import { territoryOf } from "./territory.ts";

/** The DR region: copies are proven, pruned and judged here, and restored when a declaration says so. */
export class DrStack extends Stack {
  constructor(app: App, settings: Settings, assets: Assets) {
    super(app, names(settings.environment).stack.dr, {
      description: `rds-dr ${settings.environment}: keeps copies from ${settings.regions.primary} and restores them`,
      env: { region: settings.regions.dr, ...(settings.account && { account: settings.account }) },
    });
    const { environment, regions, pruning, snapshotPrefix } = settings;
    new DataKey(this, "DataKey", settings, regions.dr);
    this.makeSubnetGroup(settings);
    checkSecurityGroups(this, settings);
    const topics = new Topics(this, "Topics", settings);
    topics.followRds(settings, "notification");
    const bus = new CfnEventBus(this, "Bus", { name: names(environment).bus });
    const may = territoryOf(this, settings, regions.dr, topics.key.keyArn);
    new Declaring(this, "Declaring", settings, may.dr, bus);
    const context = { settings, region: regions.dr, assets, bus: bus.ref };
    const step = (name: StepName, props: StepProps) => new Step(this, name, context, props);
    const recovery = { timeout: Duration.seconds(120), retriesSoon: true };

    step("clean-up-primary", {
      on: [copyCompleted(snapshotPrefix), ourEvent("clean-up-requested")],
      may: cleanUpPrimary(may),
      atATime: 4,
    });
    step("prune-copies", {
      on: [slots("prune-due", `rate(${pruning.everyMinutes} minutes)`, "UTC")],
      may: pruneCopies(may),
      timeout: Duration.seconds(300),
      memoryMegabytes: 512,
    });
    step("plan-recovery", {
      on: [operatorsEvents()],
      may: planRecovery(may),
      ...recovery,
      timeout: Duration.seconds(300),
    });
    step("restore-instance", {
      on: [ourEvent("restore-requested")],
      may: restoreInstance(may),
      atATime: 5,
      ...recovery,
    });
    step("finish-restore", { on: [ourEvent("recovery-planned")], may: finishRestore(may), ...recovery });
    step("announce", {
      on: [alarmChanged(names(environment).alarm("")), ourEvent("alert"), ourEvent("reminder-due")],
      may: announceOffenders(may),
      alarmsTell: topics.alerts,
      gathersForSeconds: 45,
      timeout: Duration.seconds(120),
    });
    conditionAlarms(this, settings, "dr", Duration.minutes(pruning.everyMinutes));
    heartbeatAlarm(this, settings);
    dashboard(this, settings);
  }

  /** The DB subnet group that instances are restored into, where the settings give subnets to make one from. */
  private makeSubnetGroup({ environment, network }: Settings): void {
    if (network.subnetIds === undefined) return;
    const group = new CfnDBSubnetGroup(this, "SubnetGroup", {
      dbSubnetGroupName: names(environment).subnetGroup,
      dbSubnetGroupDescription: `rds-dr ${environment}: where instances are restored`,
      subnetIds: network.subnetIds,
    });
    // Restored instances live in it; they outlive the stack.
    group.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
