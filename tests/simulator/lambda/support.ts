import { type Answers, deployTemplate, functionResources, kernelWorld, START } from "../kernel/doubles.ts";
import type { KnobOverrides } from "../knobs.ts";
import type { Shape } from "../types.ts";

export const region = "us-west-2";
export const account = "111122223333";

/** What differs from a function with a plain queue. */
export interface LambdaSetup {
  readonly knobs?: KnobOverrides;
  readonly remembersMinutes?: number;
  readonly answers?: Answers;
  readonly queue?: Shape;
  readonly mapping?: Shape;
  readonly properties?: Shape;
}

/** A world with one function, its queue with dead letters, and the mapping between them. */
export function lambdaWorld(
  asset: string,
  {
    knobs = {},
    remembersMinutes = 0,
    answers = {},
    queue = {},
    mapping = {},
    properties = {},
  }: LambdaSetup = {},
) {
  const kernel = kernelWorld({ knobs, answers, remembersMinutes: () => remembersMinutes });
  const { world } = kernel;
  const fifo = queue["FifoQueue"] === true;
  const name = fifo ? "step-waits.fifo" : "step";
  const arnOf = (queueName: string) => `arn:aws:sqs:${region}:${account}:${queueName}`;
  const arn = arnOf(name);
  const deadLetters = arnOf("step-dead-letters");
  const Resources = {
    ...functionResources(world, asset, properties),
    DeadLetters: { Type: "AWS::SQS::Queue", Properties: { QueueName: "step-dead-letters" } },
    Queue: {
      Type: "AWS::SQS::Queue",
      DependsOn: "DeadLetters",
      Properties: { QueueName: name, VisibilityTimeout: 360, ...queue },
    },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        FunctionName: { Ref: "Function" },
        EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
        BatchSize: 1,
        ...mapping,
      },
    },
  };
  deployTemplate(world, { Resources }, { region });
  const { lambda, sqs } = world.region(region);
  const queues = sqs as typeof sqs & {
    deliver(sender: string, queue: string, message: object): string;
    messages(queue: string): readonly { readonly body: string }[];
  };
  const entries = (kind: string) => world.journal.entries.filter((entry) => entry.kind === kind);
  return {
    ...kernel,
    sqs,
    arn,
    deadLetters,
    entries,
    invoke: (payload: unknown) => world.complete(lambda.invoke("step", payload)),
    send(count: number, body: unknown, more = {}) {
      for (let index = 0; index < count; index += 1) {
        queues.deliver("tester", arn, { body: JSON.stringify(body), ...more });
      }
    },
    until: (seconds: number) => world.run({ until: START.getTime() + seconds * 1000 }),
    inFlight: () => sqs.attributes(arn)?.inFlight,
    dead: () => queues.messages(deadLetters).map(({ body }): unknown => JSON.parse(body)),
  };
}
