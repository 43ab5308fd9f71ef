/** Names of databases on a server. */
import { SlipwayError } from "../errors";

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;
/** PostgreSQL cuts off what is longer, and would then mean another database; MariaDB refuses more than 64. */
const LONGEST = 63;

/** @throws SlipwayError (usage) for a text that is no name, or that a statement would have to quote with care */
export function requireDatabaseName(name: string): void {
  if (NAME.test(name)) return;
  const allowed = "up to 63 letters, digits, underscores and hyphens, not starting with a digit or hyphen";
  throw new SlipwayError("usage", `${JSON.stringify(name)} is not a name for a database: allowed are ${allowed}.`);
}

/** Name of a database that is made beside another one, and removed again. */
export function besideName(database: string, what: string): string {
  const end = `_slipway_${what}`;
  return `${database.slice(0, LONGEST - end.length)}${end}`;
}

export function notEmpty(name: string): SlipwayError {
  const problem = `The database ${name} is there already and has tables, and a restore writes over nothing.`;
  return new SlipwayError("usage", problem, "name another one; it is made");
}
