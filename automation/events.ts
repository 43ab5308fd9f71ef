/**
 * What a command tells on standard output with `--events`, one JSON object a line. The objects of one version only ever get
 * more fields and more types: who reads them passes over what is not known to it.
 */
import { z } from "zod";
import { ConfigError } from "../components/config";
import { change } from "./comment/report";
import type { Progress } from "./engine/operations";
import { EXIT, kindOf, SlipwayError, type ExitName } from "./errors";

/** Version of what is described here. */
export const EVENTS_VERSION = 1;

const time = z.iso.datetime().describe("When it happened, in UTC.");
const exitName = z.enum(Object.keys(EXIT) as [ExitName, ...ExitName[]]);

const started = z.object({
  type: z.literal("start").describe("The first line."),
  time,
  version: z.literal(EVENTS_VERSION).describe("Version of this schema."),
  slipway: z.string().describe("Version of Slipway."),
  command: z.string(),
  stack: z.string(),
});

const message = z.object({ type: z.literal("message"), time, message: z.string() });

const plan = z.object({
  type: z.literal("plan").describe("What the deployment is going to do; not told where nothing changes."),
  time,
  changes: z.array(change),
  unchanged: z.number().describe("Resources that stay as they are."),
  drift: z.array(change).describe("Resources that were found to be other than the state said."),
});

const resourceStarted = z.object({ type: z.literal("resource.started"), time, change });
const resourceDone = z.object({ type: z.literal("resource.done"), time, change, seconds: z.number() });
const resourceFailed = z.object({ type: z.literal("resource.failed"), time, change });

const said = {
  time,
  severity: z.enum(["error", "warning", "info"]),
  message: z.string(),
  resource: z.string().optional().describe("Name of the resource that it is about."),
};
const diagnostic = z.object({ type: z.literal("diagnostic"), ...said });
const violation = z.object({ type: z.literal("policy.violation"), ...said, policy: z.string() });

const fault = z.object({
  key: z.string(),
  problem: z.string(),
  value: z.string().optional(),
  allowed: z.string().optional(),
  mend: z.string().optional(),
});

const result = z.object({
  type: z.literal("result").describe("The last line, always: without it the command was killed."),
  time,
  ended: exitName.describe("How it ended: the name of the exit code."),
  exitCode: z.int(),
  result: z.unknown().optional().describe("What the command prints with --json; absent where it failed."),
  error: z
    .object({
      message: z.string(),
      mend: z.string().optional().describe("What mends it."),
      faults: z.array(fault).optional().describe("Every fault of the config, where that is wrong."),
    })
    .optional(),
});

/** Every event, as a schema. */
export const eventSchema = z
  .discriminatedUnion("type", [
    started,
    message,
    plan,
    resourceStarted,
    resourceDone,
    resourceFailed,
    diagnostic,
    violation,
    result,
  ])
  .meta({ title: "A line of slipway --events" });

/** One line of `slipway <command> --events`, as JSON. */
export type SlipwayEvent = z.infer<typeof eventSchema>;

/** An event before its time is written on it. */
export type Untimed = SlipwayEvent extends infer Event ? (Event extends unknown ? Omit<Event, "time"> : never) : never;

/** What an operation says of its progress, as an event. */
export function eventOf(progress: Progress): Untimed {
  switch (progress.kind) {
    case "message":
      return { type: "message", message: progress.message };
    case "planned": {
      const { changes, unchanged, drift } = progress.plan;
      return { type: "plan", changes, unchanged, drift };
    }
    case "diagnostic": {
      const { policy, ...others } = progress.diagnostic;
      return policy === undefined ? { type: "diagnostic", ...others } : { type: "policy.violation", ...others, policy };
    }
    case "done":
      return { type: "resource.done", change: progress.change, seconds: progress.seconds };
    default:
      return { type: `resource.${progress.kind}`, change: progress.change };
  }
}

/** The last event of a command that failed. */
export function failureEvent(error: unknown): Untimed {
  const kind = kindOf(error);
  const mend = error instanceof SlipwayError ? error.mend : undefined;
  return {
    type: "result",
    ended: kind,
    exitCode: EXIT[kind],
    error: {
      message: error instanceof Error ? error.message : String(error),
      ...(mend !== undefined && { mend }),
      ...(error instanceof ConfigError && { faults: [...error.faults] }),
    },
  };
}
