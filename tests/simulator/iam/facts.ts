import type { PolicySource } from "./types.ts";

/** What a key says about itself. */
export interface KeyFact {
  readonly arn: string;
  readonly manager: "AWS" | "CUSTOMER";
  readonly policy: PolicySource | undefined;
  readonly aliases: readonly string[];
}

/** What a snapshot says about itself. */
export interface SnapshotFact {
  readonly arn: string;
  /** Key ARN; undefined for a snapshot without encryption. */
  readonly kmsKeyId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the authorisation table must know of the simulated resources. Nothing known = undefined. */
export interface Facts {
  /** Tags of an RDS resource by its ARN. */
  resourceTags(arn: string): Readonly<Record<string, string>> | undefined;
  /** A key of a region by id, ARN or alias. */
  keyByReference(region: string, reference: string): KeyFact | undefined;
  /** A DB snapshot of a region by name, or of any region by ARN. */
  snapshot(region: string, nameOrArn: string): SnapshotFact | undefined;
  /** KmsMasterKeyId of an encrypted topic. */
  topicKey(topicArn: string): string | undefined;
  topicPolicy(topicArn: string): PolicySource | undefined;
  queuePolicy(queueArn: string): PolicySource | undefined;
  busPolicy(busArn: string): PolicySource | undefined;
}

/** Facts of an account where nothing exists; tests override what matters. */
export const noFacts: Facts = {
  resourceTags: () => undefined,
  keyByReference: () => undefined,
  snapshot: () => undefined,
  topicKey: () => undefined,
  topicPolicy: () => undefined,
  queuePolicy: () => undefined,
  busPolicy: () => undefined,
};
