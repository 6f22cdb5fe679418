import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { CfnEventSubscription, type CfnEventSubscriptionProps } from "aws-cdk-lib/aws-rds";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { names, type TopicName } from "../../shared/names.ts";
import type { Settings } from "../../shared/settings/schema.ts";

/** The three topics of a region with their key and subscribers, and RDS's own notifications on two of them. */
export class Topics extends Construct {
  readonly key: Key;
  readonly alerts: Topic;
  readonly rdsAvailability: Topic;
  readonly rdsBackup: Topic;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.key = new Key(this, "Key", {
      alias: names(settings.environment).topicKeyAlias,
      description: `rds-dr ${settings.environment}: encrypts the topics`,
      enableKeyRotation: true,
      // Nothing is kept under it: a message is gone when it has been delivered.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // No condition on the source account here: a service that does not state it would lose messages silently.
    // The topics' own policies have the condition.
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: "ServicesPublish",
        effect: Effect.ALLOW,
        principals: ["events.rds.amazonaws.com", "cloudwatch.amazonaws.com"].map(
          (name) => new ServicePrincipal(name),
        ),
        actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
        resources: ["*"],
      }),
    );
    const { alerts, rdsAvailability, rdsBackup } = settings.subscribers;
    this.alerts = this.makeTopic(settings, "alerts", alerts, "cloudwatch.amazonaws.com");
    this.rdsAvailability = this.makeTopic(
      settings,
      "rds-availability",
      rdsAvailability,
      "events.rds.amazonaws.com",
    );
    this.rdsBackup = this.makeTopic(settings, "rds-backup", rdsBackup, "events.rds.amazonaws.com");
  }

  private makeTopic(
    settings: Settings,
    name: TopicName,
    addresses: readonly string[],
    publisher: string,
  ): Topic {
    const topicName = names(settings.environment).topic(name);
    const topic = new Topic(this, name, { topicName, masterKey: this.key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "ServicePublishes",
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(publisher)],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }

  /**
   * Subscribes topics to RDS's own events. `instances` narrows db-instance events to some; an instance that does
   * not exist fails the deployment, so the DR region gives none.
   */
  followRds(
    settings: Settings,
    snapshotCategory: "creation" | "notification",
    instances?: readonly string[],
  ): void {
    const { base } = names(settings.environment);
    const follow = (name: string, topic: Topic, props: Omit<CfnEventSubscriptionProps, "snsTopicArn">) => {
      const subscription = new CfnEventSubscription(this, `Rds-${name}`, {
        subscriptionName: `${base}-${name}`,
        snsTopicArn: topic.topicArn,
        enabled: true,
        ...props,
      });
      // RDS tries to publish when it subscribes.
      subscription.node.addDependency(topic);
    };
    const some = { sourceType: "db-instance", ...(instances && { sourceIds: [...instances] }) };
    follow("instance-availability", this.rdsAvailability, { ...some, eventCategories: ["availability"] });
    follow("instance-backup", this.rdsBackup, { ...some, eventCategories: ["backup"] });
    follow(`snapshot-${snapshotCategory}`, this.rdsBackup, {
      sourceType: "db-snapshot",
      eventCategories: [snapshotCategory],
    });
  }
}
