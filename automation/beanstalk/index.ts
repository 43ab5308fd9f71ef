/** What can be done with a stack on Elastic Beanstalk. The clients of AWS are loaded with the first question. */
import { awsBackups } from "../aws/backups";
import type { OpenSession } from "../aws/session";
import { logStream } from "../aws/log-stream";
import type { StackPlace } from "../engine/project";
import { unlessStopped } from "../stopping";
import type { TargetOperations } from "../target";
import type { Deployed } from "./deployed";

type Act<T> = (deployed: Deployed) => Promise<T>;

export const beanstalkOperations: Omit<TargetOperations, "stop" | "purge"> = {
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
      const { keptVersions } = await import("./releases");
      return (deployed) => keptVersions(deployed, version);
    }),
  releaseSource: (place, version) =>
    ask(place, async () => {
      const { releaseSource } = await import("./source");
      return (deployed) => releaseSource(deployed, version);
    }),
  schemaHeads: (place, version) =>
    ask(place, async () => {
      const { schemaHeads } = await import("./releases");
      return (deployed) => schemaHeads(deployed, version);
    }),
  migrate: (place, options) =>
    ask(place, async () => {
      const { migrate } = await import("./migrate");
      return (deployed) => migrate(deployed, options);
    }),
  backups: awsBackups({ name: "beanstalk", where: "on Elastic Beanstalk", mark: "database" }),
  confirm: async (open, outputs, options) => {
    const [{ askAwsOf }, { confirmVersions }] = await Promise.all([import("./deployed"), import("./rollout")]);
    await askAwsOf(open, outputs, (deployed) => confirmVersions(deployed, options));
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
