/** The app of a stack, as its last deployment exported it. */
import { readSettings } from "../configuration";
import { openDeployed, requireDeployed, textIn, type DeployedTarget } from "../deployed";
import { SlipwayError } from "../errors";
import { configOf } from "../engine/config-values";
import type { StackPlace } from "../engine/project";
import type { OpenStack } from "../engine/stack";
import { stateOf } from "../engine/state";
import type { Outputs } from "../target";
import { accessOf, AppApi, type Access } from "./api";

export interface DeployedApp {
  api: AppApi;
  /** How Heroku is asked. */
  access: Access;
  /** Name of the app. */
  app: string;
  /** UUID of the app. */
  appId: string;
  /** Where it answers. */
  url: string;
  /** UUID of the release that was deployed last. */
  releaseId: string;
  /** UUID of the pipeline that it is in; absent without one. */
  pipelineId?: string;
}

const TARGET: DeployedTarget = { name: "heroku", where: "at Heroku", mark: "appId" };

/** @throws SlipwayError (state) when nothing was deployed, (config) without a key for the API */
export async function deployedApp(place: StackPlace): Promise<DeployedApp> {
  const { open, outputs } = await openDeployed(place, TARGET);
  return appOf(open, outputs);
}

/** The app of a stack whose outputs are known. @throws as {@link deployedApp} */
export async function appOf(open: OpenStack, outputs: Outputs): Promise<DeployedApp> {
  requireDeployed(open.place, TARGET, outputs);
  const access = await accessFor(open);
  const [appId, pipelineId] = ["appId", "pipelineId"].map((name) => textIn(outputs, name)) as [string, string];
  return {
    api: new AppApi(access, appId),
    access,
    app: textIn(outputs, "app"),
    appId,
    url: textIn(outputs, "url"),
    releaseId: textIn(outputs, "releaseId"),
    ...(pipelineId !== "" && { pipelineId }),
  };
}

/** The app of a stack of which nothing is known but its state; undefined where no app was made yet. */
export async function apiInState(open: OpenStack): Promise<AppApi | undefined> {
  const { resources } = await stateOf(open);
  const id = resources.find(({ type }) => type === "heroku:index/app:App")?.id;
  return id === undefined ? undefined : new AppApi(await accessFor(open), id);
}

async function accessFor(open: OpenStack): Promise<Access> {
  return accessOf(process.env, undefined, await configOf(open, "heroku"));
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
