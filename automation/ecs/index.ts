/** What can be done with a stack on ECS. The clients of AWS are loaded with the first question. */
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

export const ecsOperations: Omit<TargetOperations, "releaseSource" | "stop" | "purge"> = {
  ...common,
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
};
