/** Putting an older release back. */
import { up, type ChangeOptions, type Deployment } from "../deployments";
import type { OperationResult } from "../engine/operations";
import { releaseToPutBack, type PutBackOptions } from "./put-back";

/** Options of {@link rollback}. */
export interface RollbackOptions extends ChangeOptions, PutBackOptions {
  /** Version of the release, or its beginning. @default the newest release that does not serve */
  version?: string;
  /** Asked with the plan and the release's version before anything is changed. @default nobody is asked */
  confirm?: (plan: OperationResult, version: string) => Promise<boolean>;
}

/** What {@link rollback} came to. */
export interface Rollback extends Deployment {
  /** Version of the release that serves now. */
  version: string;
}

/**
 * Deploys a release that is kept, with the config of now. The database stays as it is, and the next {@link up} deploys what
 * the source holds.
 *
 * @throws SlipwayError (usage, incompatible) as {@link releaseToPutBack}; as {@link up}
 * @example
 * ```ts
 * const { version } = await rollback({ stack: "prod" });
 * ```
 */
export async function rollback({ version: wanted, force, confirm, ...options }: RollbackOptions): Promise<Rollback> {
  const { version, release } = await releaseToPutBack(options, wanted, { ...(force !== undefined && { force }) });
  const asked = confirm && { confirm: (plan: OperationResult) => confirm(plan, version) };
  return { ...(await up({ ...options, ...release, ...asked })), version };
}
