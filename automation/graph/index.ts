/** Pictures of a stack: what it is made of, what needs what, what changes, what is weak. */
import { preview } from "../deployments";
import type { ResourceChange } from "../engine/changes";
import type { OperationOptions } from "../engine/operations";
import { programOf } from "../engine/program";
import { placeOf } from "../engine/project";
import { openStack } from "../engine/stack";
import { stateOf, type StateEntry } from "../engine/state";
import { SlipwayError } from "../errors";
import { rehearse } from "../rehearsal/rehearse";
import { rehearsedResources } from "../rehearsal/state";
import { unlessStopped } from "../stopping";
import { drawingOf, type Drawing } from "./drawing";

export { drawingOf, type Card, type Drawing } from "./drawing";
export { fencedMermaid, mermaidOf } from "./mermaid";
export { svgOf } from "./svg";

/** Options of {@link drawStack}. */
export interface DrawOptions extends OperationOptions {
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
  /** Mark what `up` would change. @default false */
  changes?: boolean;
  /** Draw what a rehearsal deploys, in place of what is deployed. @default false */
  rehearse?: boolean;
  /** Rehearse on what the last rehearsal deployed. @default an empty account */
  keep?: boolean;
  /** YAML file that lists what is in the account already. @default an empty account */
  given?: string;
}

/**
 * What a stack is made of, by the state of its last deployment, or by a rehearsal.
 *
 * @throws SlipwayError (config, tool, state, failed, timeout, cancelled) or ConfigError
 * @example
 * ```ts
 * writeFileSync("prod.svg", svgOf(await drawStack({ stack: "prod", rehearse: true })));
 * ```
 */
export async function drawStack(options: DrawOptions): Promise<Drawing> {
  const { resources, changes } = options.rehearse === true ? await rehearsed(options) : await deployed(options);
  return drawingOf(options.stack, resources, options.changes === true ? changes : []);
}

interface Found {
  resources: readonly StateEntry[];
  changes: readonly ResourceChange[];
}

async function deployed(options: DrawOptions): Promise<Found> {
  const resources = await deployedResources(options);
  return { resources, changes: options.changes === true ? (await preview(options)).changes : [] };
}

/** Resources of the stack's state. Secrets are in envelopes, which no picture opens. */
export async function deployedResources({
  stack,
  project,
  onProgress,
  signal,
}: Omit<DrawOptions, "changes">): Promise<readonly StateEntry[]> {
  const place = placeOf(stack, project);
  const report = (message: string): void => onProgress?.({ kind: "message", message });
  const { resources } = await unlessStopped(signal, async () =>
    stateOf(await openStack(place, programOf(place), report, false)),
  );
  return resources;
}

/** @throws SlipwayError when nothing could be deployed that could be drawn */
async function rehearsed(options: DrawOptions): Promise<Found> {
  const { stack, project, keep, given, onProgress, signal } = options;
  const { steps } = await rehearse({
    stack,
    ...(project !== undefined && { project }),
    ...(keep !== undefined && { keep }),
    ...(given !== undefined && { given }),
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  const failure = steps.find((step) => step.failure !== undefined)?.failure;
  if (failure !== undefined) throw new SlipwayError(failure.kind, failure.message, failure.mend);
  return { resources: rehearsedResources(placeOf(stack, project)), changes: steps[0]?.result?.changes ?? [] };
}
