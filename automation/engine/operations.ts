/** The engine's operations on one stack, with their events told as they come and their failures sorted. */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { changeOf, diagnosticOf, driftBefore, driftOf, isComponent, nameOf, withoutSecrets } from "./changes";
import type { Diagnostic, ResourceChange } from "./changes";
import { stopped, withSignalForEngine, type Stoppable } from "../stopping";
import { killedBy, sortFailure } from "./failures";
import { interruptedCreates } from "./interrupted";
import type { OpenStack } from "./stack";
import { stateOf } from "./state";
import { restoreState } from "./state-file";

/** What happens while an operation runs, for whoever shows it. */
export type Progress =
  | { kind: "message"; message: string }
  | { kind: "planned"; plan: OperationResult }
  | { kind: "started"; change: ResourceChange }
  | { kind: "done"; change: ResourceChange; seconds: number }
  | { kind: "failed"; change: ResourceChange }
  | { kind: "diagnostic"; diagnostic: Diagnostic };

/** What an operation did, or a preview would do. */
export interface OperationResult {
  /** Resources that changed, in the order in which the engine took them up. */
  changes: ResourceChange[];
  /** Number of resources that stayed as they are, components left out. */
  unchanged: number;
  /** Resources that were found to be other than the state said. */
  drift: ResourceChange[];
  /** What the stack exports, secrets left out; after a preview, as far as it is known. */
  outputs: Record<string, unknown>;
  seconds: number;
}

/** How an operation is run. Its signal lets what is under way be finished or undone, and nothing new begin. */
export interface OperationOptions extends Stoppable {
  /** Told of every step. @default nobody */
  onProgress?: (progress: Progress) => void;
}

const STACK_TYPE = "pulumi:pulumi:Stack";

type Kind = "preview" | "update" | "refresh" | "drift" | "destroy";

type Run = (options: EngineOptions) => Promise<unknown>;

interface EngineOptions {
  onEvent: (event: EngineEvent) => void;
  signal: AbortSignal;
  configFile?: string;
  color: "never";
  showSecrets: false;
}

/** What `up` would do now, drift included. Changes nothing. */
export function preview(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate("preview", open, options, (engine) => open.stack.preview({ ...engine, refresh: true }));
}

/** Brings the stack to what the program and its config say, drift included. */
export function update(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate("update", open, options, (engine) => open.stack.up({ ...engine, refresh: true }));
}

/** Reads what is really there into the state; the changes are the drift that was found. */
export function refresh(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate("refresh", open, options, (engine) => open.stack.refresh(engine));
}

/** What {@link refresh} would find. Changes nothing, the state neither. */
export function drift(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate("drift", open, options, (engine) => open.stack.previewRefresh(engine));
}

/** Removes every resource of the stack. */
export function destroy(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate("destroy", open, options, (engine) => open.stack.destroy({ ...engine, refresh: true }));
}

/** Removes every resource of the stack that is not protected, and that nothing protected needs. */
export function destroyUnprotected(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate("destroy", open, options, (engine) =>
    open.stack.destroy({ ...engine, refresh: true, excludeProtected: true }),
  );
}

/** Names of the protected resources that there are. */
export async function protectedNames(open: OpenStack): Promise<string[]> {
  const { resources } = await stateOf(open);
  return resources.filter(({ protect }) => protect === true).map(({ urn }) => nameOf(urn));
}

/** What the stack exports since the last update, secrets left out. */
export async function outputs(open: OpenStack): Promise<Record<string, unknown>> {
  // The SDK would ask with two processes, where the whole state takes one.
  const { resources } = await stateOf(open);
  return withoutSecrets(resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {});
}

async function operate(kind: Kind, open: OpenStack, options: OperationOptions, run: Run): Promise<OperationResult> {
  const { signal, onProgress } = options;
  if (signal?.aborted === true) throw stopped(signal);
  const begun = performance.now();
  const journal = new Journal(kind, onProgress);
  try {
    // The SDK leaves its listener on a signal for good.
    await withSignalForEngine(signal, (own) =>
      withShortTraces(run, {
        ...open.engineOptions,
        color: "never",
        // Decrypting for a summary that nobody reads would write this machine's salt into the committed config file.
        showSecrets: false,
        onEvent: (event) => journal.take(event),
        signal: own,
      }),
    );
  } catch (error) {
    // What follows reads the state, which the engine may have been writing.
    if (killedBy(error) !== undefined)
      restoreState(open.place, true, (message) => onProgress?.({ kind: "message", message }));
    throw sortFailure({
      place: open.place,
      error,
      programError: open.program.error,
      errors: journal.errors,
      planning: kind === "preview" || kind === "drift",
      signal,
      interrupted: kind === "update" ? await interruptedCreates(open) : [],
    });
  }
  const { changes, unchanged, drift, outputs: exported } = journal;
  return { changes, unchanged, drift, outputs: exported, seconds: (performance.now() - begun) / 1000 };
}

/** Operations of this process that are under way, and how long traces were before the first. */
const shortened = { running: 0, limit: Error.stackTraceLimit };

/** Pulumi takes a stack trace for each promise of a program, for its search for leaks: a fifth of a plan's time. */
async function withShortTraces(run: Run, options: EngineOptions): Promise<void> {
  if (shortened.running === 0) shortened.limit = Error.stackTraceLimit;
  shortened.running += 1;
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"] === undefined) Error.stackTraceLimit = 1;
  try {
    await run(options);
  } finally {
    shortened.running -= 1;
    if (shortened.running === 0) Error.stackTraceLimit = shortened.limit;
  }
}

/** What the events of one operation add up to. */
class Journal {
  readonly changes: ResourceChange[] = [];
  readonly drift: ResourceChange[] = [];
  readonly errors: Diagnostic[] = [];
  outputs: Record<string, unknown> = {};
  private readonly begun = new Map<string, number>();
  private readonly same = new Set<string>();

  constructor(
    private readonly kind: Kind,
    private readonly tell: (progress: Progress) => void = () => undefined,
  ) {}

  /** A resource is told to be the same by the refresh already, and may change after it. */
  get unchanged(): number {
    const changed = new Set(this.changes.map(({ urn }) => urn));
    return [...this.same].filter((urn) => !changed.has(urn)).length;
  }

  take(event: EngineEvent): void {
    const change = changeOf(event);
    if (change !== undefined) this.start(change);
    const done = event.resOutputsEvent?.metadata;
    if (done !== undefined) this.finish(done);
    const looking = this.kind === "refresh" || this.kind === "drift";
    const found = looking ? driftOf(event) : driftBefore(event);
    if (found !== undefined) this.drift.push(found);
    // Other operations mend the drift that they find on their way.
    if (found !== undefined && looking) this.changes.push(found);
    // A stack that was removed has nothing new: null, whatever its type says.
    if (done?.type === STACK_TYPE) this.outputs = withoutSecrets(done.new?.outputs ?? {});
    const failed = event.resOpFailedEvent?.metadata;
    if (failed !== undefined) this.fail(failed.urn);
    const diagnostic = diagnosticOf(event);
    if (diagnostic !== undefined) {
      if (diagnostic.severity === "error") this.errors.push(diagnostic);
      this.tell({ kind: "diagnostic", diagnostic });
    }
  }

  private start(change: ResourceChange): void {
    this.changes.push(change);
    this.begun.set(change.urn, performance.now());
    this.tell({ kind: "started", change });
  }

  private finish({ urn, op, type }: StepEventMetadata): void {
    if (op === "same" && !type.startsWith("pulumi:") && !isComponent(type)) this.same.add(urn);
    const change = this.changes.findLast((candidate) => candidate.urn === urn);
    if (change === undefined) return;
    const seconds = (performance.now() - (this.begun.get(urn) ?? performance.now())) / 1000;
    this.tell({ kind: "done", change, seconds });
  }

  private fail(urn: string): void {
    const change = this.changes.findLast((candidate) => candidate.urn === urn);
    if (change !== undefined) this.tell({ kind: "failed", change });
  }
}
