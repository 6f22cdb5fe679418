/** Takes a rejection that nobody handled in an execution environment. */
export interface Rejectable {
  rejected(reason: unknown): void;
}

let running: Rejectable | undefined;
let listening = false;

/**
 * Says that what happens until the next turn of the event loop is the work of this environment. Promises have
 * no owner that could be asked later; but one environment runs at a time, and all its promise work is through
 * before the virtual clock goes on.
 */
export function runsNow(environment: Rejectable): void {
  listen();
  if (running === undefined) {
    setImmediate(() => {
      running = undefined;
    });
  }
  running = environment;
}

/** Rejections of a bundle end its environment, and are no business of the process that simulates it. */
function listen(): void {
  if (listening) {
    return;
  }
  listening = true;
  // A listener of our own could not keep the rejection from the others, such as the test runner's.
  const emit = process.emit.bind(process) as (name: string | symbol, ...values: unknown[]) => boolean;
  Object.assign(process, {
    emit(name: string | symbol, ...values: unknown[]): boolean {
      if (name === "unhandledRejection" && running !== undefined) {
        running.rejected(values[0]);
        return true;
      }
      return emit(name, ...values);
    },
  });
}
