/** Events and messages as AWS's own pages show them, to hold ours against. */

/** A sample and the page that it stands on. */
export interface DocumentedForm {
  readonly page: string;
  readonly sample: Readonly<Record<string, unknown>>;
}

const RDS_EVENTS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.html";

/** A manual snapshot was deleted. */
export const snapshotEvent: DocumentedForm = {
  page: RDS_EVENTS,
  sample: {
    ...{ version: "0", id: "844e2571-85d4-695f-b930-0153b71dcb42", "detail-type": "RDS DB Snapshot Event" },
    ...{ source: "aws.rds", account: "123456789012", time: "2018-10-06T12:26:13Z", region: "us-east-1" },
    resources: ["arn:aws:rds:us-east-1:123456789012:snapshot:rds:my-db-snapshot"],
    detail: {
      EventCategories: ["deletion"],
      SourceType: "SNAPSHOT",
      SourceArn: "arn:aws:rds:us-east-1:123456789012:snapshot:rds:my-db-snapshot",
      Date: "2018-10-06T12:26:13.882Z",
      Message: "Deleted manual snapshot",
      SourceIdentifier: "rds:my-db-snapshot",
      EventID: "RDS-EVENT-0041",
    },
  },
};

/** An instance was stopped. */
export const instanceEvent: DocumentedForm = {
  page: RDS_EVENTS,
  sample: {
    ...{ version: "0", id: "844e2571-85d4-695f-b930-0153b71dcb42", "detail-type": "RDS DB Instance Event" },
    ...{ source: "aws.rds", account: "123456789012", time: "2021-03-19T19:34:09Z", region: "us-east-1" },
    resources: ["arn:aws:rds:us-east-1:123456789012:db:testdb"],
    detail: {
      EventCategories: ["notification"],
      SourceType: "DB_INSTANCE",
      SourceArn: "arn:aws:rds:us-east-1:123456789012:db:testdb",
      Date: "2021-03-19T19:34:09.293Z",
      Message: "DB instance stopped",
      SourceIdentifier: "testdb",
      EventID: "RDS-EVENT-0087",
    },
  },
};

/** An alarm on one metric went off. */
export const alarmEvent: DocumentedForm = {
  page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html",
  sample: {
    ...{ version: "0", id: "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92" },
    ...{ "detail-type": "CloudWatch Alarm State Change", source: "aws.cloudwatch", account: "123456789012" },
    ...{ time: "2019-10-02T17:04:40Z", region: "us-east-1" },
    resources: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh"],
    detail: {
      alarmName: "ServerCpuTooHigh",
      configuration: {
        description: "Goes into alarm when server CPU utilization is too high!",
        metrics: [
          {
            id: "30b6c6b2-a864-43a2-4877-c09a1afc3b87",
            metricStat: {
              metric: {
                dimensions: { InstanceId: "i-12345678901234567" },
                ...{ name: "CPUUtilization", namespace: "AWS/EC2" },
              },
              ...{ period: 300, stat: "Average" },
            },
            returnData: true,
          },
        ],
      },
      previousState: {
        reason:
          "Threshold Crossed: 1 out of the last 1 datapoints [0.0666851903306472 (01/10/19 13:46:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).",
        reasonData:
          '{"version":"1.0","queryDate":"2019-10-01T13:56:40.985+0000","startDate":"2019-10-01T13:46:00.000+0000","statistic":"Average","period":300,"recentDatapoints":[0.0666851903306472],"threshold":50.0}',
        ...{ timestamp: "2019-10-01T13:56:40.987+0000", value: "OK" },
      },
      state: {
        reason:
          "Threshold Crossed: 1 out of the last 1 datapoints [99.50160229693434 (02/10/19 16:59:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).",
        reasonData:
          '{"version":"1.0","queryDate":"2019-10-02T17:04:40.985+0000","startDate":"2019-10-02T16:59:00.000+0000","statistic":"Average","period":300,"recentDatapoints":[99.50160229693434],"threshold":50.0}',
        ...{ timestamp: "2019-10-02T17:04:40.989+0000", value: "ALARM" },
      },
    },
  },
};

/** What an event subscription of RDS publishes; the page shows it for SNS, with its attributes. */
export const rdsNotification: DocumentedForm = {
  page: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.TagsAttributesForFiltering.html",
  sample: {
    "Event Source": "db-snapshot",
    "Event Time": "2021-11-26 16:11:39.735",
    "Identifier Link": "https://console.aws.amazon.com/rds/home?region=us-east-1#snapshot:id=my-db-snapshot",
    "Source ID": "my-db-snapshot",
    "Source ARN": "arn:aws:rds:us-east-1:123456789012:snapshot:my-db-snapshot",
    "Event ID":
      "http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html#RDS-EVENT-0042",
    "Event Message": "Manual snapshot created",
  },
};

/** What a queue that subscribes to a topic gets. */
export const topicEnvelope: DocumentedForm = {
  page: "https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html",
  sample: {
    ...{ Type: "Notification", MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324" },
    ...{ TopicArn: "arn:aws:sns:us-west-2:123456789012:MyTopic", Subject: "My First Message" },
    ...{ Message: "Hello world!", Timestamp: "2012-05-02T00:54:06.655Z", SignatureVersion: "1" },
    Signature: "EXAMPLEw6JRN...",
    SigningCertURL: "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7.pem",
    UnsubscribeURL:
      "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-west-2:123456789012:MyTopic:c9135db0-26c4-47ec-8998-413945fb5a96",
  },
};
