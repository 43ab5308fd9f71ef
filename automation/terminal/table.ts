import Table from "cli-table3";
import { isColored, pc } from "./colors";

/** Cells that are wider than their column wrap. @default as wide as the content */
interface TableOptions {
  widths?: number[];
  /** False for columns alone, two blanks apart. @default true */
  lines?: boolean;
}

const LINES = [
  ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
  ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
];
const NO_LINES = Object.fromEntries(LINES.map((name) => [name, ""]));

/** A table with a heading; plain where colours are not wanted. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { widths, lines = true }: TableOptions = {},
): string {
  const table = new Table({
    head: head.map((title) => pc.bold(title)),
    style: { head: [], border: isColored ? ["dim"] : [], ...(!lines && { "padding-left": 0, "padding-right": 2 }) },
    ...(!lines && { chars: NO_LINES }),
    ...(widths && { colWidths: widths, wordWrap: true }),
  });
  table.push(...rows.map((row) => [...row]));
  const text = table.toString();
  return lines ? text : text.replaceAll(/ +$/gm, "");
}
