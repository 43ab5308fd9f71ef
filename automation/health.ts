/** How an application that is reached over HTTP says it is. */

const TIMEOUT_MS = 5000;

/** Status code of an answer, or why there was none. */
export async function answerOf(url: string): Promise<string> {
  try {
    const { status } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return String(status);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
