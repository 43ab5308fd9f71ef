import { rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { stackFolder } from "../../components/deploy";
import { isSocketKeeper } from "../../providers/host/groups";
import { layout } from "../../providers/host/paths";
import { Supervisord } from "../../providers/host/supervisord";
import { bringDown } from "../../providers/host/types/supervisor";
import type { StackPlace } from "../engine/project";
import { alone } from "./alone";
import { deployedRoot } from "./deployed";

/** Ends every process of a stack, in order where supervisord lives, one by one where it does not. */
export function stop(place: StackPlace): Promise<number> {
  const root = deployedRoot(place);
  return alone(root, async () => {
    const paths = layout(root);
    const supervisord = new Supervisord(paths);
    const running = (await supervisord.pid()) === undefined ? [] : await supervisord.processes();
    await bringDown(paths);
    return running.filter((process) => process.pid > 0 && !isSocketKeeper(process)).length;
  });
}

/** Removes the stack's folder, data included. It goes with its lock: what is deployed from then on is in a new one. */
export async function purge({ project, stack }: StackPlace): Promise<void> {
  const root = stackFolder(project, stack);
  // No stack can have this name.
  const aside = path.join(path.dirname(root), `.purged-${stack}`);
  await alone(root, async () => {
    await bringDown(layout(root));
    // What one that was killed has left.
    await rm(aside, { recursive: true, force: true });
    await rename(root, aside);
  });
  await rm(aside, { recursive: true, force: true });
}
