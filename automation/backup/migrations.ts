import parseArguments from "string-argv";

/**
 * The command that says which revision the application finds in its database, by the one that migrates: `flask db upgrade`
 * and `alembic upgrade head` have a sister, `current`.
 *
 * @returns undefined for a migration of another kind
 */
export function currentCommand(migrate: string | undefined): string[] | undefined {
  const words = parseArguments(migrate ?? "");
  const at = words.lastIndexOf("upgrade");
  const before = words[at - 1];
  const known = before === "db" || words.slice(0, Math.max(at, 0)).some((word) => /(^|\/)alembic$/.test(word));
  return known ? [...words.slice(0, at), "current"] : undefined;
}
