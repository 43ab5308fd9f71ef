import { SlipwayError } from "../errors";
import { printable } from "./inspection";
import { PROVIDED_ROLES, VARIABLE, type Answers } from "./questions";

/** Options of `slipway init` that answer questions. */
export interface AnswerFlags {
  readonly name?: string;
  readonly entry?: string;
  readonly celery?: string;
  readonly requirements?: string;
  readonly migrate?: string;
  readonly seed?: string;
  /** `KEY=VALUE`, or `KEY` alone to take the value from the caller's own environment, unseen by other users. */
  readonly env?: readonly string[];
  /** `role=NAME`. */
  readonly variable?: readonly string[];
}

/** Turns options into answers. @throws SlipwayError (usage) if one is malformed, or a variable without a value is not set */
export function answersFromFlags(flags: AnswerFlags, environment: NodeJS.ProcessEnv): Answers {
  const answers: Record<string, string> = {};
  for (const key of ["name", "entry", "celery", "requirements", "migrate", "seed"] as const) {
    const value = flags[key];
    if (value !== undefined) {
      answers[key] = value;
    }
  }
  for (const item of flags.env ?? []) {
    const [name = "", ...rest] = item.split("=");
    const value = rest.length > 0 ? rest.join("=") : environment[name];
    if (!VARIABLE.test(name) || value === undefined) {
      throw new SlipwayError(
        "usage",
        `--env ${printable(name)} must be KEY=VALUE, or the name of a variable that is set: export it first`,
      );
    }
    answers[`env.${name}`] = value;
  }
  for (const item of flags.variable ?? []) {
    const [role = "", name = ""] = item.split("=");
    if (!PROVIDED_ROLES.some((known) => known === role) || !VARIABLE.test(name)) {
      throw new SlipwayError(
        "usage",
        `--variable ${printable(item)} must be role=NAME with one of the roles ${PROVIDED_ROLES.join(", ")}`,
      );
    }
    answers[`variables.${role}`] = name;
  }
  return answers;
}
