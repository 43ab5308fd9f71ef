/** What can be done with a stack on Elastic Beanstalk. The clients of AWS are loaded with the first question. */
import { awsBackups } from "../aws/backups";
import { operationsOnAws } from "../aws/operations";
import type { TargetOperations } from "../target";

const { ask, common } = operationsOnAws({
  deployed: () => import("./deployed"),
  status: () => import("./status"),
  logs: () => import("./logs"),
  exec: () => import("./exec"),
  releases: () => import("./releases"),
  discover: () => import("./discover"),
  rollout: () => import("./rollout"),
});

export const beanstalkOperations: Omit<TargetOperations, "stop" | "purge"> = {
  ...common,
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
};
