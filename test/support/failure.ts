import { SlipwayError } from "../../automation/errors";

/** What an operation fails with. */
export async function failureOf(run: Promise<unknown>): Promise<SlipwayError> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SlipwayError)) throw new Error(`no SlipwayError but ${String(error)}`);
  return error;
}
