/** What a check of `slipway doctor` is, and the form in which it answers. */
import type { TargetName } from "../../components/config";
import { SlipwayError } from "../errors";
import type { Patient } from "./patient";

/**
 * What was found: `fail` keeps a deployment from working, or leaves what runs in danger; `warn` works, and falls short; what
 * is `skipped` could not be looked at.
 */
export type State = "ok" | "warn" | "fail" | "skipped";

/** What one look has come to. */
export interface Look {
  state: State;
  /** What was found; of what was skipped, why. */
  found: string;
  /** The command that mends it. */
  mend?: string;
}

/** What was looked at, and what was found. */
export interface Finding extends Look {
  stack: string;
  group: Group;
  /** What was looked at, such as `AWS credentials`. */
  name: string;
}

export type Group =
  "tools" | "stack" | "credentials" | "support" | "machines" | "network" | "standing" | "backups" | "secrets";

/** One thing that is looked at. */
export interface Check {
  name: string;
  /** Targets that it is for. @default all */
  targets?: readonly TargetName[];
  /**
   * Looks. Nothing is found where there is nothing of the kind. What it throws is told as skipped, with its reason.
   *
   * @param signal ends when there is no more time
   */
  look: (patient: Patient, signal: AbortSignal) => Look[] | Promise<Look[]>;
}

export const ok = (found: string): Look => ({ state: "ok", found });
export const warn = (found: string, mend?: string): Look => ({
  state: "warn",
  found,
  ...(mend !== undefined && { mend }),
});
export const fail = (found: string, mend?: string): Look => ({
  state: "fail",
  found,
  ...(mend !== undefined && { mend }),
});

/** What a look has thrown, as what it found. */
export function thrown(state: State, error: unknown): Look {
  const mend = error instanceof SlipwayError ? error.mend : undefined;
  const found = error instanceof Error ? error.message : String(error);
  return { state, found, ...(mend !== undefined && { mend }) };
}

/** A look that fails with what it throws. */
export function failing(look: Check["look"]): Check["look"] {
  return async (patient, signal) => {
    try {
      return await look(patient, signal);
    } catch (error) {
      return [thrown("fail", error)];
    }
  };
}
