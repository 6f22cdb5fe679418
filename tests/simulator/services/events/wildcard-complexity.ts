import { parseWildcard } from "./wildcard.ts";

/** The refusal of wildcards that are too complex, as LocalStack recorded it of AWS. */
export const TOO_COMPLEX =
  "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character";

/** A run of any characters, and the end of a pattern; every other token is a character. */
const STAR = 0 as const;
const END = 1 as const;

type Token = string | typeof STAR | typeof END;

function tokensOf(pattern: string): readonly Token[] {
  const pieces = parseWildcard(pattern);
  const readable = typeof pieces === "string" ? [] : pieces;
  return [...readable.flatMap((piece, index): Token[] => [...(index > 0 ? [STAR] : []), ...piece]), END];
}

/**
 * Whether more than so many beginnings of a field's wildcard patterns can match one and the same text: the measure
 * of MachineComplexityEvaluator of github.com/aws/event-ruler.
 *
 * @example isTooComplex(["a*bb"], 2) // true: `abb` is matched by `a*`, `a*b` and `a*bb`
 */
export function isTooComplex(patterns: readonly string[], most: number): boolean {
  // All patterns in one row. A place in it is the token to be read next: what stands before it has matched.
  const row = [...new Set(patterns)].flatMap(tokensOf);
  const begins = (place: number) => place === 0 || row[place - 1] === END;
  const characters = new Set(row.filter((token) => typeof token === "string"));
  /** Adds the places behind a star, which may also stand for nothing. */
  const widened = (places: readonly number[]) => {
    const all = places.flatMap((place) => (row[place] === STAR ? [place, place + 1] : [place]));
    return [...new Set(all)].sort((a, b) => a - b);
  };
  const after = (places: readonly number[], character: string) =>
    widened(
      places.flatMap((place) => [
        ...(row[place - 1] === STAR ? [place] : []),
        ...(row[place] === character ? [place + 1] : []),
      ]),
    );
  const seen = new Set<string>();
  const waiting = [widened([...row.keys()].filter(begins))];
  for (let places = waiting.pop(); places !== undefined; places = waiting.pop()) {
    if (places.filter((place) => !begins(place)).length > most) {
      return true;
    }
    for (const character of characters) {
      const next = after(places, character);
      const key = next.join();
      if (!seen.has(key)) {
        seen.add(key);
        waiting.push(next);
      }
    }
  }
  return false;
}

/** Names that stand around a field's values and are not part of its path. */
const OUTSIDE_PATHS = new Set(["$or", "anything-but"]);

/**
 * The wildcard patterns of each field of an event pattern that is known to be valid. Those of all branches of `$or`
 * come together, since AWS's matcher has them in one machine.
 */
export function wildcardsByField(pattern: unknown): readonly (readonly string[])[] {
  const byField = new Map<string, string[]>();
  gather(pattern, "", byField);
  return [...byField.values()];
}

function gather(value: unknown, path: string, byField: Map<string, string[]>): void {
  if (Array.isArray(value)) {
    for (const each of value) gather(each, path, byField);
    return;
  }
  if (typeof value !== "object" || value === null) {
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const texts = [inner].flat().filter((each) => typeof each === "string");
    if (name === "wildcard" && texts.length > 0) {
      byField.set(path, [...(byField.get(path) ?? []), ...texts]);
    } else {
      gather(inner, OUTSIDE_PATHS.has(name) ? path : `${path}.${name}`, byField);
    }
  }
}
