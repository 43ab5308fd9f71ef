import { expect } from "chai";
import { ecr, ecrLookups } from "../../../providers/rehearsal/aws/ecr";
import type { Values } from "../../../providers/rehearsal/model";
import { RUN, RunThings, everyModel, sides } from "../support/aws-run";
import { testRules, type Step } from "../support/rule-cases";
import { simulated } from "../support/simulated-cloud";

const repository =
  (more: Values): Step =>
  (cloud) =>
    new RunThings(cloud).run("repository", more);

const rule = (more: Values = {}, selection: Values = {}): Values => ({
  rulePriority: 1,
  selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 5, ...selection },
  action: { type: "expire" },
  ...more,
});
const policyOf =
  (text: string): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { name } = await things.run("repository", { name: "shop" });
    return things.run("lifecycle", { repository: name, policy: text });
  };
const rules = (...all: Values[]): Step => policyOf(JSON.stringify({ rules: all }));
const good = rules(rule());

const deletion =
  (forceDelete: boolean): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { id } = await things.run("repository", { name: "shop", forceDelete });
    things.push("shop");
    await cloud.delete(RUN.repository, id);
    expect(cloud.all("aws:ecr/image")).to.deep.equal([]);
  };

describe("simulated ECR", () => {
  testRules(ecr, everyModel, {
    "repository-mutability": sides(repository, { imageTagMutability: "IMMUTABLE" }, { imageTagMutability: "NEVER" }),
    "repository-encryption": sides(
      repository,
      { encryptionConfigurations: [{ encryptionType: "KMS" }] },
      { encryptionConfigurations: [{ encryptionType: "ROT13" }] },
    ),
    "repository-exclusions": sides(
      repository,
      { imageTagMutabilityExclusionFilters: [{ filter: "dev" }] },
      { imageTagMutabilityExclusionFilters: Array.from({ length: 6 }, (_, at) => ({ filter: `dev${at}` })) },
    ),
    "repository-name-length": sides(repository, { name: "ab" }, { name: "a" }),
    "repository-name": sides(repository, { name: "shop/web-1" }, { name: "Shop" }),
    "repository-name-free": {
      passes: repository({ name: "shop" }),
      refused: async (cloud) => {
        await repository({ name: "shop" })(cloud);
        await repository({ name: "shop" })(cloud);
      },
    },
    "repository-empty": { passes: deletion(true), refused: deletion(false) },
    "lifecycle-json": { passes: good, refused: policyOf("{") },
    "lifecycle-rules": { passes: good, refused: rules() },
    "lifecycle-priority": { passes: rules(rule(), rule({ rulePriority: 2 })), refused: rules(rule(), rule()) },
    "lifecycle-status": { passes: good, refused: rules(rule({}, { tagStatus: "old" })) },
    "lifecycle-tags": {
      passes: rules(rule({}, { tagStatus: "tagged", tagPatternList: ["*"] })),
      refused: rules(rule({}, { tagStatus: "tagged" })),
    },
    "lifecycle-any-last": {
      passes: rules(rule(), rule({ rulePriority: 2 }, { tagStatus: "any" })),
      refused: rules(rule({}, { tagStatus: "any" }), rule({ rulePriority: 2 })),
    },
    "lifecycle-count": {
      passes: rules(rule({}, { countType: "sinceImagePushed", countUnit: "days" })),
      refused: rules(rule({}, { countType: "sinceImagePushed" })),
    },
    "lifecycle-action": { passes: good, refused: rules(rule({ action: { type: "archive" } })) },
    "ref:aws:ecr/lifecyclePolicy:LifecyclePolicy.repository": {
      passes: good,
      refused: (cloud) =>
        new RunThings(cloud).run("lifecycle", { repository: "none", policy: JSON.stringify({ rules: [rule()] }) }),
    },
  });

  it("names a repository by the registry that stands for the cloud's own", async () => {
    const { repositoryUrl } = await simulated({ models: ecr, registry: "127.0.0.1:5000" }).create(RUN.repository, {
      name: "shop",
    });
    expect(repositoryUrl).to.equal("127.0.0.1:5000/shop");
  });

  it("gives another login each time", async () => {
    const cloud = simulated({ models: ecr, lookups: ecrLookups });
    const token = "aws:ecr/getAuthorizationToken:getAuthorizationToken";
    const [one, other] = [await cloud.lookup(token), await cloud.lookup(token)];
    expect(one["userName"]).to.equal("AWS");
    expect(one["password"]).to.not.equal(other["password"]);
    expect(Buffer.from(String(one["authorizationToken"]), "base64").toString()).to.equal(
      `AWS:${String(one["password"])}`,
    );
  });
});
