/** Rehearses the deployment of a stack: the real engine and the same program, on simulated clouds. */
import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { OnCall } from "../../providers/rehearsal/calls";
import type { Rehearsal } from "../../providers/rehearsal/start";
import { withLock } from "../../tools/lock.mjs";
import { namedByCaller } from "../caller";
import { readSettings } from "../configuration";
import type { StackOptions } from "../deployments";
import { programOf } from "../engine/program";
import { placeOf, readStackFile, type StackPlace } from "../engine/project";
import { openStack, type OpenStack } from "../engine/stack";
import { SlipwayError } from "../errors";
import { stopped } from "../stopping";
import { changeRelease, rehearsalFolder, rehearsalPlace, rehearsedConfig } from "./place";
import type { RehearsalReport } from "./report";
import { Steps } from "./steps";

/** Options of {@link rehearse}. */
export interface RehearseOptions extends StackOptions {
  /** Faults as `<kind>:<operation>[:<type>][:<nth>]`, in order. @default none */
  faults?: readonly string[];
  /** YAML file that lists what is in the account already. @default an empty account */
  given?: string;
  /** End after the plan. @default false */
  planOnly?: boolean;
  /** Deploy another release after the first. @default false */
  update?: boolean;
  /** Remove everything at the end but what is protected. @default false */
  destroy?: boolean;
  /** Go on from the last rehearsal of the stack. @default a new, empty account */
  keep?: boolean;
  /** Clouds whose real provider is used. @default none */
  real?: readonly string[];
  /** Host and port of a real registry that stands for the cloud's own. @default images are only named */
  registry?: string;
  /** Told of each call of a cloud before it is made. */
  onCall?: OnCall;
}

/**
 * Plans and deploys a stack on simulated clouds, then plans once more, which must change nothing; where the first plan changes
 * nothing, that is all. Nothing of what is
 * really deployed is read or changed, no secret is decrypted, and no account is needed.
 *
 * @returns what was found, also when a step failed
 * @throws ConfigError; SlipwayError (usage, config, tool) when nothing can be rehearsed, (timeout, cancelled)
 * @example
 * ```ts
 * const { ended, refusals } = await rehearse({ stack: "prod", faults: ["throttle:create:Subnet"] });
 * ```
 */
export async function rehearse(options: RehearseOptions): Promise<RehearsalReport> {
  const { stack, project, onProgress, signal } = options;
  readSettings(stack, project);
  const place = placeOf(stack, project);
  const { "aws:region": region } = rehearsedConfig(stack, readStackFile(place));
  const folder = rehearsalFolder(place);
  const report = (message: string): void => onProgress?.({ kind: "message", message });
  mkdirSync(path.dirname(folder), { recursive: true, mode: 0o700 });
  const rehearsed = withLock(
    `${folder}.lock`,
    async () => {
      if (options.keep !== true) rmSync(folder, { recursive: true, force: true });
      const rehearsal = await started(options, place.project, folder, region);
      try {
        const own = rehearsalPlace(place, rehearsal.debugProviders, (options.real ?? []).length > 0);
        return await run(await openStack(own, programOf(own), report), own, rehearsal, options);
      } finally {
        rehearsal.close();
      }
    },
    report,
    signal,
  );
  return rehearsed.catch((error: unknown) => {
    throw signal?.aborted === true ? stopped(signal, `slipway rehearse --stack ${stack} begins anew`) : error;
  });
}

/** @throws SlipwayError (usage) for a fault, a file or a cloud that does not fit */
async function started(options: RehearseOptions, project: string, folder: string, region: unknown): Promise<Rehearsal> {
  const [{ startRehearsal }, { clouds }, { readGiven }] = await Promise.all([
    import("../../providers/rehearsal/start"),
    import("../../providers/rehearsal/clouds"),
    import("../../providers/rehearsal/given"),
  ]);
  const { faults = [], given, real = [], registry, onCall } = options;
  const all = clouds(project);
  try {
    const unknown = real.find((name) => !all.some((cloud) => cloud.name === name));
    if (unknown !== undefined) {
      throw new Error(`There is no provider ${unknown}; allowed are ${all.map(({ name }) => name).join(", ")}.`);
    }
    if (registry !== undefined && !/^[\w.-]+:\d+$/.test(registry)) {
      throw new Error(`The registry ${registry} is not named by host and port, such as localhost:5000.`);
    }
    return await startRehearsal({
      folder: path.join(folder, "clouds"),
      clouds: all.filter(({ name }) => !real.includes(name)),
      faults,
      ...(typeof region === "string" && { region }),
      ...(given !== undefined && { given: readGiven(namedByCaller(given)) }),
      ...(registry !== undefined && { registry }),
      ...(onCall !== undefined && { onCall }),
    });
  } catch (error) {
    throw new SlipwayError("usage", error instanceof Error ? error.message : String(error), undefined, {
      cause: error,
    });
  }
}

async function run(
  open: OpenStack,
  place: StackPlace,
  rehearsal: Rehearsal,
  { planOnly, update, destroy, faults = [], onCall, ...options }: RehearseOptions,
): Promise<RehearsalReport> {
  const steps = new Steps(open, rehearsal, options);
  const tries = Math.max(faults.length, onCall === undefined ? 0 : 1);
  const planned = await steps.plan("plan");
  if (planOnly === true) return steps.report(place);
  // A plan that changes nothing is the proof; ordered faults are for calls that a deployment makes all the same.
  let proven = planned && steps.unchanged && tries === 0;
  if (planned && !proven) {
    let deployed = await steps.change("deploy", "update");
    for (let left = tries; !deployed && left > 0; left -= 1) deployed = await steps.change("recover", "update");
    proven = deployed && (await steps.planNothing());
  }
  if (proven && update === true) {
    await changeRelease(place);
    const changed = steps.of(await openStack(place, programOf(place), () => undefined));
    if (await changed.plan("update-plan")) await changed.change("update", "update");
  }
  // What was made by a deployment that failed has to go as well as any other.
  if (planned && destroy === true) await steps.change("destroy", "destroyUnprotected");
  return steps.report(place);
}
