/** What a stack's state says of its database. */
import type { Revision } from "../../components/app";
import type { TargetName } from "../../components/config";
import { stateError } from "./failures";
import type { OpenStack } from "./stack";

interface StateResource {
  type: string;
  urn: string;
  inputs?: { input?: Revision[] };
}

const RECORD = "pulumi:index:Stash";
/** End of its name: what else a stack notes has another. */
const NAME = "-schema";

/**
 * The revisions that the database of a target was last brought to, a failed deployment included; none where nothing is
 * known of it.
 */
export async function recordedRevisions({ place, stack }: OpenStack, target: TargetName): Promise<Revision[]> {
  const exported = await stack.exportStack().catch((error: unknown) => {
    throw stateError(place, error);
  });
  const { resources = [] } = (exported.deployment ?? {}) as { resources?: StateResource[] };
  const record = resources.find(
    ({ type, urn }) => type === RECORD && urn.includes(`::slipway:${target}:`) && urn.endsWith(NAME),
  );
  return record?.inputs?.input ?? [];
}
