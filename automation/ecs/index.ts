/** What can be done with a stack on ECS. The clients of AWS are loaded with the first question. */
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { StackPlace } from "../engine/project";
import type { LogOptions, TargetOperations } from "../target";
import type { Deployed } from "./deployed";
import { awsError } from "./errors";

type Act<T> = (deployed: Deployed) => Promise<T>;

export const ecsOperations: Omit<TargetOperations, "releaseSource" | "stop" | "purge"> = {
  status: (place) => ask(place, async () => (await import("./status")).status),
  logs: (place, options) => logs(place, options),
  exec: (place, command) =>
    ask(place, async () => {
      const { exec, requirePlugin } = await import("./exec");
      requirePlugin();
      return (deployed) => exec(deployed, command);
    }),
  releases: (place) => ask(place, async () => (await import("./releases")).releases),
  keptImages: (place, version) =>
    ask(place, async () => {
      const { keptImages } = await import("./releases");
      return (deployed) => keptImages(deployed, version);
    }),
  schemaHeads: (place, version) =>
    ask(place, async () => {
      const { schemaHeads } = await import("./promote");
      return (deployed) => schemaHeads(deployed, version);
    }),
  promote: (place, to, version, options) =>
    ask(place, async () => {
      const { promotedImages } = await import("./promote");
      return async (deployed) => ({ reuse: await promotedImages(deployed, to, version, options) });
    }),
  migrate: (place, options) =>
    ask(place, async () => {
      const { migrate } = await import("./migrate");
      return (deployed) => migrate(deployed, options);
    }),
  confirm: async (open, outputs, options) => {
    const [{ askAwsOf }, { confirmRollout }] = await Promise.all([import("./deployed"), import("./rollout")]);
    await askAwsOf(open, outputs, (deployed) => confirmRollout(deployed, options));
  },
  explain: async (open) => {
    const [{ withClients }, { discover }, { explainFailure }] = await Promise.all([
      import("./deployed"),
      import("./discover"),
      import("./rollout"),
    ]);
    return withClients(open, async (aws) => {
      const found = await discover(open.place, aws);
      return found && explainFailure(found);
    });
  },
};

async function ask<T>(place: StackPlace, loaded: () => Promise<Act<T>>): Promise<T> {
  const [{ askAws }, act] = await Promise.all([import("./deployed"), loaded()]);
  return askAws(place, act);
}

/** A stream that is there at once; what goes wrong on the way ends it. */
function logs(place: StackPlace, options: LogOptions): Readable {
  const stream = new PassThrough();
  const written = ask(place, async () => {
    const { logs: read } = await import("./logs");
    return (deployed) => pipeline(Readable.from(withWayOut(place, read(deployed, options))), stream);
  });
  written.catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return stream;
}

/** The lines; what AWS refuses on the way, as a failure with a way out. */
async function* withWayOut(place: StackPlace, lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    throw awsError(place, error);
  }
}
