/** Where something was found. `file` is relative to the app's folder, `line` counts from 1. */
export interface Evidence {
  readonly file: string;
  readonly line: number;
  /** What stands there, in a few words. */
  readonly what: string;
}

/** One possible value, and why it was thought of. */
export interface Candidate<T = string> {
  readonly value: T;
  readonly evidence: readonly Evidence[];
}

/**
 * What is known about one question. With `chosen` it is settled; without, `alternatives` hold what is possible,
 * the likeliest first (none: nothing was found).
 */
export interface Fact<T = string> {
  readonly chosen?: Candidate<T>;
  readonly alternatives: readonly Candidate<T>[];
}

/** How the app is entered: `pkg:app`, `pkg:create_app` or `pkg:create_app('prod')`. */
export interface EntryFact extends Fact {
  /** Factories that cannot be called without arguments, by their `module:name`, with what their parameters are called. */
  readonly argumentsNeeded: Readonly<Record<string, readonly string[]>>;
}

/** The settings that Slipway provides, and that an app may know by a name of its own. */
export const ROLES = ["database", "broker", "resultBackend", "cache", "secretKey", "environment"] as const;
export type Role = (typeof ROLES)[number];

/** An environment variable that the app reads. */
export interface Variable {
  readonly name: string;
  /** The app does not start without it. */
  readonly required: boolean;
  /** The name looks like a password, key or token. */
  readonly secret: boolean;
  readonly roles: readonly Role[];
  readonly evidence: readonly Evidence[];
}

/** Something that the user should know. Only an `error` stops `slipway init`. */
export interface Finding {
  readonly level: "error" | "warning" | "info";
  readonly text: string;
  /** What mends it. */
  readonly fix?: string;
  readonly evidence: readonly Evidence[];
}

/** Everything that could be found out about an app without running it. */
export interface Inspection {
  /** Absolute path of the app's folder. */
  readonly folder: string;
  readonly name: Candidate;
  readonly entry: EntryFact;
  /** `module:attribute` of the Celery app. */
  readonly celery: Fact;
  /** Set if the app has a beat schedule. */
  readonly beat?: Candidate<true>;
  /** The file that lists what to install: a requirements file or pyproject.toml. */
  readonly requirements: Fact;
  readonly requiresPython?: Candidate;
  /** Names of the packages that the requirements list, in their normal form; empty if unknown. */
  readonly packages: readonly string[];
  /** The command that migrates the database. */
  readonly migrate: Fact;
  readonly health: Fact;
  readonly variables: readonly Variable[];
  /** For each role, the name under which the app reads it. */
  readonly roles: Readonly<Record<Role, Fact>>;
  readonly findings: readonly Finding[];
}

/** `file:line`, the form in which evidence is shown. */
export function where({ file, line }: Evidence): string {
  return `${printable(file)}:${line}`;
}

/** Text of unknown origin on one line, without control characters: safe in a terminal, a comment and an error. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, "?");
}
