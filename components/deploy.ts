/** The whole program of a stack: its config, the application, and one component for each target chosen. */
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describeWorkload } from "./app";
import { ConfigError, loadSettings, TARGET_SERVERS } from "./config";
import { availableTargets, targets, type KeptRelease } from "./targets";

/** What a deployment may be told besides the stack's config. */
export interface DeployOptions {
  /** Folder of an older release's files, to put that release back. @default `app.source` of the config */
  rollbackTo?: string;
  /** An older release, to put it back on a target that keeps it as it was built. @default a new one */
  reuse?: KeptRelease;
  /** Folder that the stack's own files go to, on the machine that runs the program. @default {@link stackFolder} */
  folder?: string;
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
  const config = pulumi.runtime.allConfig();
  const settings = loadSettings(config, { stack, available: availableTargets });
  const chosen = settings.targets.flatMap((name) => {
    const target = targets[name];
    return target === undefined ? [] : [{ name, target }];
  });
  const faults = chosen.flatMap(({ target }) => target.faults?.(config, stack) ?? []);
  if (faults.length > 0) throw new ConfigError(stack, faults);
  const { rollbackTo, reuse } = options;
  const source = rollbackTo === undefined ? settings : { ...settings, app: { ...settings.app, source: rollbackTo } };
  const deployment = {
    settings,
    config,
    stack,
    secrets: pulumi.secret(settings.secrets),
    folder: options.folder ?? stackFolder(folder, stack),
    rollback: rollbackTo !== undefined || reuse !== undefined,
    ...(reuse && { reuse }),
  };
  // Every description is there before the first resource is: a fault in one leaves all targets as they are.
  const described = await Promise.all(
    chosen.map(async ({ name, target }) => ({
      name,
      target,
      workload: await describeWorkload(source, folder, stack, TARGET_SERVERS[name]),
    })),
  );
  const outputs = described.map(
    ({ name, target, workload }) => [name, target.deploy({ ...deployment, workload })] as const,
  );
  const [only] = outputs;
  return outputs.length === 1 && only !== undefined ? { ...only[1] } : Object.fromEntries(outputs);
}

/** The folder that a stack keeps its files in, on the machine that runs the program. */
export function stackFolder(folder: string, stack: string): string {
  return path.join(folder, ".slipway", stack);
}
