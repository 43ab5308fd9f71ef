/** Finds out what each stack would become. */
import { ConfigError } from "../../components/config";
import { preview } from "../deployments";
import { resourcesIn, type Diagnostic } from "../engine/changes";
import type { OperationOptions, OperationResult } from "../engine/operations";
import { isLocalOnly, placeOf } from "../engine/project";
import { SlipwayError } from "../errors";
import { rehearse } from "../rehearsal/rehearse";
import type { StepFailure } from "../rehearsal/report";
import { rehearsedResources } from "../rehearsal/state";
import { stackNames } from "../stacks";
import { isStopped } from "../stopping";
import type { StackReport } from "./report";

/** Options of {@link stackReports}. */
export interface ReportOptions extends OperationOptions {
  /** Names of the stacks. @default those with a target in a cloud; where there is none, all */
  stacks?: readonly string[];
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
  /** Rehearse the deployment in place of asking the account, which then is not needed. @default false */
  rehearse?: boolean;
  /** Rehearse it on what the last rehearsal deployed, such as that of another commit. @default an empty account */
  keep?: boolean;
  /** YAML file that lists what is in the account already. @default an empty account */
  given?: string;
}

/**
 * What each stack would become, one after another. A stack whose preview fails is reported with what it failed with.
 *
 * @throws SlipwayError (usage, timeout, cancelled)
 * @example
 * ```ts
 * const [page] = commentMarkdown(await stackReports({ stacks: ["prod"], rehearse: true }));
 * ```
 */
export async function stackReports(options: ReportOptions = {}): Promise<StackReport[]> {
  const { stacks = usualStacks(options.project), ...others } = options;
  const reports: StackReport[] = [];
  for (const stack of stacks) reports.push(await reportOf(stack, others));
  return reports;
}

/** What lies on a developer's own machine is no part of a pull request. */
function usualStacks(project?: string): string[] {
  const all = stackNames(project);
  const elsewhere = all.filter((stack) => !isLocalOnly(placeOf(stack, project)));
  return elsewhere.length > 0 ? elsewhere : all;
}

async function reportOf(stack: string, options: ReportOptions): Promise<StackReport> {
  const found: Diagnostic[] = [];
  const watched: OperationOptions = {
    ...(options.signal && { signal: options.signal }),
    onProgress: (progress) => {
      if (progress.kind === "diagnostic") found.push(progress.diagnostic);
      options.onProgress?.(progress);
    },
  };
  const of = { stack, ...(options.project !== undefined && { project: options.project }), ...watched };
  const base = options.keep === true && rehearsedResources(placeOf(stack, options.project)).length > 0;
  const basis = options.rehearse !== true ? "deployed" : base ? "rehearsed" : "nothing";
  const taken: Taken = await (options.rehearse === true ? rehearsed(of, options) : planned(of)).catch(
    (error: unknown) => ({ failure: failureOf(error) }),
  );
  const { plan, failure, rolloutSeconds } = taken;
  return {
    stack,
    basis,
    ...(plan && { plan: { changes: resourcesIn(plan.changes), unchanged: plan.unchanged, drift: plan.drift } }),
    ...(failure && { failure }),
    ...(rolloutSeconds !== undefined && { rolloutSeconds }),
    policies: policiesOf(found),
  };
}

interface Taken {
  plan?: OperationResult;
  failure?: StepFailure;
  rolloutSeconds?: number;
}

type Of = OperationOptions & { stack: string; project?: string };

async function planned(of: Of): Promise<Taken> {
  return { plan: await preview(of) };
}

async function rehearsed(of: Of, { keep = false, given }: ReportOptions): Promise<Taken> {
  const { steps } = await rehearse({ ...of, keep, ...(given !== undefined && { given }) });
  const failure = steps.find((step) => step.failure !== undefined)?.failure;
  const plan = steps.find(({ name }) => name === "plan")?.result;
  const seconds = steps.find(({ name }) => name === "deploy")?.prediction?.seconds;
  return {
    ...(plan && { plan }),
    ...(failure && { failure }),
    ...(seconds !== undefined && plan !== undefined && plan.changes.length > 0 && { rolloutSeconds: seconds }),
  };
}

/** @throws what is no failure of the stack: an interruption, or something unforeseen */
function failureOf(error: unknown): StepFailure {
  if (error instanceof ConfigError) return { kind: "config", message: error.message };
  if (!(error instanceof SlipwayError) || isStopped(error)) throw error;
  const { kind, message, mend } = error;
  return { kind, message, ...(mend !== undefined && { mend }) };
}

/** What policies said, each once: a plan and the deployment after it say the same. */
function policiesOf(found: readonly Diagnostic[]): StackReport["policies"] {
  const once = new Map(
    found.flatMap(({ policy, severity, message, resource }) => {
      if (policy === undefined) return [];
      const said = message.replace(` (policy ${policy})`, "");
      const entry = {
        policy,
        mandatory: severity === "error",
        message: said,
        ...(resource !== undefined && { resource }),
      };
      return [[JSON.stringify(entry), entry] as const];
    }),
  );
  return [...once.values()];
}
