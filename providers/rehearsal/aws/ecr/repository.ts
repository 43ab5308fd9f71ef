import type { Model, Rule } from "../../model";
import { entriesBetween, lengthBetween, matches, oneOf, rule } from "../../rules";
import { PUSHED, registryHost } from "../ecs/images";
import { regionalArn } from "../read";

/** Type token of a repository. */
export const REPOSITORY = "aws:ecr/repository:Repository";

const SOURCE = "terraform-provider-aws internal/service/ecr/repository.go";
const API = "ECR API reference, CreateRepository";

const plan: Rule[] = [
  oneOf({ id: "repository-mutability", source: SOURCE }, "imageTagMutability", [
    "MUTABLE",
    "IMMUTABLE",
    "IMMUTABLE_WITH_EXCLUSION",
    "MUTABLE_WITH_EXCLUSION",
  ]),
  oneOf({ id: "repository-encryption", source: SOURCE }, "encryptionConfigurations.encryptionType", [
    "AES256",
    "KMS",
    "KMS_DSSE",
  ]),
  entriesBetween({ id: "repository-exclusions", source: SOURCE }, "imageTagMutabilityExclusionFilters", 0, 5),
];

const call: Rule[] = [
  lengthBetween({ id: "repository-name-length", source: API, code: "InvalidParameterException" }, "name", 2, 256),
  matches(
    { id: "repository-name", source: API, code: "InvalidParameterException" },
    "name",
    /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
    "lower case letters and digits, with single dots, hyphens, underscores and slashes between them",
  ),
  rule(
    { id: "repository-name-free", source: API, code: "RepositoryAlreadyExistsException" },
    ["name"],
    ({ inputs, old, site }) =>
      old === undefined && site.find(REPOSITORY, "name", inputs["name"]) !== undefined
        ? `The repository with name '${String(inputs["name"])}' already exists in the registry with id '${site.account}'`
        : undefined,
  ),
];

const empty: Rule = {
  id: "repository-empty",
  source: SOURCE,
  code: "RepositoryNotEmptyException",
  refuses: ({ old, site }) => {
    const name = old?.outputs["name"];
    const hasImages = site.all(PUSHED).some(({ outputs }) => outputs["repositoryName"] === name);
    // The switch has to be in the state before the deletion.
    return hasImages && old?.inputs["forceDelete"] !== true
      ? `The repository with name '${String(name)}' in registry with id '${site.account}' cannot be deleted because it still contains images`
      : undefined;
  },
};

/** A repository of container images. */
export const repository: Model = {
  type: REPOSITORY,
  source: SOURCE,
  replaces: ["name", "encryptionConfigurations"],
  name: { property: "name", longest: 256, lowerCase: true },
  defaults: { imageTagMutability: "MUTABLE", "encryptionConfigurations.encryptionType": "AES256" },
  plan,
  call,
  deletion: [empty],
  computed: (inputs, site) => {
    const name = String(inputs["name"]);
    return {
      id: name,
      arn: regionalArn(site, "ecr", `repository/${name}`),
      registryId: site.account,
      repositoryUrl: `${registryHost(site)}/${name}`,
    };
  },
  removed: ({ outputs }, site) => {
    for (const image of site.all(PUSHED)) if (image.outputs["repositoryName"] === outputs["name"]) site.remove(image);
  },
  seconds: { create: 1, update: 1, delete: 2 },
};
