import { isSocketKeeper } from "../../providers/host/groups";
import { layout } from "../../providers/host/paths";
import { BACKOFF, RUNNING, STARTING, Supervisord, type SupervisedProcess } from "../../providers/host/supervisord";
import { until } from "../../providers/host/wait";
import { allEnded } from "../all-ended";
import type { StackPlace } from "../engine/project";
import { alone } from "./alone";
import { deployedRoot } from "./deployed";
import { releaseOf, status } from "./status";

const START_SECONDS = 60;
/** What runs, or will if nobody stops it. */
const LIVELY: ReadonlySet<number> = new Set([STARTING, RUNNING, BACKOFF]);

/**
 * Runs an action while no process of the application does, nor a deployment. Visitors wait meanwhile: supervisord holds
 * the socket. What ran is started again, whatever the action comes to.
 *
 * @param startSeconds how long the application may take until it serves again
 * @returns what the action does, and whether everything runs and is ready as it did before
 * @throws SlipwayError (state) when the stack is not deployed, (locked) while a deployment works
 */
export function whilePaused<T>(
  place: StackPlace,
  action: () => Promise<T>,
  startSeconds = START_SECONDS,
): Promise<{ result: T; serves: boolean }> {
  const root = deployedRoot(place);
  return alone(root, async () => {
    const supervisord = new Supervisord(layout(root));
    const isHeld = (process: SupervisedProcess): boolean =>
      LIVELY.has(process.state) && !isSocketKeeper(process) && releaseOf(process.group, root) !== undefined;
    const names = (await supervisord.processes()).filter(isHeld).map(({ group, name }) => `${group}:${name}`);
    const result = await held(supervisord, names, action);
    return { result, serves: names.length === 0 || (await serves(place, startSeconds)) };
  });
}

async function held<T>(supervisord: Supervisord, names: readonly string[], action: () => Promise<T>): Promise<T> {
  try {
    await allEnded(names.map((name) => supervisord.stop(name)));
    return await action();
  } finally {
    // One that cannot be started keeps no other from it, nor hides what the action came to.
    await Promise.allSettled(names.map((name) => supervisord.start(name)));
  }
}

async function serves(place: StackPlace, seconds: number): Promise<boolean> {
  const never = new AbortController().signal;
  return (await until(seconds, never, async () => ((await status(place)).healthy ? true : undefined))) ?? false;
}
