/** Enough for a thousand calls in minutes where RDS is slow, few enough to leave its request rate to others. */
const concurrent = 5;

/**
 * Does `work` on each item, a few at a time. `mayBegin` is asked before each: once it says no, what is under way is
 * seen to its end and the rest is left. Nothing is left running when one fails.
 */
export async function fewAtATime<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  mayBegin: () => boolean = () => true,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) {
      if (!mayBegin()) return;
      await work(item);
    }
  };
  const workers = Array.from({ length: Math.min(concurrent, items.length) }, worker);
  await Promise.allSettled(workers);
  await Promise.all(workers);
}
