/** The whole program of a stack: its config, the application, and one component for each target chosen. */
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describeWorkload, type Revision } from "./app";
import { ConfigError, loadSettings, TARGET_SERVERS } from "./config";
import { availableTargets, targets, type KeptRelease } from "./targets";

/** A release of another stack that a stack is given. */
export interface PromotedRelease {
  /** Name of the stack where it serves. */
  stack: string;
  version: string;
  /** What its migrations make of the database; undefined where nobody can tell. */
  revisions?: readonly Revision[];
}

/** What a deployment may be told besides the stack's config. */
export interface DeployOptions {
  /** Folder of a kept release's files, to deploy that release. @default `app.source` of the config */
  rollbackTo?: string;
  /** A kept release, to deploy it on a target that keeps it as it was built. @default a new one */
  reuse?: KeptRelease;
  /**
   * Where that release comes from. The database goes forward with it. @default it is an older one of the stack's own, which
   * leaves the database as it is
   */
  promoted?: PromotedRelease;
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
  const { rollbackTo, reuse, promoted } = options;
  const source = rollbackTo === undefined ? settings : { ...settings, app: { ...settings.app, source: rollbackTo } };
  const deployment = {
    settings,
    config,
    stack,
    secrets: pulumi.secret(settings.secrets),
    folder: options.folder ?? stackFolder(folder, stack),
    rollback: promoted === undefined && (rollbackTo !== undefined || reuse !== undefined),
    ...(reuse && { reuse }),
    ...(promoted?.revisions && { revisions: promoted.revisions }),
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
  const exported = outputs.length === 1 && only !== undefined ? { ...only[1] } : Object.fromEntries(outputs);
  return promoted === undefined ? exported : { ...exported, promotedFrom: `${promoted.version} of ${promoted.stack}` };
}

/** The folder that a stack keeps its files in, on the machine that runs the program. */
export function stackFolder(folder: string, stack: string): string {
  return path.join(folder, ".slipway", stack);
}
