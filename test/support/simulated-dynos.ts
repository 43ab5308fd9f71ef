/**
 * Dynos that an app runs for one command each, as Heroku's API starts them and its log tells of them (Platform API reference,
 * Dyno; Dev Center, One-off Dynos and Logging). Streams of the log break off, and begin anew with all that was written.
 */
import type { Fate } from "./simulated-ecs";
import type { SimulatedPlatform } from "./simulated-platform";

interface Dyno {
  name: string;
  type: string;
  command: string;
  state: string;
  updated_at: string;
  release: { version: number };
}

/** A dyno with what is written to its log between two looks at it: what comes before its end, that, and what comes after. */
interface OneOff {
  dyno: Dyno;
  coming: string[][];
  written: string[];
}

export class SimulatedDynos {
  /** What becomes of the next one; without an exit code, its log does not tell it. */
  fate: Pick<Fate, "log" | "exitCode"> = { exitCode: 0 };
  /** Generation of the platform that apps are on. */
  generation: "cedar" | "fir" = "cedar";
  /** Commands that were run. */
  readonly commands: string[] = [];
  /** Those that have not ended. */
  readonly running: Dyno[] = [];

  /** @param url where the API answers */
  constructor(
    private readonly platform: SimulatedPlatform,
    private readonly url: string,
  ) {}

  /** Lets an app run them. @param version number of its newest release */
  serve(app: string, version: number): void {
    const { answers } = this.platform;
    answers[`GET /apps/${app}`] = { generation: { name: this.generation } };
    answers[`POST /apps/${app}/dynos`] = ({ command, ...options }: { command: string }) => {
      if (JSON.stringify(options) !== JSON.stringify({ type: "run", attach: false })) throw new Error("not detached");
      return this.start(command, version);
    };
    answers[`POST /apps/${app}/log-sessions`] = ({ dyno }: { dyno?: string }) => ({
      logplex_url: `${this.url}/log${dyno === undefined ? "" : `-of-${dyno}`}`,
    });
  }

  private start(command: string, version: number): Dyno {
    const name = `run.${1000 + this.commands.length}`;
    const dyno = { name, type: "run", command, state: "starting", release: { version } };
    const oneOff = { dyno: { ...dyno, updated_at: new Date().toISOString() }, coming: this.story(name), written: [] };
    this.commands.push(command);
    this.running.push(oneOff.dyno);
    this.platform.answers[`GET /log-of-${name}`] = () => this.look(oneOff);
    return oneOff.dyno;
  }

  /** Its end is told before the last thing that it wrote, as lines of both kinds come on ways of their own. */
  private story(name: string): string[][] {
    const { log = [], exitCode } = this.fate;
    const line = (source: string, text: string, at: number): string =>
      `2026-11-25T07:00:00.${100_000 + at}+00:00 ${source}[${name}]: ${text}\n`;
    const all = log.map((text, at) => line("app", text, at));
    const end =
      exitCode === undefined ? [] : [line("heroku", `Process exited with status ${exitCode}`, log.length + 1)];
    return [[line("heroku", "State changed from starting to up", log.length), ...all.slice(0, -1)], end, all.slice(-1)];
  }

  private look({ dyno, coming, written }: OneOff): string {
    written.push(...(coming.shift() ?? []));
    const at = this.running.indexOf(dyno);
    if (coming.length < 2 && at >= 0) this.running.splice(at, 1);
    return written.join("");
  }
}
