/** What the aws provider does for every type: its own config, default tags. */
import { isObject } from "../../protocol/values";
import type { Cloud, Environment, Settings, Values } from "../model";
import { UNTAGGED } from "./untagged";

const REGION =
  /^(us|us-gov|eu|ap|sa|ca|me|af|il|mx|cn)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/;
/** Services that have no regions. */
const GLOBAL = /^aws:(iam|route53)\//;

/** pulumi-aws provider/resources.go: where the region comes from, and what is said without one. */
function configure(config: Values, environment: Environment): Settings {
  const region = config["region"] ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"];
  if (typeof region !== "string" || region === "") {
    throw new Error(
      "The AWS provider has no region: set it with `pulumi config set aws:region <region>`, or in AWS_REGION.",
    );
  }
  if (!REGION.test(region)) throw new Error(`Invalid AWS Region: ${region}`);
  const defaultTags = decoded(config["defaultTags"]);
  const tags = isObject(defaultTags) ? defaultTags["tags"] : undefined;
  return { region, ...(isObject(tags) && { defaultTags: tags as Record<string, string> }) };
}

/** Sections of a provider's config arrive as JSON. */
function decoded(value: unknown): unknown {
  return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}

/** pulumi-aws provider/tags.go (applyTags): default tags become tags of each resource, whose own win. */
function prepare(type: string, inputs: Values, { defaultTags }: Settings): Values {
  if (defaultTags === undefined || UNTAGGED.has(type)) return inputs;
  const own = inputs["tags"];
  if (own !== undefined && !isObject(own)) return inputs;
  return { ...inputs, tags: { ...defaultTags, ...own } };
}

function following(type: string, inputs: Values, { region }: Settings): Values {
  const tags = UNTAGGED.has(type) ? {} : { tagsAll: inputs["tags"] ?? {} };
  return GLOBAL.test(type) ? tags : { region: inputs["region"] ?? region, ...tags };
}

/** The parts of the cloud that no type has of its own. */
export const provider: Pick<Cloud, "configure" | "prepare" | "following" | "everywhere"> = {
  configure,
  prepare,
  following,
  everywhere: ["region"],
};
