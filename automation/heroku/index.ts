/** What can be done with an app at Heroku, by its API. The engine is loaded with the first question. */
import { readSettings } from "../configuration";
import type { StackPlace } from "../engine/project";
import { migrationOf } from "../migration";
import { unlessStopped } from "../stopping";
import type { TargetOperations } from "../target";
import { backups } from "./backups";
import type { DeployedApp } from "./deployed";
import { execIn } from "./exec";
import { logsOf } from "./logs";
import { migrate } from "./migrate";
import { promotedSlug } from "./promote";
import { keptSlug, releasesOf, schemaHeads } from "./releases";
import { statusOf } from "./status";
import { stopAll } from "./stop";

async function deployedApp(place: StackPlace): Promise<DeployedApp> {
  const deployed = await import("./deployed");
  return deployed.deployedApp(place);
}

export const herokuOperations: Omit<TargetOperations, "releaseSource" | "purge"> = {
  status: async (place) =>
    statusOf(await deployedApp(place), place.stack, readSettings(place.stack, place.project).app.health.ready),
  logs: (place, options) => logsOf(deployedApp(place), options),
  exec: async (place, command, options) => {
    const { app } = await unlessStopped(options.signal, () => deployedApp(place));
    return execIn(app, command, options);
  },
  releases: async (place) => releasesOf((await deployedApp(place)).api),
  keptRelease: async (place, version) => keptSlug((await deployedApp(place)).api, place.stack, version),
  schemaHeads: async (place, version) => schemaHeads((await deployedApp(place)).api, version),
  promote: async (place, to, version) => {
    const { pipelineOf } = await import("./deployed");
    return promotedSlug(await deployedApp(place), version, await pipelineOf(to));
  },
  migrate: async (place, options) => migrate(await deployedApp(place), place.stack, migrationOf(place), options),
  prepare: async (open, { changes }, { onProgress }) => {
    const { changeTier, changesTier } = await import("./tiers");
    if (!changesTier(changes)) return;
    onProgress?.({ kind: "message", message: "giving all dynos their new tier at once" });
    await changeTier((await deployedApp(open.place)).api, changes);
  },
  backups,
  stop: async (place) => stopAll((await deployedApp(place)).api),
  confirm: async (open, outputs, options) => {
    const [{ appOf }, { confirmRelease }] = await Promise.all([import("./deployed"), import("./rollout")]);
    const { api, releaseId } = await appOf(open, outputs);
    await confirmRelease({ stack: open.place.stack, api, releaseId }, options);
  },
  explain: async (open) => {
    const [{ apiInState }, { explainFailure }] = await Promise.all([import("./deployed"), import("./rollout")]);
    const api = await apiInState(open);
    return api && explainFailure({ stack: open.place.stack, api });
  },
};
