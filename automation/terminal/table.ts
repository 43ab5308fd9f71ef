import Table from "cli-table3";
import { isColored, pc } from "./colors";

/** Cells that are wider than their column wrap. @default as wide as the content */
interface TableOptions {
  widths?: number[];
}

/** A table with a heading; plain where colours are not wanted. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { widths }: TableOptions = {},
): string {
  const table = new Table({
    head: head.map((title) => pc.bold(title)),
    style: { head: [], border: isColored ? ["dim"] : [] },
    ...(widths && { colWidths: widths, wordWrap: true }),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
