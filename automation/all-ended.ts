/**
 * Waits until all of them have ended, well or not: nothing of what was begun together goes on unattended.
 *
 * @throws what the first of them, in the order given, has failed with
 */
export async function allEnded(begun: readonly Promise<unknown>[]): Promise<void> {
  for (const end of await Promise.allSettled(begun)) if (end.status === "rejected") throw end.reason;
}
