/** Deploying, previewing, refreshing and removing a stack: the functions that scripts and the command line call. */
import type { DeployOptions } from "../components";
import { readSettings } from "./configuration";
import { SlipwayError } from "./errors";
import { refuseHeld } from "./engine/locks";
import * as engine from "./engine/operations";
import type { OperationOptions, OperationResult } from "./engine/operations";
import { programOf } from "./engine/program";
import { placeOf } from "./engine/project";
import { openStack, type OpenStack } from "./engine/stack";
import { operationsOf } from "./operations";
import { unlessStopped } from "./stopping";
import { outputsOf } from "./target";
import { patiently, type Patient } from "./waiting";

/** Which stack, and how an operation on it is run. */
export interface StackOptions extends OperationOptions {
  /** Name of the stack. */
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
}

/** How an operation that changes a stack is run. */
export interface ChangeOptions extends StackOptions, Patient {}

/** Options of {@link up}. */
export interface UpOptions extends ChangeOptions, Pick<DeployOptions, "rollbackTo" | "reuse" | "promoted"> {
  /** Asked with the plan before anything is changed; false ends without a change. @default nobody is asked */
  confirm?: (plan: OperationResult) => Promise<boolean>;
}

/** What {@link up} came to. */
export interface Deployment extends OperationResult {
  /** False when everything was as it should be already. */
  changed: boolean;
}

/**
 * Brings a stack to what its config and its application say: plans first, and changes nothing where nothing differs. Ends
 * well only when what was deployed is what serves.
 *
 * @throws SlipwayError (config, tool, failed, locked, state, declined, timeout, cancelled) or ConfigError
 * @example
 * ```ts
 * const { outputs } = await up({ stack: "dev", signal: AbortSignal.timeout(600_000), waitForLock: 60 });
 * ```
 */
export function up(options: UpOptions): Promise<Deployment> {
  return patiently(options, () => planAndDeploy(options));
}

async function planAndDeploy(options: UpOptions): Promise<Deployment> {
  const open = await opened(options);
  refuseHeld(open.place);
  const plan = await engine.preview(open, quiet(options));
  if (plan.changes.length === 0) {
    await confirm(open, plan, options);
    return { ...plan, changed: false };
  }
  options.onProgress?.({ kind: "planned", plan });
  if (options.confirm !== undefined && !(await options.confirm(plan))) {
    throw new SlipwayError("declined", "Nothing was changed.");
  }
  for (const { operation } of operationsOf(options, "prepare")) await operation(open, plan, options);
  const result = await engine.update(open, options).catch(async (error: unknown) => {
    throw await explained(open, options, error);
  });
  await confirm(open, result, options);
  return { ...result, changed: true };
}

/** Waits until what was deployed is what serves, on every target where the engine's success does not say so. */
async function confirm(open: OpenStack, { outputs: exported }: OperationResult, options: StackOptions): Promise<void> {
  for (const { target, operation } of operationsOf(options, "confirm")) {
    await operation(open, outputsOf(target, exported), options);
  }
}

/** The failure of an update, with what its targets know of the reason. */
async function explained(open: OpenStack, options: StackOptions, error: unknown): Promise<unknown> {
  if (!(error instanceof SlipwayError) || error.kind !== "failed") return error;
  const lines: string[] = [];
  let { mend } = error;
  for (const { operation } of operationsOf(options, "explain")) {
    // What cannot be found out does not hide what is known.
    const found = await operation(open).catch(() => undefined);
    lines.push(...(found?.lines ?? []));
    mend ??= found?.mend;
  }
  return new SlipwayError("failed", [error.message, ...lines].join("\n  "), mend, { cause: error });
}

/** What {@link up} would do, drift included. @throws as {@link up} */
export async function preview(options: StackOptions): Promise<OperationResult> {
  return engine.preview(await opened(options), options);
}

/** Reads what is really there into the stack's state; the changes are the drift. @throws as {@link up} */
export function refresh(options: ChangeOptions): Promise<OperationResult> {
  return patiently(options, async () => engine.refresh(await opened(options, false), options));
}

/** What {@link refresh} would find; neither the stack nor its state is changed. @throws as {@link up} */
export async function drift(options: StackOptions): Promise<OperationResult> {
  return engine.drift(await opened(options, false), options);
}

/** Options of {@link destroy}. */
export interface DestroyOptions extends ChangeOptions {
  /** Asked before anything is removed. @default nobody is asked */
  confirm?: () => Promise<boolean>;
}

/** What {@link destroy} came to. */
export interface Removal extends OperationResult {
  /** Names of what is protected and was therefore kept, with everything that it needs. */
  kept: string[];
}

/**
 * Removes every resource of a stack that is not protected, and that nothing protected needs. Data stays where the target
 * keeps it.
 *
 * @throws as {@link up}
 */
export function destroy(options: DestroyOptions): Promise<Removal> {
  return patiently(options, () => remove(options));
}

async function remove(options: DestroyOptions): Promise<Removal> {
  const open = await opened(options, false);
  refuseHeld(open.place);
  if (options.confirm !== undefined && !(await options.confirm())) {
    throw new SlipwayError("declined", "Nothing was removed.");
  }
  const removed = await engine.destroyUnprotected(open, options);
  return { ...removed, kept: await engine.protectedNames(open) };
}

/** Outputs of the last deployment, secret ones left out. @throws as {@link up} */
export async function outputs(options: StackOptions): Promise<Record<string, unknown>> {
  return unlessStopped(options.signal, async () => engine.outputs(await opened(options, false)));
}

async function opened(options: UpOptions, create = true): Promise<OpenStack> {
  const { stack, project, onProgress, rollbackTo, reuse, promoted, signal } = options;
  // Faults of the config are told before anything is asked of an engine or a backend.
  if (create) readSettings(stack, project);
  const place = placeOf(stack, project);
  const program = programOf(place, {
    ...(rollbackTo !== undefined && { rollbackTo }),
    ...(reuse && { reuse }),
    ...(promoted && { promoted }),
  });
  const report = (message: string): void => onProgress?.({ kind: "message", message });
  return unlessStopped(signal, () => openStack(place, program, report, create));
}

/** The plan's own events are not the deployment's: only what it says in words is passed on. */
function quiet({ onProgress, signal }: OperationOptions): OperationOptions {
  return {
    ...(signal && { signal }),
    onProgress: (progress) => {
      if (progress.kind === "message") onProgress?.(progress);
    },
  };
}
