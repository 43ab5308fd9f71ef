/** The app of a stack, as its last deployment exported it. */
import { readSettings } from "../configuration";
import * as engine from "../engine/operations";
import { programOf } from "../engine/program";
import type { StackPlace } from "../engine/project";
import { openStack } from "../engine/stack";
import { SlipwayError } from "../errors";
import { outputsOf } from "../target";
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

/** @throws SlipwayError (state) when nothing was deployed, (config) without a key for the API */
export async function deployedApp(place: StackPlace): Promise<DeployedApp> {
  const { stack } = place;
  const open = await openStack(place, programOf(place), () => undefined, false);
  const { app, appId, url, pipelineId } = outputsOf("heroku", await engine.outputs(open));
  if (typeof app !== "string" || typeof appId !== "string" || typeof url !== "string") {
    throw new SlipwayError("state", `The stack ${stack} has no app at Heroku yet.`, `slipway up --stack ${stack}`);
  }
  const api = new AppApi(accessOf(process.env), appId);
  return { api, app, appId, url, ...(typeof pipelineId === "string" && { pipelineId }) };
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
