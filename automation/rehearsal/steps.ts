/** The steps of a rehearsal, one after another, each with what it came to. */
import { predictRollout } from "../../providers/rehearsal/rollout";
import type { Refusal } from "../../providers/rehearsal/refusals";
import type { Existing, Rehearsal } from "../../providers/rehearsal/start";
import { ConfigError } from "../../components/config";
import * as engine from "../engine/operations";
import type { OperationOptions } from "../engine/operations";
import { nameOf, resourcesIn } from "../engine/changes";
import type { StackPlace } from "../engine/project";
import type { OpenStack } from "../engine/stack";
import type { StateEntry } from "../engine/state";
import { SlipwayError, type ExitName } from "../errors";
import { isStopped } from "../stopping";
import type { ExistingThing, RefusalInStep, RehearsalReport, RehearsalStep, StepFailure } from "./report";
import { stateResources, staying } from "./state";

const WORDS: Readonly<Record<RehearsalStep["name"], string>> = {
  plan: "Planning on an account of its own",
  deploy: "Deploying",
  recover: "Deploying once more after the faults",
  again: "Planning once more: nothing may change",
  "update-plan": "Planning another release",
  update: "Deploying another release",
  destroy: "Removing everything",
};

export class Steps {
  constructor(
    private readonly open: OpenStack,
    private readonly rehearsal: Rehearsal,
    private readonly options: OperationOptions,
    private readonly taken: RehearsalStep[] = [],
    private readonly refused: RefusalInStep[] = [],
    /** What stays in the cloud when the program lets go of it, such as releases to go back to. */
    private readonly letGo = new Set<string>(),
  ) {}

  /** Further steps, on the stack opened anew. */
  of(open: OpenStack): Steps {
    return new Steps(open, this.rehearsal, this.options, this.taken, this.refused, this.letGo);
  }

  /** Whether the last step has found nothing to change. */
  get unchanged(): boolean {
    return this.taken.at(-1)?.result?.changes.length === 0;
  }

  /** Plans. @returns whether that went well */
  plan(name: RehearsalStep["name"]): Promise<boolean> {
    return this.take(name, async () => ({ result: await engine.preview(this.open, this.quiet()) }));
  }

  /** Plans, and counts a plan that changes something as failed. @returns whether that went well */
  planNothing(): Promise<boolean> {
    return this.take("again", async () => {
      const result = await engine.preview(this.open, this.quiet());
      if (result.changes.length === 0) return { result };
      const changed = result.changes.map(({ name, properties }) =>
        [name, ...properties.map(({ path }) => path)].join(" "),
      );
      const message = `A second deployment would change something again: ${changed.join("; ")}`;
      return { result, failure: { kind: "failed", message } };
    });
  }

  /** Changes what exists. @returns whether that went well */
  async change(name: RehearsalStep["name"], operation: "update" | "destroyUnprotected"): Promise<boolean> {
    const before = this.resources();
    for (const each of before)
      if (each.retainOnDelete === true) this.letGo.add(keyOf(each.type, each.id, each.outputs));
    const first = this.rehearsal.calls.length;
    const well = await this.take(name, async () => ({ result: await engine[operation](this.open, this.options) }));
    const step = this.taken.at(-1);
    const calls = this.rehearsal.calls.slice(first);
    if (step !== undefined) step.prediction = predictRollout(calls, this.resources(), before);
    return well;
  }

  /** What all of it came to. */
  report({ stack, setup }: StackPlace): RehearsalReport {
    const kept = new Set(this.resources().map(({ type, id, outputs }) => keyOf(type, id, outputs)));
    const things = this.rehearsal.things();
    const made = things.filter(({ origin }) => origin === "call");
    const known = new Set([...kept, ...this.letGo]);
    const orphans = made.filter(({ type, id, outputs }) => !known.has(keyOf(type, id, outputs)));
    return {
      stack,
      folder: setup?.folder ?? "",
      steps: this.taken,
      refusals: this.refused,
      orphans: orphans.map(told),
      ...(this.taken.some(({ name }) => name === "destroy") && {
        left: things.filter(({ origin }) => origin !== "given").map(told),
      }),
      kept: staying(this.resources()).map(({ type, id = "", urn }) => told({ type, id, urn })),
      ended: this.ending(),
    };
  }

  /** How it ended: by the first failure, or else refusal, that no recovery has made good. */
  private ending(): ExitName {
    const recovered = this.taken.findLastIndex(({ name, failure }) => name === "recover" && failure === undefined);
    const failed = this.taken.slice(recovered + 1).find(({ failure }) => failure !== undefined);
    const late = recovered < 0 ? () => true : ({ step }: RefusalInStep) => step !== "deploy" && step !== "recover";
    const refused = this.refused.some((refusal) => late(refusal) && !isOrdered(refusal));
    return failed?.failure?.kind ?? (refused ? "failed" : "ok");
  }

  private async take(
    name: RehearsalStep["name"],
    run: () => Promise<Pick<RehearsalStep, "result" | "failure">>,
  ): Promise<boolean> {
    const { refusals } = this.rehearsal.world;
    const first = refusals.length;
    this.options.onProgress?.({ kind: "message", message: `${WORDS[name]}.` });
    const { result, failure }: Pick<RehearsalStep, "result" | "failure"> = await run().catch((error: unknown) => ({
      failure: failureOf(error),
    }));
    this.taken.push({
      name,
      ...(result && { result: { ...result, changes: resourcesIn(result.changes) } }),
      ...(failure && { failure }),
    });
    this.refused.push(...refusals.slice(first).map((refusal) => ({ ...refusal, step: name, ...mendOf(refusal) })));
    return failure === undefined;
  }

  private resources(): StateEntry[] {
    return stateResources(this.open.place);
  }

  /** The steps of a plan are not told one by one: its result is, and what is wrong with it. */
  private quiet(): OperationOptions {
    const { signal, onProgress } = this.options;
    return {
      ...(signal && { signal }),
      onProgress: (progress) => {
        if (progress.kind === "diagnostic" && progress.diagnostic.severity === "error") onProgress?.(progress);
      },
    };
  }
}

/** Of several with one id, such as revisions of a family, the ARN tells which it is. */
function keyOf(type: string, id: string | undefined, outputs: Readonly<Record<string, unknown>> | undefined): string {
  const arn = outputs?.["arn"];
  return `${type} ${typeof arn === "string" ? arn : (id ?? "")}`;
}

function told({ type, id, urn }: Pick<Existing, "type" | "id" | "urn">): ExistingThing {
  return { type, id, ...(urn !== undefined && { resource: nameOf(urn) }) };
}

/** @throws what is no failure of the deployment: an interruption, or something unforeseen */
function failureOf(error: unknown): StepFailure {
  if (error instanceof ConfigError) return { kind: "config", message: error.message };
  if (!(error instanceof SlipwayError) || isStopped(error)) throw error;
  const { kind, message, mend } = error;
  return { kind, message, ...(mend !== undefined && { mend }) };
}

function isOrdered({ rule }: Refusal): boolean {
  return rule?.startsWith("fault:") === true;
}

/** What mends a refusal, where its rule says. */
function mendOf({ rule = "" }: Refusal): { mend?: string } {
  if (rule.startsWith("fault:")) return { mend: "none is needed: it was ordered with --fault" };
  if (!rule.startsWith("ref:")) return {};
  return { mend: "name something that the account has; what is there already is listed in the file of --given" };
}
