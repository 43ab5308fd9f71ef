/** When log lines were written, as far as they say so. */

/** ISO 8601, with a blank or T, and a fraction after a comma or full stop: alone, in brackets, or in a JSON line. */
const TIME = /\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/;
/** As far into a line as its own time stands. */
const HEAD = 400;

/** Time that a line names near its beginning, in milliseconds; one without a zone is of this machine's. */
export function timeIn(line: string): number | undefined {
  const [, day, clock, fraction = "0", zone = ""] = TIME.exec(line.slice(0, HEAD)) ?? [];
  if (day === undefined || clock === undefined) return undefined;
  const time = Date.parse(`${day}T${clock}.${fraction.padEnd(3, "0").slice(0, 3)}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

/** Lines after the last one that says it was written before `since`: what names no time there may be newer. */
export function linesSince(lines: readonly string[], since: Date): string[] {
  const last = lines.findLastIndex((line) => (timeIn(line) ?? Infinity) < since.getTime());
  return lines.slice(last + 1);
}
