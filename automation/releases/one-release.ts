/** Whether what the targets of a stack serve is one release, which has a name of its own on each. */
import type { TargetName } from "../../components/config";
import { SlipwayError } from "../errors";
import { outputsOf, type Outputs } from "../target";

/**
 * Refuses what serves on several targets of a stack when it does not come from one deployment. Names do not tell: the same
 * files have another version with another server, and each target has one that it is made for.
 *
 * @param serving version of the release that serves on each target
 * @param outputs what the stack's last deployment that ended well has exported
 * @throws SlipwayError (usage) naming the releases
 */
export function refuseMixed(stack: string, serving: ReadonlyMap<TargetName, string>, outputs: Outputs): void {
  const own = [...serving].map(([target, version]) => ({
    target,
    version,
    deployed: outputsOf(target, outputs)["release"],
  }));
  const other = own.filter(({ version, deployed }) => version !== deployed);
  if (serving.size < 2 || other.length === 0) return;
  const serves = own.map(({ target, version }) => `${version} on ${target}`).join(", ");
  const last = other.map(({ target, deployed }) => `${String(deployed)} on ${target}`).join(", ");
  throw new SlipwayError(
    "usage",
    `${stack} serves ${serves}, which is not one release: its last deployment that ended well made it ${last}.`,
    `slipway up --stack ${stack}`,
  );
}
