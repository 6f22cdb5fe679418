/**
 * Names a backup: a pure function of instance and slot (UTC, to the minute), so that a message that comes
 * twice asks RDS for a name that exists already.
 *
 * @example backupId("lambda-dr-snapshot", "orders", new Date("2026-03-01T02:00:30Z"))
 *          // "lambda-dr-snapshot-orders-2026-03-01-0200"
 */
export function backupId(prefix: string, instanceId: string, slot: Date): string {
  const text = slot.toISOString();
  return `${prefix}-${instanceId}-${text.slice(0, 10)}-${text.slice(11, 13)}${text.slice(14, 16)}`;
}

/**
 * The name of a further attempt where the first name is taken by a failed copy that AWS will not delete.
 *
 * @example nextAttemptId("lambda-dr-snapshot-orders-2026-03-01-0200")    // "…-0200-r2"
 * @example nextAttemptId("lambda-dr-snapshot-orders-2026-03-01-0200-r2") // "…-0200-r3"
 */
export function nextAttemptId(id: string): string {
  const match = /^(.*)-r(\d+)$/.exec(id);
  return match === null ? `${id}-r2` : `${match[1]}-r${Number(match[2]) + 1}`;
}

/** The resource name in an RDS ARN: what stands behind the sixth colon. */
export function nameOfArn(arn: string): string {
  return arn.split(":").slice(6).join(":");
}
