import { rm } from "node:fs/promises";
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

/** Removes the stack's folder, data included. */
export async function purge({ project, stack }: StackPlace): Promise<void> {
  const root = stackFolder(project, stack);
  await alone(root, () => bringDown(layout(root)));
  await rm(root, { recursive: true, force: true });
}
