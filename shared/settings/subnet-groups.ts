import type { Settings } from "./schema.ts";

/** A DB subnet group of the DR region that the settings name. */
export interface NamedSubnetGroup {
  /** Where it is named, dotted: `network.subnetGroup`. */
  readonly path: string;
  readonly name: string;
  /** The protected instance that alone is restored into it; absent where all may be. */
  readonly instance?: string;
}

/** Every DB subnet group that the settings name. One that the stack makes from subnets is named by none. */
export function namedSubnetGroups({ network, restore, overrides }: Settings): NamedSubnetGroup[] {
  const named: { path: string; name: string | undefined; instance?: string }[] = [
    { path: "network.subnetGroup", name: network.subnetGroup },
    { path: "restore.subnetGroup", name: restore.subnetGroup },
    ...Object.entries(overrides).map(([instance, override]) => ({
      path: `overrides.${instance}.restore.subnetGroup`,
      name: override.restore?.subnetGroup,
      instance,
    })),
  ];
  return named.flatMap(({ name, ...where }) => (name === undefined ? [] : [{ ...where, name }]));
}
