/** The engine's operations on one stack, with their events told as they come and their failures sorted. */
import { ConcurrentUpdateError, type EngineEvent, type OpType } from "@pulumi/pulumi/automation";
import { SlipwayError } from "../errors";
import { ConfigError } from "../../components/config";
import { changeOf, diagnosticOf, driftOf, withoutSecrets, type Diagnostic, type ResourceChange } from "./changes";
import type { OpenStack } from "./stack";

/** What happens while an operation runs, for whoever shows it. */
export type Progress =
  | { kind: "message"; message: string }
  | { kind: "started"; change: ResourceChange }
  | { kind: "done"; change: ResourceChange; seconds: number }
  | { kind: "failed"; change: ResourceChange }
  | { kind: "diagnostic"; diagnostic: Diagnostic };

/** What an operation did, or a preview would do. */
export interface OperationResult {
  /** Resources that changed, in the order in which the engine took them up. */
  changes: ResourceChange[];
  /** Number of resources that stayed as they are. */
  unchanged: number;
  /** What the stack exports, secrets left out; after a preview, as far as it is known. */
  outputs: Record<string, unknown>;
  seconds: number;
}

/** How an operation is run. */
export interface OperationOptions {
  /** Told of every step. @default nobody */
  onProgress?: (progress: Progress) => void;
  /** Ends the operation: what is under way is finished or undone, nothing new begins. */
  signal?: AbortSignal;
}

const STACK_TYPE = "pulumi:pulumi:Stack";

type Run = (options: EngineOptions) => Promise<unknown>;

interface EngineOptions {
  onEvent: (event: EngineEvent) => void;
  signal?: AbortSignal;
  configFile?: string;
  color: "never";
  showSecrets: false;
}

/** What `up` would do now, drift included. Changes nothing. */
export function preview(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate(open, options, (engine) => open.stack.preview({ ...engine, refresh: true }));
}

/** Brings the stack to what the program and its config say, drift included. */
export function update(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate(open, options, (engine) => open.stack.up({ ...engine, refresh: true }));
}

/** Reads what is really there into the state; the changes are the drift that was found. */
export function refresh(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate(open, options, (engine) => open.stack.refresh(engine), driftOf);
}

/** Removes every resource of the stack. */
export function destroy(open: OpenStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate(open, options, (engine) => open.stack.destroy({ ...engine, refresh: true }));
}

/** What the stack exports since the last update, secrets left out. */
export async function outputs(open: OpenStack): Promise<Record<string, unknown>> {
  const all = await open.stack.outputs();
  const plain = Object.entries(all).filter(([, output]) => !output.secret);
  return Object.fromEntries(plain.map(([name, { value }]) => [name, value as unknown]));
}

/** @param drift what is found beside what is done; @default nothing, as an update mends the drift that it finds */
async function operate(
  open: OpenStack,
  options: OperationOptions,
  run: Run,
  drift: typeof driftOf = () => undefined,
): Promise<OperationResult> {
  const begun = performance.now();
  const journal = new Journal(options.onProgress, drift);
  try {
    await run({
      ...open.engineOptions,
      color: "never",
      // Decrypting for a summary that nobody reads would write this machine's salt into the committed config file.
      showSecrets: false,
      onEvent: (event) => {
        journal.take(event);
      },
      ...(options.signal && { signal: options.signal }),
    });
  } catch (error) {
    throw sortFailure(error, open, journal, options.signal);
  }
  const { changes, unchanged, outputs: exported } = journal;
  return { changes, unchanged, outputs: exported, seconds: (performance.now() - begun) / 1000 };
}

/** What the events of one operation add up to. */
class Journal {
  readonly changes: ResourceChange[] = [];
  readonly errors: Diagnostic[] = [];
  unchanged = 0;
  outputs: Record<string, unknown> = {};
  private readonly begun = new Map<string, number>();

  constructor(
    private readonly tell: (progress: Progress) => void = () => undefined,
    private readonly drift: typeof driftOf,
  ) {}

  take(event: EngineEvent): void {
    const change = changeOf(event);
    if (change !== undefined) this.start(change);
    const done = event.resOutputsEvent?.metadata;
    if (done !== undefined) this.finish(done.urn, done.op);
    const drift = this.drift(event);
    if (drift !== undefined) this.changes.push(drift);
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

  private finish(urn: string, operation: OpType): void {
    const change = this.changes.findLast((candidate) => candidate.urn === urn);
    if (change === undefined) {
      if (operation === "same" && !urn.includes("::pulumi:")) this.unchanged += 1;
      return;
    }
    const seconds = (performance.now() - (this.begun.get(urn) ?? performance.now())) / 1000;
    this.tell({ kind: "done", change, seconds });
  }

  private fail(urn: string): void {
    const change = this.changes.findLast((candidate) => candidate.urn === urn);
    if (change !== undefined) this.tell({ kind: "failed", change });
  }
}

function sortFailure(error: unknown, open: OpenStack, journal: Journal, signal: AbortSignal | undefined): Error {
  const { stack } = open.place;
  if (open.program.error instanceof ConfigError) return open.program.error;
  if (signal?.aborted === true)
    return new SlipwayError("cancelled", "Interrupted.", `slipway up --stack ${stack} goes on from here`);
  if (error instanceof ConcurrentUpdateError) {
    return new SlipwayError(
      "locked",
      `Another operation on stack ${stack} is under way.`,
      "wait for it to end, then try again",
      { cause: error },
    );
  }
  const reasons = journal.errors.filter(({ message }) => !/^(preview|update) failed$/.test(message));
  if (reasons.length === 0) return new SlipwayError("failed", engineError(error), undefined, { cause: error });
  const texts = reasons.map(({ resource, message }) => (resource === undefined ? message : `${resource}: ${message}`));
  return new SlipwayError("failed", [...new Set(texts)].join("\n"), undefined, { cause: error });
}

/** The engine's own last error lines, for a failure that no event told of. */
function engineError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split("\n").filter((line) => /^\s*error:/.test(line));
  return lines.length > 0 ? lines.map((line) => line.replace(/^\s*error:\s*/, "")).join("\n") : message;
}
