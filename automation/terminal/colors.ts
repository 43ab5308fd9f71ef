import picocolors from "picocolors";

const { FORCE_COLOR, NO_COLOR, TERM } = process.env;

/** True where colours are seen: in a terminal that shows them, or where FORCE_COLOR asks for them; NO_COLOR forbids them. */
export const isColored =
  FORCE_COLOR !== undefined ||
  (NO_COLOR === undefined && TERM !== "dumb" && [process.stdout, process.stderr].every((stream) => stream.isTTY));

/** Colours for what people read; plain text where nothing shows them, as in a file or the log of a build. */
export const pc = picocolors.createColors(isColored);
