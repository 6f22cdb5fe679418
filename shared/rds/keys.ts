import { DescribeKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { errorText, meaningOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Snapshot } from "./snapshots.ts";

/** A KMS key as a step needs to know it. */
export interface KeyState {
  readonly arn: string;
  readonly enabled: boolean;
  /** Enabled, Disabled, PendingDeletion, … or `missing`. */
  readonly state: string;
}

/** Looks at a key by ARN or alias ARN; a key that is not there is `missing`, not an error. */
export async function keyState(kms: KMSClient, reference: string): Promise<KeyState> {
  try {
    const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: reference }));
    return {
      arn: key?.Arn ?? reference,
      enabled: key?.KeyState === "Enabled",
      state: key?.KeyState ?? "missing",
    };
  } catch (error) {
    if (meaningOf(error) === "gone") return { arn: reference, enabled: false, state: "missing" };
    throw error;
  }
}

/** The ARN of the alias of the DR data key, as CopyDBSnapshot takes it. */
export function keyAliasArn(partition: string, region: string, account: string, alias: string): string {
  return `arn:${partition}:kms:${region}:${account}:${alias}`;
}

/** The keys that copies stand under, by what is known of them. */
export interface KeysOfCopies {
  readonly enabled: ReadonlySet<string>;
  /** AWS refuses to say, e.g. since an old key's policy shuts us out: not known to be enabled, nor to be disabled. */
  readonly untold: ReadonlySet<string>;
}

/** Which of the keys that the copies stand under can be used now; each key is looked at once, `known` not again. */
export async function keysOfCopies(
  kms: KMSClient,
  copies: readonly Snapshot[],
  region: string,
  account: string,
  log: Pick<Log, "warn">,
  known?: KeyState,
): Promise<KeysOfCopies> {
  const arns = new Set(copies.map((copy) => copy.kmsKeyArn).filter((arn) => arn !== undefined));
  const enabled = new Set<string>(known?.enabled === true ? [known.arn] : []);
  const untold = new Set<string>();
  for (const arn of arns) {
    if (arn === known?.arn) continue;
    const [, , , keyRegion, keyAccount] = arn.split(":");
    if (keyRegion !== region || keyAccount !== account) continue;
    try {
      if ((await keyState(kms, arn)).enabled) enabled.add(arn);
    } catch (error) {
      if (meaningOf(error) !== "permanent") throw error;
      untold.add(arn);
      log.warn("key of a copy cannot be looked at", { details: [arn], error_text: errorText(error) });
    }
  }
  return { enabled, untold };
}
