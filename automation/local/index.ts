/** What can be done with the processes of a stack on this machine. */
import { existsSync } from "node:fs";
import { stackFolder } from "../../components/deploy";
import type { TargetOperations } from "../target";
import { backups } from "./backups";
import { exec, migrate } from "./exec";
import { logs } from "./logs";
import { releases, releaseSource } from "./releases";
import { status } from "./status";
import { placeOf } from "../engine/project";
import { purge, stop } from "./stop";

export const localOperations: TargetOperations = {
  ...{ status, logs, exec, releases, releaseSource, migrate, stop, purge, backups },
};

/** True when a stack has left something on this machine. */
export function isDeployedHere(stack: string, project: string | undefined): boolean {
  const { project: folder } = placeOf(stack, project);
  return existsSync(stackFolder(folder, stack));
}
