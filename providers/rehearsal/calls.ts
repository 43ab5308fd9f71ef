/** Every call of the simulated clouds: what it did, how long it would have taken, and what goes wrong on order. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { isFault, type FaultKind, type Faults } from "./faults";
import { Refused, nameOf, type Operation } from "./refusals";

/** A call that was made. */
export interface Call {
  /** Its number, from 1. */
  index: number;
  operation: Operation;
  /** Type token, or that of a function. */
  type: string;
  /** Resource of the program; empty for a function. */
  urn: string;
  /** The resource's name, or the function's token. */
  name: string;
  /** Seconds that it would have taken. */
  seconds: number;
  /** `unfinished`: the thing is there, and not as it should be. `lost`: done, but nobody was told. */
  result: "done" | "refused" | "unfinished" | "lost";
  code?: string;
  /** Id of the rule that refused. */
  rule?: string;
  message?: string;
}

/** A call that is about to be made. */
export type Coming = Pick<Call, "index" | "operation" | "type" | "urn" | "name">;

/** Told of each call before it is made: may wait, refuse by throwing, or say how it goes wrong by returning a fault. */
export type OnCall = (call: Coming) => unknown;

const MOST_TRIES = 25;
const LONGEST_PAUSE = 20;
/** Seconds after which a provider gives up waiting, where nothing else is said. */
const TIME_LIMIT = 1200;

/** What a call has to do. */
interface Work<T> {
  operation: Operation;
  type: string;
  urn: string;
  /** Seconds that it typically takes. */
  seconds: number;
  /** @param timedOut true when its end is not to be seen */
  act: (timedOut: boolean) => T;
}

/** Makes the calls of one rehearsal and keeps a record of them, in memory and in a file. */
export class Calls {
  readonly made: Call[];
  private index: number;

  /** @param file one call in each line, as JSON; calls of an earlier process are taken over */
  constructor(
    private readonly file: string,
    private readonly faults: Faults,
    private readonly onCall: OnCall = () => undefined,
  ) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    // The last line may have been cut by the end of its process.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole !== text) writeFileSync(file, whole, { mode: 0o600 });
    const lines = whole.split("\n").slice(0, -1);
    this.made = lines.map((line) => JSON.parse(line) as Call);
    this.index = this.made.length;
  }

  /** Makes a call. @throws what `act` throws, and what is ordered */
  async make<T>({ operation, type, urn, seconds, act }: Work<T>): Promise<T> {
    this.index += 1;
    const coming = { index: this.index, operation, type, urn, name: urn === "" ? type : nameOf(urn) };
    const clock = { seconds };
    try {
      const fault = await this.faultOf(coming, clock);
      const answer = act(fault === "timeout");
      if (fault === "lost")
        throw new Refused("the connection was reset before the answer came", undefined, "fault:lost");
      this.record({ ...coming, ...clock, result: "done" });
      return answer;
    } catch (error) {
      this.record({ ...coming, ...clock, result: resultOf(error), ...reasonOf(error) });
      throw error;
    }
  }

  /** What goes wrong with the call itself, after the tries that a provider makes when it is throttled. */
  private async faultOf(coming: Coming, clock: { seconds: number }): Promise<FaultKind | undefined> {
    const asked = await this.onCall(coming);
    let fault = isFault(asked) ? asked : this.faults.next(coming.operation, coming.type);
    for (let tries = 1; fault === "throttle"; tries += 1) {
      if (tries >= MOST_TRIES)
        throw new Refused(`refused ${tries} times: Rate exceeded`, "Throttling", "fault:throttle");
      clock.seconds += Math.min(2 ** (tries - 1), LONGEST_PAUSE);
      fault = this.faults.next(coming.operation, coming.type);
    }
    if (fault === "fail") throw new Refused("an internal error has occurred", "InternalFailure", "fault:fail");
    if (fault === "timeout") clock.seconds = Math.max(clock.seconds, TIME_LIMIT);
    return fault;
  }

  private record(call: Call): void {
    this.made.push(call);
    appendFileSync(this.file, `${JSON.stringify(call)}\n`, { mode: 0o600 });
  }
}

function resultOf(error: unknown): Call["result"] {
  if (!(error instanceof Refused)) return "refused";
  if (error.rule === "fault:lost") return "lost";
  return error.left === undefined ? "refused" : "unfinished";
}

function reasonOf(error: unknown): Pick<Call, "code" | "rule" | "message"> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Refused)) return { message };
  const { code, rule } = error;
  return { message, ...(code !== undefined && { code }), ...(rule !== undefined && { rule }) };
}
