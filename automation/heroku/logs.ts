import { Readable } from "node:stream";
import type { LogOptions } from "../target";
import type { AppApi } from "./api";

const LINES = 20;

/** Log lines of an app, as Heroku writes them: time, process, text. Its memory is of 1,500 lines, for a week. */
export function logsOf(
  app: Promise<{ api: AppApi }>,
  { processes = [], lines = LINES, follow = false, signal }: LogOptions,
): Readable {
  return Readable.from(linesOf(app, { processes, lines, follow, ...(signal && { signal }) }), { objectMode: false });
}

async function* linesOf(
  app: Promise<{ api: AppApi }>,
  { processes, lines, follow, signal }: Required<Omit<LogOptions, "signal">> & Pick<LogOptions, "signal">,
): AsyncGenerator<Uint8Array | string> {
  const { api } = await app;
  // The API takes one process; of several, the lines of all are read and sorted out here.
  const [only] = processes;
  const url = await api.logSession({ lines, tail: follow, ...(processes.length === 1 && only && { dyno: only }) });
  const { body } = await fetch(url, signal === undefined ? {} : { signal });
  if (body === null) return;
  const text = body as AsyncIterable<Uint8Array>;
  if (processes.length < 2) yield* text;
  else yield* chosen(text, processes);
}

/** Lines of the form `<time> app[web.1]: <text>` whose process is named, by its name or its type. */
async function* chosen(body: AsyncIterable<Uint8Array>, processes: readonly string[]): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (isOf(line, processes)) yield `${line}\n`;
  }
  if (rest !== "" && isOf(rest, processes)) yield rest;
}

function isOf(line: string, processes: readonly string[]): boolean {
  const [, name = "", type = ""] = /^\S+ \w+\[(([\w-]+)\.\w+)\]:/.exec(line) ?? [];
  return processes.includes(name) || processes.includes(type);
}
