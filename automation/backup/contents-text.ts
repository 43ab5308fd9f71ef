/** What is in a database, as lines of a client program: `table <name> <rows>` and `revision <revision>`, by tabs. */
import type { Contents } from "./backup";

export function contentsIn(text: string): Contents {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const tables = lines.flatMap(([what, name = "", rows]) => (what === "table" ? [[name, Number(rows)] as const] : []));
  const revisions = lines.flatMap(([what, revision = ""]) => (what === "revision" ? [revision] : []));
  return { tables: Object.fromEntries(tables), ...(revisions.length > 0 && { revision: revisions.join(",") }) };
}
