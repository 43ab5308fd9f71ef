import { Readable } from "node:stream";
import type { LogOptions } from "../target";
import { textAt, type AppApi } from "./api";

const LINES = 20;
/** Lines that Heroku remembers. */
export const MEMORY = 1500;

/** Log lines of an app, as Heroku writes them: time, process, text. Its memory is of 1,500 lines, for a week. */
export function logsOf(app: Promise<{ api: AppApi }>, options: LogOptions): Readable {
  return Readable.from(linesOf(app, options), { objectMode: false });
}

async function* linesOf(app: Promise<{ api: AppApi }>, options: LogOptions): AsyncGenerator<Uint8Array | string> {
  const { processes = [], lines = LINES, since, filter, follow = false, signal } = options;
  const { api } = await app;
  // The API takes one process, no time and no text: the rest is sorted out here.
  const [only] = processes;
  const asked = {
    source: "app" as const,
    lines: since === undefined && filter === undefined ? lines : MEMORY,
    tail: follow,
  };
  const url = await api.logSession({ ...asked, ...(processes.length === 1 && only && { dyno: only }) });
  try {
    const { body } = await textAt(url, signal);
    const text = (body ?? []) as AsyncIterable<Uint8Array>;
    if (processes.length < 2 && since === undefined && filter === undefined) yield* text;
    else for await (const line of linesIn(text)) if (isWanted(line, options)) yield `${line}\n`;
  } catch (error) {
    // Who has followed long enough is no failure.
    if (signal?.aborted !== true) throw error;
  }
}

/** The lines of a stream, without their ends. */
export async function* linesIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Lines have the form `<time> app[web.1]: <text>`; a process is named by its name or its type. */
function isWanted(line: string, { processes = [], since, filter }: LogOptions): boolean {
  const [, time = "", name = "", type = ""] = /^(\S+) \w+\[(([\w-]+)\.\w+)\]:/.exec(line) ?? [];
  return (
    (processes.length < 2 || processes.includes(name) || processes.includes(type)) &&
    (since === undefined || Date.parse(time) >= since.getTime()) &&
    (filter === undefined || line.includes(filter))
  );
}
