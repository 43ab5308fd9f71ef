/** The app of a stack, as its last deployment exported it. */
import { outputs } from "../deployments";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";
import { accessOf, AppApi } from "./api";

export interface DeployedApp {
  api: AppApi;
  /** Name of the app. */
  app: string;
  /** Where it answers. */
  url: string;
}

/** @throws SlipwayError (state) when nothing was deployed, (config) without a key for the API */
export async function deployedApp({ stack, project }: StackPlace): Promise<DeployedApp> {
  const all = await outputs({ stack, project });
  const { app, appId, url } = ("appId" in all ? all : (all["heroku"] ?? {})) as Partial<Record<string, unknown>>;
  if (typeof app !== "string" || typeof appId !== "string" || typeof url !== "string") {
    throw new SlipwayError("state", `The stack ${stack} has no app at Heroku yet.`, `slipway up --stack ${stack}`);
  }
  return { api: new AppApi(accessOf(process.env), appId), app, url };
}
