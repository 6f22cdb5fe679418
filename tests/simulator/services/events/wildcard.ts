/** A wildcard pattern cut into its literal pieces: `a*b` is `["a", "b"]`. */
export type Wildcard = readonly string[];

/** Reads `*` as any run of characters, `\*` and `\\` as themselves; the text of the refusal when it is illegal. */
export function parseWildcard(pattern: string): Wildcard | string {
  const pieces = [""];
  for (let index = 0; index < pattern.length; index += 1) {
    let character = pattern.charAt(index);
    if (character === "*") {
      if (pattern.charAt(index + 1) === "*") {
        return `Consecutive wildcard characters at pos ${index + 1}`;
      }
      pieces.push("");
      continue;
    }
    if (character === "\\") {
      const next = pattern.charAt(index + 1);
      if (next !== "*" && next !== "\\") {
        return `Invalid escape character at pos ${index + 1}`;
      }
      character = next;
      index += 1;
    }
    pieces[pieces.length - 1] += character;
  }
  return pieces;
}

/** Whether the whole text fits the pattern. */
export function fitsWildcard(pieces: Wildcard, text: string): boolean {
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) {
    return text === first;
  }
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) {
    return false;
  }
  let from = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, from);
    if (found < 0 || found + piece.length > end) {
      return false;
    }
    from = found + piece.length;
  }
  return true;
}
