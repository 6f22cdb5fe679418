import { createHash } from "node:crypto";

/** RDS's bound of a DB instance identifier. */
const idLengthMax = 63;

/**
 * The identifier of an instance that cannot be restored under its own: with a suffix, and where that does not
 * fit, cut with a hash of the whole so that two long names stay two.
 *
 * @example restoreName("orders", "-dr") // "orders-dr"
 */
export function restoreName(instanceId: string, suffix: string): string {
  const plain = `${instanceId}${suffix}`;
  if (plain.length <= idLengthMax) return plain;
  const hash = createHash("sha256").update(instanceId).digest("hex").slice(0, 6);
  const kept = instanceId.slice(0, idLengthMax - suffix.length - hash.length - 1).replace(/-+$/, "");
  return `${kept}-${hash}${suffix}`;
}
