/** What a stack has deployed on Elastic Beanstalk, as its outputs say, and the clients to ask AWS about it. */
import { askingAbout } from "../aws/asking";
import { namesIn, textIn, type DeployedTarget } from "../deployed";
import type { StackPlace } from "../engine/project";
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

export const { askAws, askAwsOf, withClients } = askingAbout(TARGET, awsClients, described);

function described(place: StackPlace, aws: AwsClients, outputs: Outputs): Deployed {
  return {
    place,
    aws,
    url: textIn(outputs, "url"),
    environments: namesIn(outputs, "environments"),
    versions: namesIn(outputs, "versions"),
  };
}
