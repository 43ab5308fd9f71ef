/** What a rehearsal found. */
import type { Refusal } from "../../providers/rehearsal/refusals";
import type { Prediction } from "../../providers/rehearsal/rollout";
import type { ExitName } from "../errors";
import type { OperationResult } from "../engine/operations";

/** What a step failed with. */
export interface StepFailure {
  kind: ExitName;
  message: string;
  /** What mends it, where that is known. */
  mend?: string;
}

/** Something that was refused in a step. */
export interface RefusalInStep extends Refusal {
  step: RehearsalStep["name"];
  /** What mends it, where that is known. */
  mend?: string;
}

/** One step of a rehearsal, in the order in which they are taken. */
export interface RehearsalStep {
  /**
   * `plan` and `deploy`; `recover`: deployed once more after ordered faults, once for each at most; `again`: planned once more, which has to
   * change nothing; `update-plan` and `update`: another release; `destroy`.
   */
  name: "plan" | "deploy" | "recover" | "again" | "update-plan" | "update" | "destroy";
  /** Absent when the step failed; components are left out. */
  result?: OperationResult;
  failure?: StepFailure;
  /** How long it would take, and what it would wait on; only for steps that change something. */
  prediction?: Prediction;
}

/** Something that exists in a simulated cloud. */
export interface ExistingThing {
  type: string;
  id: string;
  /** Resource that it was made for; absent for what came along with another. */
  resource?: string;
}

/** What {@link rehearse} found. */
export interface RehearsalReport {
  stack: string;
  /** Folder with the rehearsal's state and what exists in its clouds. */
  folder: string;
  steps: RehearsalStep[];
  /** Everything that was refused, in order. */
  refusals: RefusalInStep[];
  /** What exists in the clouds and is not in the state. */
  orphans: ExistingThing[];
  /** What is left after everything was removed that is not protected; absent when nothing was to be removed. */
  left?: ExistingThing[];
  /** What is deployed, and stays when all is removed that is not protected: the protected, and what they need. */
  kept: ExistingThing[];
  /** How the rehearsal ended; `ok` when every step did what it should and nothing was refused but by ordered faults. */
  ended: ExitName;
}
