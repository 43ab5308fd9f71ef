/** The events of a command on standard output. */
import manifest from "../../package.json";
import { EXIT, type ExitName } from "../errors";
import { EVENTS_VERSION, eventOf, failureEvent, type SlipwayEvent, type Untimed } from "../events";
import type { Progress } from "../engine/operations";

/** Events of one command; a reader that has left, or takes its time, does not hold the command up. */
export interface EventStream {
  take: (progress: Progress) => void;
  end: (ended: ExitName, result: unknown) => void;
  fail: (error: unknown) => void;
}

/** Begins the events of a command on `out`. */
export function eventStream(out: NodeJS.WritableStream, command: string, stack: string): EventStream {
  const write = (event: Untimed): void => {
    const { type, ...others } = event;
    const line = { type, time: new Date().toISOString(), ...others } as SlipwayEvent;
    if (out.writable) out.write(`${JSON.stringify(line)}\n`);
  };
  write({ type: "start", version: EVENTS_VERSION, slipway: manifest.version, command, stack });
  return {
    take: (progress) => write(eventOf(progress)),
    end: (ended, result) => write({ type: "result", ended, exitCode: EXIT[ended], result }),
    fail: (error) => write(failureEvent(error)),
  };
}
