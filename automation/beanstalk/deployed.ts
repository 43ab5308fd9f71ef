/** What a stack has deployed on Elastic Beanstalk, as its outputs say, and the clients to ask AWS about it. */
import { askWith } from "../aws/asking";
import { namesIn, openDeployed, requireDeployed, textIn, type DeployedTarget } from "../deployed";
import type { StackPlace } from "../engine/project";
import type { OpenStack } from "../engine/stack";
import type { Outputs } from "../target";
import { awsClients, type AwsClients } from "./clients";

/** A stack on Elastic Beanstalk. */
export interface Deployed {
  place: StackPlace;
  aws: AwsClients;
  /** Where the application answers. */
  url: string;
  /** `web` and `worker` -> name of the environment. */
  environments: Readonly<Record<string, string>>;
  /** `web` and `worker` -> label of the version that it is to run. */
  versions: Readonly<Record<string, string>>;
}

const TARGET: DeployedTarget = { name: "beanstalk", where: "on Elastic Beanstalk", mark: "environments" };

/**
 * Asks AWS about a stack.
 *
 * @throws SlipwayError (state) when it is not deployed there; (config) without credentials; (failed) when AWS refuses
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
  const known = {
    place,
    url: textIn(outputs, "url"),
    environments: namesIn(outputs, "environments"),
    versions: namesIn(outputs, "versions"),
  };
  return withClients(open, (aws) => ask({ ...known, aws }));
}

/** Asks AWS about a stack of which nothing is known but its config. @throws as {@link askAws} */
export function withClients<T>(open: OpenStack, ask: (aws: AwsClients) => Promise<T>): Promise<T> {
  return askWith(open, awsClients, ask);
}
