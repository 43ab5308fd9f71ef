/** What can be done with a stack on ECS. The clients of AWS are loaded with the first question. */
import { awsBackups } from "../aws/backups";
import type { OpenSession } from "../aws/session";
import { logStream } from "../aws/log-stream";
import type { StackPlace } from "../engine/project";
import { unlessStopped } from "../stopping";
import type { TargetOperations } from "../target";
import type { Deployed } from "./deployed";

type Act<T> = (deployed: Deployed) => Promise<T>;

export const ecsOperations: Omit<TargetOperations, "releaseSource" | "stop" | "purge"> = {
  status: (place) => ask(place, async () => (await import("./status")).status),
  logs: (place, options) =>
    logStream(place, (take) =>
      ask(place, async () => {
        const { logs } = await import("./logs");
        return (deployed) => take(logs(deployed, options));
      }),
    ),
  exec: async (place, command, options) => {
    const { converse, requirePlugin } = await import("../aws/session");
    requirePlugin();
    const opened = (): Promise<OpenSession> =>
      ask(place, async () => {
        const { openSession } = await import("./exec");
        return (deployed) => openSession(deployed, command);
      });
    return converse(await unlessStopped(options.signal, opened), options);
  },
  releases: (place) => ask(place, async () => (await import("./releases")).releases),
  keptRelease: (place, version) =>
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
  backups: awsBackups({ name: "ecs", where: "on ECS", mark: "database" }),
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
