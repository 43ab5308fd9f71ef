/** The app of a stack, as its last deployment exported it. */
import { openDeployed, requireDeployed, textIn, type DeployedTarget } from "../deployed";
import type { StackPlace } from "../engine/project";
import type { Outputs } from "../target";
import { accessOf, AppApi } from "./api";

export interface DeployedApp {
  api: AppApi;
  /** Name of the app. */
  app: string;
  /** Where it answers. */
  url: string;
}

const TARGET: DeployedTarget = { name: "heroku", where: "at Heroku", mark: "appId" };

/** @throws SlipwayError (state) when nothing was deployed, (config) without a key for the API */
export async function deployedApp(place: StackPlace): Promise<DeployedApp> {
  return appOf(place, (await openDeployed(place, TARGET)).outputs);
}

/** The app of a stack whose outputs are known. @throws as {@link deployedApp} */
export function appOf(place: StackPlace, outputs: Outputs): DeployedApp {
  requireDeployed(place, TARGET, outputs);
  const api = new AppApi(accessOf(process.env), textIn(outputs, "appId"));
  return { api, app: textIn(outputs, "app"), url: textIn(outputs, "url") };
}
