/** Makes texts of others fit to be shown: nothing in them moves the cursor, hides, or turns the direction of what is around. */
import { stripVTControlCharacters } from "node:util";

/** Controls, and what is not seen or turns the direction of the text around it; joiners, which some scripts need, are none. */
const HIDDEN =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
/** What sets a colour or a weight, and nothing else. */
const COLOUR = /(\u001b\[[0-9;]*m)/;

/** The text on one line: terminal sequences taken out, and what cannot be seen as an escape. */
export function visible(text: string): string {
  return stripVTControlCharacters(text).replace(HIDDEN, (hidden) => NAMED[hidden] ?? escapeOf(hidden));
}

/** The same, line by line. */
export function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visible).join("\n");
}

/** A line of a log: its colours and tabs stay. */
export function visibleLog(line: string): string {
  const pieces = line.replace(/\r$/, "").split(COLOUR);
  return pieces.map((piece) => (COLOUR.test(piece) ? piece : piece.split("\t").map(visible).join("\t"))).join("");
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
