/** The app of a stack, as its last deployment exported it. */
import { readSettings } from "../configuration";
import { openDeployed, requireDeployed, textIn, type DeployedTarget } from "../deployed";
import { SlipwayError } from "../errors";
import type { StackPlace } from "../engine/project";
import type { Outputs } from "../target";
import { accessOf, AppApi } from "./api";

export interface DeployedApp {
  api: AppApi;
  /** Name of the app. */
  app: string;
  /** UUID of the app. */
  appId: string;
  /** Where it answers. */
  url: string;
  /** UUID of the pipeline that it is in; absent without one. */
  pipelineId?: string;
}

const TARGET: DeployedTarget = { name: "heroku", where: "at Heroku", mark: "appId" };

/** @throws SlipwayError (state) when nothing was deployed, (config) without a key for the API */
export async function deployedApp(place: StackPlace): Promise<DeployedApp> {
  return appOf(place, (await openDeployed(place, TARGET)).outputs);
}

/** The app of a stack whose outputs are known. @throws as {@link deployedApp} */
export function appOf(place: StackPlace, outputs: Outputs): DeployedApp {
  requireDeployed(place, TARGET, outputs);
  const [appId, pipelineId] = ["appId", "pipelineId"].map((name) => textIn(outputs, name)) as [string, string];
  return {
    api: new AppApi(accessOf(process.env), appId),
    app: textIn(outputs, "app"),
    appId,
    url: textIn(outputs, "url"),
    ...(pipelineId !== "" && { pipelineId }),
  };
}

/** UUID of the pipeline that the app of a stack is in, or is to be in; undefined without one, and where that is made yet. */
export async function pipelineOf({ stack, project }: StackPlace): Promise<string | undefined> {
  const { pipeline } = readSettings(stack, project).heroku;
  if (pipeline?.kind !== "new") return pipeline?.id;
  const deployed = await deployedApp({ stack, project }).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.kind === "state") return undefined;
    throw error;
  });
  return deployed?.pipelineId;
}
