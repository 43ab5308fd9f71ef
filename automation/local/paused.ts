import { isSocketKeeper } from "../../providers/host/groups";
import { layout } from "../../providers/host/paths";
import { RUNNING, Supervisord } from "../../providers/host/supervisord";
import { until } from "../../providers/host/wait";
import type { StackPlace } from "../engine/project";
import { alone } from "./alone";
import { deployedRoot } from "./deployed";
import { releaseOf, status } from "./status";

const START_SECONDS = 60;

/**
 * Runs an action while no process of the application does, nor a deployment. Visitors wait meanwhile: supervisord holds
 * the socket. What ran is started again, whatever the action comes to.
 *
 * @returns what the action does, and whether everything runs and is ready as it did before
 * @throws SlipwayError (state) when the stack is not deployed, (locked) while a deployment works
 */
export function whilePaused<T>(place: StackPlace, action: () => Promise<T>): Promise<{ result: T; serves: boolean }> {
  const root = deployedRoot(place);
  return alone(root, async () => {
    const supervisord = new Supervisord(layout(root));
    const running = (await supervisord.processes()).filter(
      (process) =>
        process.state === RUNNING && !isSocketKeeper(process) && releaseOf(process.group, root) !== undefined,
    );
    const names = running.map(({ group, name }) => `${group}:${name}`);
    const result = await held(supervisord, names, action);
    return { result, serves: names.length === 0 || (await serves(place)) };
  });
}

async function held<T>(supervisord: Supervisord, names: readonly string[], action: () => Promise<T>): Promise<T> {
  try {
    await Promise.all(names.map((name) => supervisord.stop(name)));
    return await action();
  } finally {
    await Promise.all(names.map((name) => supervisord.start(name)));
  }
}

async function serves(place: StackPlace): Promise<boolean> {
  const never = new AbortController().signal;
  return (await until(START_SECONDS, never, async () => ((await status(place)).healthy ? true : undefined))) ?? false;
}
