/** What can go wrong, by what the caller should do about it; each kind has its own exit code. */
import { ConfigError } from "../components/config/faults";

/** Exit codes of the command line. */
export const EXIT = {
  ok: 0,
  /** Something that Slipway did not foresee. */
  unexpected: 1,
  /** A command or option that does not exist or does not fit. */
  usage: 2,
  /** The stack's config, or the application that it names. */
  config: 3,
  /** A deployment failed, or what it deployed does not serve; the message says what does. */
  failed: 4,
  /** A tool that is missing or too old: Python, Go, the Pulumi CLI; or what `doctor` found to mend. */
  tool: 5,
  /** Another operation on the same stack is under way. */
  locked: 6,
  /** The stack's state cannot be read, or there is no such stack. */
  state: 7,
  /** The user said no, or could not be asked. */
  declined: 8,
  /** There are changes, and the command was asked to tell by its exit code. */
  changes: 9,
  /** A load test missed a limit, or an image has a flaw that is too severe. */
  limits: 10,
  /** A release that does not know what the database has been brought to since; nothing was changed. */
  incompatible: 11,
  /** Not finished within its time limit; the code is that of `timeout`. */
  timeout: 124,
  /** Interrupted. */
  cancelled: 130,
} as const;

export type ExitName = keyof typeof EXIT;

/** A failure with an exit code and, where there is one, the way out. */
export class SlipwayError extends Error {
  override readonly name = "SlipwayError";

  /**
   * @param kind what the caller can do about it; decides the exit code
   * @param message what is wrong, with the value given
   * @param mend what mends it, as a sentence or command
   */
  constructor(
    readonly kind: ExitName,
    message: string,
    readonly mend?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get exitCode(): number {
    return EXIT[this.kind];
  }
}

/** What the caller can do about any error: faults of the config are of kind `config`, what was not foreseen `unexpected`. */
export function kindOf(error: unknown): ExitName {
  if (error instanceof ConfigError) return "config";
  return error instanceof SlipwayError ? error.kind : "unexpected";
}
