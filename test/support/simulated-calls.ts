/** Calls of simulated services: what they are asked, and how they refuse. */

export type Input = Record<string, unknown>;

/** An error as a service answers it. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
