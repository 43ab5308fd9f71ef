/** Whether what was deployed is what serves: ECS counts a rollout that it took back as steady, and the provider does too. */
import type { Service } from "@aws-sdk/client-ecs";
import { createWaiter, WaiterState } from "@smithy/util-waiter";
import type { OperationOptions } from "../engine/operations";
import { SlipwayError } from "../errors";
import type { Deployed } from "./deployed";
import { stopped } from "../stopping";
import type { Explanation } from "../target";
import { evidenceOf, runningRelease, servesNow } from "./evidence";
import { describeServices, shortName } from "./services";

/** Seconds that services may take to become steady once the engine is done, and between two looks at them. */
export interface Patience {
  maxWaitTime: number;
  minDelay: number;
  maxDelay: number;
}

const PATIENCE: Patience = { maxWaitTime: 600, minDelay: 2, maxDelay: 15 };

/** How a service stands to the task definition that it is to run. */
export interface Verdict {
  state: "serves" | "waits" | "failed";
  /** What it does instead of serving. */
  why: string;
}

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
export async function confirmRollout(
  deployed: Deployed,
  { signal, onProgress }: OperationOptions = {},
  patience = PATIENCE,
): Promise<void> {
  const { stack } = deployed.place;
  let verdicts = await judgeAll(deployed);
  const pending = [...verdicts].filter(([, { state }]) => state === "waits").map(([role]) => role);
  if (pending.length > 0) {
    onProgress?.({ kind: "message", message: `Waiting until ${pending.join(", ")} of ${stack} run as deployed.` });
  }
  const waiting = { client: deployed.aws.ecs, ...patience, ...(signal && { abortSignal: signal }) };
  const { state } = await createWaiter(waiting, deployed, async () => {
    verdicts = await judgeAll(deployed);
    return { state: stateOf([...verdicts.values()]) };
  });
  if (state === WaiterState.SUCCESS) return;
  if (signal?.aborted === true) {
    throw stopped(signal, `ECS goes on with the rollout: slipway status --stack ${stack} shows how`);
  }
  throw await notServing(deployed, verdicts, state === WaiterState.TIMEOUT ? patience.maxWaitTime : undefined);
}

async function judgeAll(deployed: Deployed): Promise<Map<string, Verdict>> {
  const services = await describeServices(deployed);
  return new Map([...services].map(([role, service]) => [role, judge(service, deployed.definitions[role] ?? "")]));
}

function stateOf(verdicts: readonly Verdict[]): WaiterState {
  if (verdicts.some(({ state }) => state === "failed")) return WaiterState.FAILURE;
  return verdicts.every(({ state }) => state === "serves") ? WaiterState.SUCCESS : WaiterState.RETRY;
}

async function notServing(
  deployed: Deployed,
  verdicts: ReadonlyMap<string, Verdict>,
  seconds: number | undefined,
): Promise<SlipwayError> {
  const { stack } = deployed.place;
  const late = seconds === undefined ? "" : `, after ${seconds} s`;
  const { lines, mend } = await findings(deployed, verdicts);
  const text = [`What was deployed to ${stack} does not serve${late}:`, ...lines].join("\n  ");
  return new SlipwayError("failed", text, mend);
}

/**
 * Why services of a deployment that failed do not run what they are to run, what they run, and the way back.
 *
 * @returns nothing when every service is as it should be
 */
export async function explainFailure(deployed: Deployed): Promise<Explanation | undefined> {
  const verdicts = await judgeAll(deployed);
  if ([...verdicts.values()].every(({ state }) => state === "serves")) return undefined;
  return findings(deployed, verdicts);
}

async function findings(deployed: Deployed, verdicts: ReadonlyMap<string, Verdict>): Promise<Explanation> {
  const services = await describeServices(deployed);
  const lines: string[] = [];
  for (const [role, { state, why }] of verdicts) {
    const service = services.get(role);
    if (state === "serves" || service === undefined) continue;
    lines.push(`${role}: ${why}`);
    lines.push(...(await evidenceOf(deployed, service, deployed.definitions[role] ?? "").catch(unreadable)));
  }
  lines.push("serves now:", ...(await servesNow(deployed, services).catch(unreadable)));
  return { lines, mend: await wayBack(deployed, services) };
}

/** What cannot be read does not hide what is known. */
function unreadable(error: unknown): string[] {
  return [`  more could not be read: ${error instanceof Error ? error.message : String(error)}`];
}

/** The release that a service was put back to is the one to put back everywhere. */
async function wayBack(deployed: Deployed, services: ReadonlyMap<string, Service>): Promise<string> {
  const { stack } = deployed.place;
  const again = `mend the application and run slipway up --stack ${stack} again`;
  for (const [role, { taskDefinition = "" }] of services) {
    if (taskDefinition === deployed.definitions[role]) continue;
    const version = await runningRelease(deployed, taskDefinition).catch(() => undefined);
    if (version !== undefined) {
      return `slipway rollback ${version} --stack ${stack} puts every process back to that release; or ${again}`;
    }
  }
  return `slipway rollback --stack ${stack} puts an older release back; or ${again}`;
}
