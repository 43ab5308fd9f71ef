/** Whether what was deployed is what serves: ECS counts a rollout that it took back as steady, and the provider does too. */
import type { Service } from "@aws-sdk/client-ecs";
import type { OperationOptions } from "../engine/operations";
import type { Patience } from "../patience";
import { allServe, unreadable, untilServing, wayBack, type Verdict, type Verdicts } from "../serving";
import type { Explanation } from "../target";
import type { Deployed } from "./deployed";
import { evidenceOf, runningRelease, servesNow } from "./evidence";
import { describeServices, shortName } from "./services";

const PATIENCE: Patience = { maxWaitTime: 600, minDelay: 2, maxDelay: 15 };

/** Judges a service by its deployments, of which the primary one is the newest. */
export function judge({ deployments = [], runningCount = 0, desiredCount = 0 }: Service, wanted: string): Verdict {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const runs = primary?.taskDefinition ?? "";
  const { rolloutState, rolloutStateReason: reason } = primary ?? {};
  const said = reason === undefined ? "" : `: ${reason}`;
  if (runs !== wanted) {
    return { state: "failed", why: `${shortName(runs)} is deployed instead of ${shortName(wanted)}${said}` };
  }
  if (rolloutState === "FAILED") return { state: "failed", why: `the rollout of ${shortName(wanted)} failed${said}` };
  if (desiredCount === 0) return { state: "failed", why: "no task is wanted of it: its desired count is 0" };
  // A deployment that has failed is told of for a while after its last task is gone.
  const others = deployments.filter(
    (each) => each !== primary && (each.runningCount ?? 0) + (each.pendingCount ?? 0) > 0,
  );
  const steady = others.length === 0 && runningCount === desiredCount;
  if (rolloutState === "COMPLETED" && steady) return { state: "serves", why: "" };
  const counts = `${runningCount} of ${desiredCount} tasks run`;
  return { state: "waits", why: `${counts}, the rollout is ${rolloutState ?? "under way"}${said}` };
}

/**
 * Waits until every service runs the task definition that was deployed, with all of its tasks.
 *
 * @throws SlipwayError (failed) saying why not, what serves now, and how to go back; (timeout, cancelled) by the signal
 */
export function confirmRollout(
  deployed: Deployed,
  options: OperationOptions = {},
  patience: Patience = PATIENCE,
): Promise<void> {
  const judge = (): Promise<Verdicts> => judgeAll(deployed);
  const explain = (verdicts: Verdicts): Promise<Explanation> => findings(deployed, verdicts);
  return untilServing({ stack: deployed.place.stack, by: "ECS", judge, explain }, options, patience);
}

async function judgeAll(deployed: Deployed): Promise<Map<string, Verdict>> {
  const services = await describeServices(deployed);
  return new Map([...services].map(([role, service]) => [role, judge(service, deployed.definitions[role] ?? "")]));
}

/**
 * Why services of a deployment that failed do not run what they are to run, what they run, and the way back.
 *
 * @returns nothing when every service is as it should be
 */
export async function explainFailure(deployed: Deployed): Promise<Explanation | undefined> {
  const verdicts = await judgeAll(deployed);
  if (allServe(verdicts)) return undefined;
  return findings(deployed, verdicts);
}

async function findings(deployed: Deployed, verdicts: Verdicts): Promise<Explanation> {
  const services = await describeServices(deployed);
  const lines: string[] = [];
  for (const [role, { state, why }] of verdicts) {
    const service = services.get(role);
    if (state === "serves" || service === undefined) continue;
    lines.push(`${role}: ${why}`);
    lines.push(...(await evidenceOf(deployed, service, deployed.definitions[role] ?? "").catch(unreadable)));
  }
  lines.push("serves now:", ...(await servesNow(deployed, services).catch(unreadable)));
  return { lines, mend: wayBack(deployed.place.stack, await servedBefore(deployed, services)) };
}

/** The release that a service was put back to is the one to put back everywhere. */
async function servedBefore(deployed: Deployed, services: ReadonlyMap<string, Service>): Promise<string | undefined> {
  for (const [role, { taskDefinition = "" }] of services) {
    if (taskDefinition === deployed.definitions[role]) continue;
    const version = await runningRelease(deployed, taskDefinition).catch(() => undefined);
    if (version !== undefined) return version;
  }
  return undefined;
}
