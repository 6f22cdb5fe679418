/** What the commands of this folder have in common: `rehearse`, `simulator`, `bench`. */

/** The command line, or a file it names, is not usable: one clear line, exit 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads a whole number of an option; throws UsageError with the range. */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`${name} takes a whole number from ${least} to ${most}, got '${text}'`);
  }
  return value;
}

/** What a command line was read as; what is wrong with it is a UsageError of one line. */
export function readArguments<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
}

/** What a person reads of a refused deployment: what was refused, and where the things that it names are made. */
export function deploymentRefused(message: string): string {
  return `the simulated AWS refuses the deployment: ${message}
The simulated DR region has the networks and groups of tests/fixtures/dr-region.json: add there what yours has.`;
}

/** Ends the process when nobody reads on, as in `npm run rehearse | head`. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(141);
  });
}
