/** An older release that is put back. */
import type { DeployOptions } from "../../components";
import { placeOf } from "../engine/project";
import { SlipwayError } from "../errors";
import { operationOf, operationOn, operationsOf, unavailable, type StackRef } from "../operations";
import { unlessStopped, type Stoppable } from "../stopping";
import type { ReleaseInfo } from "../target";
import { byCommit } from "./by-commit";
import { refuseOlderSchema } from "./schema";

/** What puts an older release back, as options of `up`: its files, or what was built of them, by what the target keeps. */
export type OlderRelease = Required<Pick<DeployOptions, "rollbackTo">> | Required<Pick<DeployOptions, "reuse">>;

/** Options of {@link releaseToPutBack}. */
export interface PutBackOptions {
  /** True takes a release whatever the database has been brought to since. @default false */
  force?: boolean;
}

/**
 * A kept release as options of `up`: `up({ stack, ...release })` puts it back.
 *
 * @param version version or its beginning; @default the newest release that does not serve
 * @throws SlipwayError (usage) when there is no such release, or not for all targets of the stack, (incompatible) when it does
 * not know what a database has been brought to since
 */
export function releaseToPutBack(
  ref: StackRef & Stoppable,
  version?: string,
  options: PutBackOptions = {},
): Promise<{ version: string; release: OlderRelease }> {
  return unlessStopped(ref.signal, () => keptRelease(ref, version, options));
}

async function keptRelease(
  ref: StackRef,
  version: string | undefined,
  { force = false }: PutBackOptions,
): Promise<{ version: string; release: OlderRelease }> {
  const targets = operationsOf(ref, "releases").map(({ target }) => target);
  const [target, ...others] = targets;
  if (target === undefined) throw unavailable(ref, "releases");
  const built = operationOn(target, "keptRelease");
  if (built !== undefined && others.length > 0) throw keptForOne(ref.stack, target, others);
  const place = placeOf(ref.stack, ref.project);
  const chosen = chosenOf(ref, await operationOf(ref, "releases")(place), version);
  if (!force) for (const each of targets) await refuseOlderSchema({ ...ref, target, version: chosen }, each);
  const release =
    built === undefined
      ? { rollbackTo: await operationOf(ref, "releaseSource")(place, chosen) }
      : { reuse: await built(place, chosen) };
  return { version: chosen, release };
}

/** What was built for one target is nothing for another, which would get what the source holds. */
function keptForOne(stack: string, target: string, others: readonly string[]): SlipwayError {
  return new SlipwayError(
    "usage",
    `The releases of ${stack} are kept as they were built for ${target}, and it runs on ${others.join(", ")} too.`,
    byCommit(stack),
  );
}

function chosenOf({ stack }: StackRef, kept: readonly ReleaseInfo[], version: string | undefined): string {
  const candidates = kept.filter((release) =>
    version === undefined ? !release.current : release.version.startsWith(version),
  );
  const [chosen] = candidates;
  if (chosen !== undefined && (version === undefined || candidates.length === 1)) return chosen.version;
  const names = kept.map((release) => `${release.version}${release.current ? " (serves now)" : ""}`).join(", ");
  const problem =
    version === undefined ? "There is no other release to go back to" : `${JSON.stringify(version)} is not one release`;
  throw new SlipwayError("usage", `${problem}; kept are ${names || "none"}.`, `slipway releases --stack ${stack}`);
}
