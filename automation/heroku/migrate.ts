/** The migration of an app at Heroku, run apart from a deployment: on a dyno of its own, whose log says how it ended. */
import { setTimeout } from "node:timers/promises";
import { commandLine } from "../../components/heroku/command";
import type { OperationOptions } from "../engine/operations";
import { SlipwayError } from "../errors";
import { stopped } from "../stopping";
import { visibleLog } from "../visible";
import { textAt, type AppApi } from "./api";
import { linesIn, MEMORY } from "./logs";

/** How a log is listened to. */
export interface Listening {
  /** Milliseconds for which a stream is read before it is looked whether the dyno is still there. */
  stream: number;
  /** Milliseconds between two streams. */
  pause: number;
  /** How often a log is read for the end of a dyno that is gone: lines come late. */
  looks: number;
}

const LISTENING: Listening = { stream: 30_000, pause: 2000, looks: 10 };
/** States of a dyno that has ended. */
const ENDED = /^(complete|crashed|down)$/;
/** A line of the log: `app` for what a dyno writes, `heroku` for what becomes of it (Dev Center, Logging). */
const LINE = /^\S+ (app|heroku)\[[^\]]*\]: (.*)$/;
const EXITED = /^Process exited with status (\d+)$/;

/**
 * Runs the migration on a dyno of the release that serves, and waits for its end; what it writes is told as messages. The
 * dyno is not attached to whoever waits: it goes on when that is gone.
 *
 * @param words command of the application
 * @throws SlipwayError (usage) for an app of the generation Fir, (locked) while one runs, (failed) when it fails or Heroku does not tell how it ended
 */
export async function migrate(
  { api, app }: { api: AppApi; app: string },
  stack: string,
  words: readonly string[],
  { signal, onProgress }: OperationOptions,
  listening = LISTENING,
): Promise<void> {
  const command = commandLine(words);
  // There the log has no history (Dev Center, Logging), and a dyno that is gone has not said there how it ended.
  if ((await api.generation()) === "fir") {
    const problem = `The app ${app} is of Heroku's generation Fir, whose log does not tell afterwards how a dyno has ended.`;
    throw new SlipwayError("usage", problem, `heroku run --app ${app} --exit-code -- ${command}`);
  }
  const busy = (await api.dynos()).find((dyno) => dyno.command === command && !ENDED.test(dyno.state));
  if (busy !== undefined) {
    const mend = `wait for its end: slipway logs ${busy.name} --stack ${stack} --follow`;
    throw new SlipwayError("locked", `A migration of ${stack} runs already: ${busy.name}.`, mend);
  }
  const { name } = await api.run(command);
  const log = new DynoLog(api, name, listening, signal);
  const exitCode = await log
    .end((line) => onProgress?.({ kind: "message", message: visibleLog(line) }))
    .catch((error: unknown) => {
      if (signal?.aborted !== true) throw error;
      throw stopped(signal, `the migration goes on as ${name}: slipway logs ${name} --stack ${stack} --follow`);
    });
  if (exitCode === 0) return;
  const how = exitCode === undefined ? ": Heroku does not tell how" : ` with exit code ${exitCode}`;
  const mend = `slipway logs ${name} --stack ${stack} shows what it wrote`;
  throw new SlipwayError("failed", `The migration of ${stack} ended${how}.`, mend);
}

/** What is in the log of one dyno. Streams break off, and lines get lost: it is looked again until all is known. */
class DynoLog {
  private readonly seen = new Set<string>();
  private exitCode: number | undefined;

  constructor(
    private readonly api: AppApi,
    private readonly dyno: string,
    private readonly listening: Listening,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Waits for the end of the dyno, and tells what it writes. @returns its exit code; undefined where the log has none */
  async end(tell: (line: string) => void): Promise<number | undefined> {
    const { pause, looks } = this.listening;
    let left = looks;
    while (left > 0) {
      const ends = this.exitCode !== undefined;
      // Before its log is read: what a dyno that is gone has written is in there.
      const there = !ends && (await this.api.dynos()).some(({ name }) => name === this.dyno);
      for await (const text of this.written(there)) tell(text);
      // What was written before the end may be in the log after it.
      if (ends) return this.exitCode;
      if (!there && this.exitCode === undefined) left -= 1;
      await setTimeout(pause, undefined, this.signal && { signal: this.signal });
    }
    return undefined;
  }

  /** What it has written that was not read before; goes on with `tail`, to the end of the dyno or of the stream. */
  private async *written(tail: boolean): AsyncGenerator<string> {
    for await (const line of this.stream(tail)) {
      if (this.seen.has(line)) continue;
      this.seen.add(line);
      const [, source, text = ""] = LINE.exec(line) ?? [];
      const status = source === "heroku" ? EXITED.exec(text)?.[1] : undefined;
      if (source === "app") yield text;
      if (status === undefined) continue;
      this.exitCode = Number(status);
      if (tail) return;
    }
  }

  private async *stream(tail: boolean): AsyncGenerator<string> {
    const url = await this.api.logSession({ lines: MEMORY, tail, dyno: this.dyno });
    const signals = [AbortSignal.timeout(this.listening.stream), ...(this.signal ? [this.signal] : [])];
    try {
      const { body } = await textAt(url, AbortSignal.any(signals));
      if (body !== null) yield* linesIn(body as AsyncIterable<Uint8Array>);
    } catch (error) {
      if (this.signal?.aborted === true) throw error;
    }
  }
}
