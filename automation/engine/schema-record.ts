/** What a stack's state says of its database. */
import type { Revision } from "../../components/app";
import type { TargetName } from "../../components/config";
import type { OpenStack } from "./stack";
import { stateOf } from "./state";

const RECORD = "pulumi:index:Stash";
/** End of its name: what else a stack notes has another. */
const NAME = "-schema";

/**
 * The revisions that the database of a target was last brought to, a failed deployment included; none where nothing is
 * known of it.
 */
export async function recordedRevisions(open: OpenStack, target: TargetName): Promise<Revision[]> {
  const { resources } = await stateOf(open);
  const record = resources.find(
    ({ type, urn }) => type === RECORD && urn.includes(`::slipway:${target}:`) && urn.endsWith(NAME),
  );
  return (record?.inputs?.["input"] ?? []) as Revision[];
}
