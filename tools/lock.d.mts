/**
 * Runs `action` while holding the lock `file`; waits as long as another living process holds it.
 * The lock of a process that died is taken over.
 *
 * @param report - is told once when another process has to be waited for
 * @param signal - ends the waiting, which then fails; @default nothing does
 */
export function withLock<T>(
  file: string,
  action: () => Promise<T>,
  report: (message: string) => void,
  signal?: AbortSignal,
): Promise<T>;
