import type { Shape } from "../types.ts";
import { hour, restore, type TestWorld, withCopy } from "./support.ts";

/** A sentence and what shows it. */
export type Line = readonly [string, () => void];

/** What an instance becomes whose key cannot be used. */
export const recoverable = "inaccessible-encryption-credentials-recoverable";
/** The status of an instance in the DR region. */
export const status = (world: TestWorld, id = "x") => world.instance(world.dr, id).DBInstanceStatus;
/** Asks RDS in the DR region for something about the instance `x`. */
export const ask = (world: TestWorld, name: string, input: Shape = {}) =>
  world.rds(world.dr, name, { DBInstanceIdentifier: "x", ...input });
/** Modifies the instance `x`. */
export const modify = (world: TestWorld, input: Shape) => ask(world, "ModifyDBInstance", input);

/** A world with a restored instance `x` in the DR region. */
export function withRestored() {
  const made = withCopy();
  restore(made.world, "x");
  made.world.advance(3 * hour);
  return made;
}
