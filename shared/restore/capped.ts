/** SNS takes 256 KB a message and EventBridge an event; a thousand instances must not fail for their own report. */
const charactersMax = 100_000;

/** Lines as one text, cut where it would become too long to be sent. */
export function capped(lines: readonly string[]): string {
  let length = 0;
  const over = lines.findIndex((line) => {
    length += line.length + 1;
    return length > charactersMax;
  });
  return over === -1
    ? lines.join("\n")
    : [...lines.slice(0, over), `… and ${lines.length - over} more lines`].join("\n");
}
