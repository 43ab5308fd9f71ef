/** What can be done with the processes of a stack on this machine. */
import type { TargetOperations } from "../target";
import { exec } from "./exec";
import { logs } from "./logs";
import { releases, releaseSource } from "./releases";
import { status } from "./status";
import { purge, stop } from "./stop";

export const localOperations: TargetOperations = { status, logs, exec, releases, releaseSource, stop, purge };
