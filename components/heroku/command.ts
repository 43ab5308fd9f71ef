/** How commands of the application are started on a dyno. */
import { shellWords } from "../app/procfile";

const START = ["python", ".slipway/slipway_heroku.py"];

/** A command of the application, as a line of a shell's on a dyno. */
export function commandLine(words: readonly string[]): string {
  return shellWords([...START, ...words]);
}
