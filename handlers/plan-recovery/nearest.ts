/** Edits (insert, delete, replace) that turn one word into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/**
 * The known word that a mistyped one most likely stands for: at most a third of its letters differ.
 *
 * @example nearest("dr-declare", ["dr-declared", "declaration-closed"]) // "dr-declared"
 */
export function nearest<Word extends string>(word: string, known: readonly Word[]): Word | undefined {
  const lower = word.slice(0, 100).toLowerCase();
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.ceil(Math.max(lower.length, candidate.length) / 3))
    .toSorted((a, b) => a.edits - b.edits);
  return best?.candidate;
}
