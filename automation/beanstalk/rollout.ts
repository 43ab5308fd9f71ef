/** Whether what was deployed is what serves: an environment is steady as well after it has put the old version back. */
import type { EnvironmentDescription } from "@aws-sdk/client-elastic-beanstalk";
import type { OperationOptions } from "../engine/operations";
import type { Patience } from "../patience";
import { allServe, unreadable, untilServing, wayBack, type Verdict, type Verdicts } from "../serving";
import type { Explanation } from "../target";
import type { Deployed } from "./deployed";
import { describeEnvironments, healthOf, readLabel, type Described, type Health } from "./environments";
import { evidenceOf, lastOperation, type LastOperation } from "./evidence";

/** Health is reported every ten seconds, and is an average of some of them. */
const PATIENCE: Patience = { maxWaitTime: 600, minDelay: 5, maxDelay: 15 };
/** States in which something goes on. */
const BUSY = /^(Launching|Updating|Aborting|LinkingFrom|LinkingTo)$/;

/** Judges an environment by the version and the health that it has, and by what its instances run. */
export function judge(environment: EnvironmentDescription | undefined, health: Health, wanted: string): Verdict {
  if (environment === undefined) return { state: "failed", why: "the environment is not there" };
  const { Status = "unknown", VersionLabel = "nothing", Health: colour, HealthStatus = "Unknown" } = environment;
  if (BUSY.test(Status)) return { state: "waits", why: `the environment is ${Status}` };
  if (Status !== "Ready") return { state: "failed", why: `the environment is ${Status}` };
  if (VersionLabel !== wanted) return { state: "failed", why: `${VersionLabel} is deployed instead of ${wanted}` };
  const { instances, causes } = health;
  const behind = instances.filter(({ Deployment }) => Deployment?.VersionLabel !== wanted);
  if (colour === "Green" && instances.length > 0 && behind.length === 0) return { state: "serves", why: "" };
  const others = behind.length === 0 ? "" : `, ${behind.length} of ${instances.length} instances do not run ${wanted}`;
  const why = causes.length === 0 ? "" : `: ${causes.join(" ")}`;
  return { state: "waits", why: `the health is ${HealthStatus}${others}${why}` };
}

/**
 * Waits until every environment has the version that was deployed, on instances that are well.
 *
 * @throws SlipwayError (failed) saying why not, what serves now, and how to go back; (cancelled) by the signal
 */
export function confirmVersions(
  deployed: Deployed,
  options: OperationOptions = {},
  patience: Patience = PATIENCE,
): Promise<void> {
  return untilServing(
    {
      stack: deployed.place.stack,
      by: "Elastic Beanstalk",
      judge: async () => judgeAll(deployed, await describeEnvironments(deployed)),
      explain: (verdicts) => findings(deployed, verdicts),
    },
    options,
    patience,
  );
}

async function judgeAll(deployed: Deployed, described: Described): Promise<Verdicts> {
  const verdicts = [...described].map(async ([role, environment]): Promise<[string, Verdict]> => {
    const ready = environment?.Status === "Ready";
    const health = ready ? await healthOf(deployed, environment.EnvironmentName ?? "") : { causes: [], instances: [] };
    return [role, judge(environment, health, deployed.versions[role] ?? "")];
  });
  return new Map(await Promise.all(verdicts));
}

/**
 * Why environments of a deployment that failed do not serve its versions, what they serve, and the way back.
 *
 * @returns nothing when every environment is as it should be, and none has told of an error
 */
export async function explainFailure(deployed: Deployed): Promise<Explanation | undefined> {
  const verdicts = await judgeAll(deployed, await describeEnvironments(deployed));
  const operations = await operationsOf(deployed).catch(() => []);
  const complained = operations.some(([, { complaints }]) => complaints.length > 0);
  return allServe(verdicts) && !complained ? undefined : findings(deployed, verdicts);
}

async function operationsOf(deployed: Deployed): Promise<[string, LastOperation][]> {
  const each = Object.entries(deployed.environments).map(async ([role, name]): Promise<[string, LastOperation]> => [
    role,
    await lastOperation(deployed, name),
  ]);
  return Promise.all(each);
}

async function findings(deployed: Deployed, verdicts: Verdicts): Promise<Explanation> {
  const lines: string[] = [];
  for (const [role, { state, why }] of verdicts) {
    const evidence = await evidenceOf(deployed, role).catch(unreadable);
    if (state === "serves" && evidence.length === 0) continue;
    lines.push(
      `${role}: ${state === "serves" ? "it serves what was deployed, but not without trouble" : why}`,
      ...evidence,
    );
  }
  const described = await describeEnvironments(deployed);
  lines.push("serves now:", ...servesNow(described));
  return { lines, mend: wayBack(deployed.place.stack, putBack(deployed, described)) };
}

function servesNow(described: Described): string[] {
  return [...described].map(([role, environment]) => {
    const { VersionLabel: label = "nothing", HealthStatus = "Unknown", Status = "" } = environment ?? {};
    const version = readLabel(label)?.version;
    const release = version === undefined ? "" : ` (release ${version})`;
    return `  ${role}: ${label}${release}, ${Status === "Ready" ? "" : `${Status}, `}health ${HealthStatus}`;
  });
}

/** The release that an environment was put back to is the one to put back everywhere. */
function putBack({ versions }: Deployed, described: Described): string | undefined {
  const others = [...described].flatMap(([role, environment]) => {
    const { VersionLabel: label = "" } = environment ?? {};
    return label === versions[role] ? [] : [readLabel(label)?.version];
  });
  return others.find((version) => version !== undefined);
}
