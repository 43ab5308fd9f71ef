/** The whole program of a stack: its config, the application, and one component for each target chosen. */
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describeWorkload } from "./app";
import { loadSettings } from "./config";
import { availableTargets, targets } from "./targets";

/** What a deployment may be told besides the stack's config. */
export interface DeployOptions {
  /** Folder of an older release's files, to put that release back. @default `app.source` of the config */
  rollbackTo?: string;
}

/**
 * Deploys the application of the current stack to its targets.
 *
 * @param folder folder of Pulumi.yaml; relative paths of the config start there
 * @returns the stack's outputs: those of the target when there is one, else each target's under its name
 * @throws ConfigError naming every fault of the config, before any resource is registered
 */
export async function deploy(folder: string, options: DeployOptions = {}): Promise<Record<string, unknown>> {
  const stack = pulumi.getStack();
  const settings = loadSettings(pulumi.runtime.allConfig(), { stack, available: availableTargets });
  const { rollbackTo } = options;
  const source = rollbackTo === undefined ? settings : { ...settings, app: { ...settings.app, source: rollbackTo } };
  const deployment = {
    settings,
    workload: await describeWorkload(source, folder, stack),
    secrets: pulumi.secret(settings.secrets),
    folder: stackFolder(folder, stack),
    rollback: rollbackTo !== undefined,
  };
  const outputs = settings.targets.map((name) => [name, targets[name]?.(deployment)] as const);
  const [only] = outputs;
  return outputs.length === 1 && only !== undefined ? { ...only[1] } : Object.fromEntries(outputs);
}

/** The folder that a stack keeps its files in, on the machine that runs the program. */
export function stackFolder(folder: string, stack: string): string {
  return path.join(folder, ".slipway", stack);
}
