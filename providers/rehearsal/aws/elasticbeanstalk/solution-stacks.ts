import { CloudError, type Lookup } from "../../model";
import { flagAt, textAt } from "../read";

/**
 * Solution stacks that environments can be made of, the newest first. Source: AWS Elastic Beanstalk platforms guide,
 * supported platforms and platform history, as of February 2026.
 */
export const SOLUTION_STACKS: readonly string[] = [
  ...["3.14", "3.13", "3.12", "3.11"].map((python) => `64bit Amazon Linux 2023 v4.9.2 running Python ${python}`),
  "64bit Amazon Linux 2023 v4.9.3 running Docker",
  "64bit Amazon Linux 2023 v4.3.2 running ECS",
  ...["24", "22", "20"].map((node) => `64bit Amazon Linux 2023 v6.8.0 running Node.js ${node}`),
  "64bit Amazon Linux 2023 v4.9.0 running Corretto 21",
];

/** ARN of the platform that a solution stack is. */
export function platformArn(stack: string, region: string): string {
  const [, system = "", version = "", platform = ""] = /^(.*) v([\d.]+) running (.*)$/.exec(stack) ?? [];
  return `arn:aws:elasticbeanstalk:${region}::platform/${platform} running on ${system}/${version}`;
}

/** The newest solution stack whose name fits. */
export const getSolutionStack: Lookup = {
  token: "aws:elasticbeanstalk/getSolutionStack:getSolutionStack",
  source: "terraform-provider-aws internal/service/elasticbeanstalk/solution_stack_data_source.go",
  answer: (args, site) => {
    const pattern = new RegExp(textAt(args, "nameRegex") ?? "");
    const found = SOLUTION_STACKS.filter((stack) => pattern.test(stack));
    const [name] = found;
    if (name === undefined) {
      throw new CloudError(
        "NotFound",
        "Your query returned no results. Please change your search criteria and try again.",
      );
    }
    if (found.length > 1 && !flagAt(args, "mostRecent")) {
      throw new CloudError(
        "TooManyResults",
        "Your query returned more than one result. Please try a more specific search criteria, or set `most_recent` attribute to true.",
      );
    }
    return {
      id: name,
      name,
      nameRegex: args["nameRegex"],
      mostRecent: args["mostRecent"] ?? false,
      region: site.region,
    };
  },
};
