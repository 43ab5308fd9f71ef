/** The steps of a rehearsal, one after another, each with what it came to. */
import { predictRollout } from "../../providers/rehearsal/rollout";
import type { Existing, Rehearsal } from "../../providers/rehearsal/start";
import { ConfigError } from "../../components/config";
import * as engine from "../engine/operations";
import type { OperationOptions } from "../engine/operations";
import { nameOf } from "../engine/changes";
import type { StackPlace } from "../engine/project";
import type { OpenStack } from "../engine/stack";
import { SlipwayError, type ExitName } from "../errors";
import type { ExistingThing, RehearsalReport, RehearsalStep } from "./report";
import { stateResources, type StateEntry } from "./state";

const WORDS: Readonly<Record<RehearsalStep["name"], string>> = {
  plan: "Planning on an account of its own",
  deploy: "Deploying",
  recover: "Deploying once more after the faults",
  again: "Planning once more: nothing must change",
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
  ) {}

  /** Further steps, on the stack opened anew. */
  of(open: OpenStack): Steps {
    return new Steps(open, this.rehearsal, this.options, this.taken);
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
    const orphans = made.filter(({ type, id, outputs }) => !kept.has(keyOf(type, id, outputs)));
    return {
      stack,
      folder: setup?.folder ?? "",
      steps: this.taken,
      refusals: [...this.rehearsal.world.refusals],
      orphans: orphans.map(told),
      ...(this.taken.some(({ name }) => name === "destroy") && {
        left: things.filter(({ origin }) => origin !== "given").map(told),
      }),
      ended: this.ending(),
    };
  }

  /** How it ended: by the first failure that nothing after it made good. */
  private ending(): ExitName {
    const recovered = this.taken.some(({ name, failure }) => name === "recover" && failure === undefined);
    const failed = this.taken.find(({ name, failure }) => failure !== undefined && !(name === "deploy" && recovered));
    return failed?.failure?.kind ?? "ok";
  }

  private async take(
    name: RehearsalStep["name"],
    run: () => Promise<Pick<RehearsalStep, "result" | "failure">>,
  ): Promise<boolean> {
    this.options.onProgress?.({ kind: "message", message: `${WORDS[name]}.` });
    const step: RehearsalStep = { name, ...(await run().catch((error: unknown) => ({ failure: failureOf(error) }))) };
    this.taken.push(step);
    return step.failure === undefined;
  }

  private resources(): StateEntry[] {
    return stateResources(this.open.place);
  }

  /** The steps of a plan are not told one by one: its result is. */
  private quiet(): OperationOptions {
    const { signal } = this.options;
    return signal === undefined ? {} : { signal };
  }
}

/** Of several with one id, such as revisions of a family, the ARN tells which it is. */
function keyOf(type: string, id: string | undefined, outputs: Readonly<Record<string, unknown>> | undefined): string {
  const arn = outputs?.["arn"];
  return `${type} ${typeof arn === "string" ? arn : (id ?? "")}`;
}

function told({ type, id, urn }: Existing): ExistingThing {
  return { type, id, ...(urn !== undefined && { resource: nameOf(urn) }) };
}

/** @throws what is no failure of the deployment: an interruption, or something unforeseen */
function failureOf(error: unknown): { kind: ExitName; message: string } {
  if (error instanceof ConfigError) return { kind: "config", message: error.message };
  if (error instanceof SlipwayError && error.kind !== "cancelled") return { kind: error.kind, message: error.message };
  throw error;
}
