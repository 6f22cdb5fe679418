/**
 * Promise.all that leaves nothing running: it waits for every task before the first failure is thrown. A call
 * left behind would go on in the function's next invocation.
 */
export async function together<T extends readonly unknown[]>(
  tasks: { [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  await Promise.allSettled(tasks);
  return (await Promise.all(tasks)) as unknown as T;
}
