/** Names of databases on a server. */
import { SlipwayError } from "../errors";

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

/** @throws SlipwayError (usage) for a text that is no name, or that a statement would have to quote with care */
export function requireDatabaseName(name: string): void {
  if (NAME.test(name)) return;
  const allowed = "up to 63 letters, digits, underscores and hyphens, not starting with a digit or hyphen";
  throw new SlipwayError("usage", `${JSON.stringify(name)} is not a name for a database: allowed are ${allowed}.`);
}

export function notEmpty(name: string): SlipwayError {
  const problem = `The database ${name} is there already and has tables, and a restore writes over nothing.`;
  return new SlipwayError("usage", problem, "name another one; it is made");
}
