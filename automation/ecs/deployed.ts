/** What a stack has deployed on ECS, as its outputs say, and the clients to ask AWS about it. */
import { namesIn, openDeployed, requireDeployed, textIn, type DeployedTarget } from "../deployed";
import { askWith } from "../aws/asking";
import type { StackPlace } from "../engine/project";
import type { OpenStack } from "../engine/stack";
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

/**
 * Asks AWS about a stack.
 *
 * @throws SlipwayError (state) when it is not deployed on ECS; (config) without credentials; (failed) when AWS refuses
 */
export async function askAws<T>(place: StackPlace, ask: (deployed: Deployed) => Promise<T>): Promise<T> {
  const { open, outputs } = await openDeployed(place, TARGET);
  return askAwsOf(open, outputs, ask);
}

/** Asks AWS about a stack whose outputs are known. @throws as {@link askAws} */
export async function askAwsOf<T>(
  open: OpenStack,
  outputs: Outputs,
  ask: (deployed: Deployed) => Promise<T>,
): Promise<T> {
  const { place } = open;
  requireDeployed(place, TARGET, outputs);
  return withClients(open, (aws) => ask(described(place, aws, outputs)));
}

/** Asks AWS about a stack of which nothing is known but its config. @throws as {@link askAws} */
export function withClients<T>(open: OpenStack, ask: (aws: AwsClients) => Promise<T>): Promise<T> {
  return askWith(open, awsClients, ask);
}

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
