import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { RDSClient } from "@aws-sdk/client-rds";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * How every SDK client of ours talks: bounded, so that a lost region costs seconds. Without
 * `throwOnRequestTimeout` the SDK only warns about `requestTimeout` and the call hangs
 * (source of @smithy/node-http-handler).
 */
function manners(region: string, maxAttempts: number) {
  return {
    region,
    maxAttempts,
    // Nothing changes the middleware once a client is made, so each kind of call needs it put together once.
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  };
}

/** Attempts of a call: fewer towards the other region, where not answering is the expected trouble. */
function attempts(region: string): number {
  return region === process.env["AWS_REGION"] ? 3 : 2;
}

/** What all SDK clients have in common. */
interface Client {
  readonly middlewareStack: { remove(name: string): boolean };
}

/** One client a region and execution environment, so that connections are used again from message to message. */
function byRegion<C extends Client>(
  make: (settings: ReturnType<typeof manners>) => C,
): (region: string) => C {
  const made = new Map<string, C>();
  return (region) => {
    const known = made.get(region);
    if (known !== undefined) return known;
    const client = make(manners(region, attempts(region)));
    // It copies every answer in full, for a logger that the client does not have.
    client.middlewareStack.remove("loggerMiddleware");
    made.set(region, client);
    return client;
  };
}

// One export a service, marked as pure: a bundle then holds only the SDK clients that its step calls.

/** RDS of a region. */
export const rdsClient = /* @__PURE__ */ byRegion((settings) => new RDSClient(settings));
/** EventBridge of a region. */
export const eventsClient = /* @__PURE__ */ byRegion((settings) => new EventBridgeClient(settings));
/** KMS of a region. */
export const kmsClient = /* @__PURE__ */ byRegion((settings) => new KMSClient(settings));
/** SNS of a region. */
export const snsClient = /* @__PURE__ */ byRegion((settings) => new SNSClient(settings));
/** SQS of a region. */
export const sqsClient = /* @__PURE__ */ byRegion((settings) => new SQSClient(settings));
/** CloudWatch of a region. */
export const cloudWatchClient = /* @__PURE__ */ byRegion((settings) => new CloudWatchClient(settings));
