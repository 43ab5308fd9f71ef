/** The app of a stack, as its last deployment exported it. */
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
  /** Where it answers. */
  url: string;
}

/** @throws SlipwayError (state) when nothing was deployed, (config) without a key for the API */
export async function deployedApp(place: StackPlace): Promise<DeployedApp> {
  const { stack } = place;
  const open = await openStack(place, programOf(place), () => undefined, false);
  const { app, appId, url } = outputsOf("heroku", await engine.outputs(open));
  if (typeof app !== "string" || typeof appId !== "string" || typeof url !== "string") {
    throw new SlipwayError("state", `The stack ${stack} has no app at Heroku yet.`, `slipway up --stack ${stack}`);
  }
  return { api: new AppApi(accessOf(process.env), appId), app, url };
}
