import { NotSimulated } from "../../types.ts";

/**
 * Makes the check that an operation's call has no other members than those with an effect here. Whatever else the
 * SDK's model has, or will have, is refused by its name.
 */
export function onlyMembers<Input extends object>(
  operation: string,
  effective: readonly (keyof Input & string)[],
): (input: Input) => void {
  const known = new Set<string>(effective);
  return (input) => {
    for (const [member, value] of Object.entries(input)) {
      if (value !== undefined && !known.has(member)) throw new NotSimulated(`rds:${operation} ${member}`);
    }
  };
}
