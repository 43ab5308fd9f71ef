/** Compares what a command prints with what a document shows of it: all but the numbers, names of releases, times, and where folders are. */

/** Lines that a document leaves out of what it shows. */
const LEFT_OUT = /^(\.\.\.|…)$/;

/** What a terminal is told beside the text. */

const CONTROL = /\x1b\[[\d;?]*[A-Za-z]/g;

/** Lines of `shown` that are not in `printed`, in that order. */
export function missingLines(shown: string, printed: string): string[] {
  const wanted = shapes(shown).filter((line) => !LEFT_OUT.test(line));
  const there = shapes(printed);
  let at = 0;
  return wanted.filter((line) => {
    const found = there.indexOf(line, at);
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}

function shapes(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map(shapeOf)
    .filter((line) => line !== "");
}

/** A line without what differs from run to run: versions, digests, ids, times and numbers, folders, and the room that they take. */
export function shapeOf(line: string): string {
  return line
    .replace(CONTROL, "")
    .replace(/\/\S+\//g, "/")
    .replace(/[─┬┼┴┌┐├┤└┘]+/g, "")
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b/g, "#")
    .replace(/\d+(\.\d+)?/g, "#")
    .replace(/(#[hms] ?)+\b/g, "#s")
    .replace(/\s+/g, " ")
    .trim();
}
