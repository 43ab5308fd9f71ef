import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isSocketKeeper } from "../../providers/host/groups";
import { layout, specPath } from "../../providers/host/paths";
import { RUNNING, Supervisord, type SupervisedProcess } from "../../providers/host/supervisord";
import { ConfigError } from "../../components/config";
import { readSettings } from "../configuration";
import { answerOf } from "../health";
import { SlipwayError } from "../errors";
import type { StackPlace } from "../engine/project";
import type { ProcessStatus, Status } from "../target";
import { deployedRoot, deployedUrl } from "./deployed";

/** What runs of a stack on this machine, as supervisord and the application themselves say. */
export async function status(place: StackPlace): Promise<Status> {
  const { project, stack } = place;
  const root = deployedRoot(place);
  const url = deployedUrl(root);
  const supervised = await supervisedProcesses(root);
  const health =
    supervised.length === 0 || url === "" ? "nothing runs" : await answerOf(`${url}${readyPath(stack, project)}`);
  const all = supervised.map((process) => describe(process, root));
  const healthy = all.length > 0 && all.every(({ running }) => running) && /^[23]\d\d$/.test(health);
  return { stack, target: "local", url, health, healthy, processes: all };
}

/** What runs can be looked at while the config is being edited, or is wrong. */
function readyPath(stack: string, project: string): string {
  try {
    return readSettings(stack, project).app.health.ready;
  } catch (error) {
    if (error instanceof ConfigError || error instanceof SlipwayError) return "/";
    throw error;
  }
}

async function supervisedProcesses(root: string): Promise<SupervisedProcess[]> {
  const supervisord = new Supervisord(layout(root));
  if ((await supervisord.pid()) === undefined) return [];
  return (await supervisord.processes()).filter((process) => !isSocketKeeper(process));
}

function describe({ name, group, state, stateName, pid, startedAt }: SupervisedProcess, root: string): ProcessStatus {
  const running = state === RUNNING;
  const release = releaseOf(group, root);
  return {
    name,
    role: group,
    state: stateName,
    running,
    ...(pid > 0 && { pid }),
    ...(running && { uptime: Math.max(0, Math.round(Date.now() / 1000 - startedAt)) }),
    ...(release !== undefined && { release }),
  };
}

/** Version of the release that a program's spec starts; undefined for a broker, which is of no release. */
export function releaseOf(program: string, root: string): string | undefined {
  const paths = layout(root);
  const file = specPath(paths, program);
  if (!existsSync(file)) return undefined;
  const { cwd } = JSON.parse(readFileSync(file, "utf8")) as { cwd: string };
  return path.dirname(cwd) === paths.releases ? path.basename(cwd) : undefined;
}
