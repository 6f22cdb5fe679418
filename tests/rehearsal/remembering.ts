/**
 * For how many minutes a function keeps something in its modules from message to message: clean-up-primary keeps its
 * listing of the copies for five (`listingMinutes` in its handler). Everything else that the modules hold, such as SDK
 * clients, is the same after each start; a test holds it so.
 */
export function remembersMinutes(functionName: string): number {
  return functionName.endsWith("-clean-up-primary") ? 5 : 0;
}
