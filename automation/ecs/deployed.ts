/** What a stack has deployed on ECS, as its outputs say, and the clients to ask AWS about it. */
import { askingAbout } from "../aws/asking";
import { namesIn, textIn, type DeployedTarget } from "../deployed";
import type { StackPlace } from "../engine/project";
import type { Outputs } from "../target";
import { awsClients, type AwsClients } from "./clients";

/** A stack on ECS. */
export interface Deployed {
  place: StackPlace;
  aws: AwsClients;
  /** Where the application answers. */
  url: string;
  /** Version of the release that was deployed last. */
  release: string;
  cluster: string;
  /** Process -> name of its service. */
  services: Readonly<Record<string, string>>;
  /** Process or job -> ARN of the task definition that it is to run. */
  definitions: Readonly<Record<string, string>>;
  /** Security group of the jobs; absent without any. */
  jobsGroup?: string;
}

const TARGET: DeployedTarget = { name: "ecs", where: "on ECS", mark: "cluster" };

export const { askAws, askAwsOf, withClients } = askingAbout(TARGET, awsClients, described);

function described(place: StackPlace, aws: AwsClients, outputs: Outputs): Deployed {
  return {
    place,
    aws,
    url: textIn(outputs, "url"),
    release: textIn(outputs, "release"),
    cluster: textIn(outputs, "cluster"),
    services: namesIn(outputs, "services"),
    definitions: namesIn(outputs, "definitions"),
    ...(outputs["jobsGroup"] !== undefined && { jobsGroup: textIn(outputs, "jobsGroup") }),
  };
}
