/** What can be done with an app at Heroku, by its API. The engine is loaded with the first question. */
import { readSettings } from "../configuration";
import type { StackPlace } from "../engine/project";
import type { TargetOperations } from "../target";
import { backups } from "./backups";
import type { DeployedApp } from "./deployed";
import { execIn } from "./exec";
import { logsOf } from "./logs";
import { releasesOf, sourceOfSlug } from "./releases";
import { statusOf } from "./status";
import { stopAll } from "./stop";

async function deployedApp(place: StackPlace): Promise<DeployedApp> {
  const deployed = await import("./deployed");
  return deployed.deployedApp(place);
}

export const herokuOperations: Omit<TargetOperations, "purge"> = {
  status: async (place) =>
    statusOf(await deployedApp(place), place.stack, readSettings(place.stack, place.project).app.health.ready),
  logs: (place, options) => logsOf(deployedApp(place), options),
  exec: async (place, command) => execIn((await deployedApp(place)).app, command),
  releases: async (place) => releasesOf((await deployedApp(place)).api),
  releaseSource: async (place, version) => sourceOfSlug((await deployedApp(place)).api, place.stack, version),
  backups,
  stop: async (place) => stopAll((await deployedApp(place)).api),
};
