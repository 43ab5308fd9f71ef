import { expect } from "chai";
import { secretsmanager } from "../../../providers/rehearsal/aws/secretsmanager";
import { testRules } from "../support/rule-table";
import { simulated } from "../support/simulated-cloud";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const models = secretsmanager;

testRules(
  {
    [SECRET]: {
      base: { name: "blog/url" },
      rules: {
        "secret-name": { accepted: { name: "a/b_c+d=e.f@g-h" }, refused: { name: "blog url" } },
        "secret-recovery-days": { accepted: { recoveryWindowInDays: 0 }, refused: { recoveryWindowInDays: 6 } },
        "secret-policy-json": { accepted: { policy: "{}" }, refused: { policy: "{" } },
        "secret-name-scheduled": {
          given: async (cloud) => {
            for (const [name, recoveryWindowInDays] of [
              ["kept", 7],
              ["gone", 0],
            ] as const) {
              const { id } = await cloud.create(SECRET, { name, recoveryWindowInDays });
              await cloud.delete(SECRET, id);
            }
          },
          accepted: { name: "gone" },
          refused: { name: "kept" },
        },
        "secret-name-taken": {
          given: (cloud) => cloud.create(SECRET, { name: "taken" }),
          accepted: {},
          refused: { name: "taken" },
        },
        "secret-description": {
          accepted: { description: "x".repeat(2048) },
          refused: { description: "x".repeat(2049) },
        },
      },
    },
    [VERSION]: {
      base: {},
      rules: {
        "secret-text-or-bytes": {
          accepted: async (cloud) => ({ secretId: (await cloud.create(SECRET, {})).id, secretString: "text" }),
          refused: async (cloud) => ({
            secretId: (await cloud.create(SECRET, {})).id,
            secretString: "text",
            secretBinary: "dGV4dA==",
          }),
        },
        "secret-bytes": {
          accepted: async (cloud) => ({ secretId: (await cloud.create(SECRET, {})).id, secretBinary: "dGV4dA==" }),
          refused: async (cloud) => ({ secretId: (await cloud.create(SECRET, {})).id, secretBinary: "te xt!" }),
        },
        "secret-text-size": {
          accepted: async (cloud) => ({
            secretId: (await cloud.create(SECRET, {})).id,
            secretString: "x".repeat(65536),
          }),
          // Bytes count, not characters.
          refused: async (cloud) => ({
            secretId: (await cloud.create(SECRET, {})).id,
            secretString: "ü".repeat(32769),
          }),
        },
      },
    },
  },
  { models },
);

describe("a simulated secret", () => {
  it("has an ARN with a random end, another one each time it is made", async () => {
    const cloud = simulated({ models });
    const inputs = { name: "blog/url", recoveryWindowInDays: 0 };
    const first = await cloud.create(SECRET, inputs);
    expect(first["arn"]).to.match(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:blog\/url-[A-Za-z0-9]{6}$/);
    await cloud.delete(SECRET, first.id);
    expect((await cloud.create(SECRET, inputs)).id).to.not.equal(first.id);
  });

  it("has a name of its own where a prefix is given", async () => {
    const made = await simulated({ models }).create(SECRET, { namePrefix: "blog-" });
    expect(made["name"]).to.match(/^blog-\w+$/);
  });

  it("has versions, which need it", async () => {
    const cloud = simulated({ models });
    const { id } = await cloud.create(SECRET, { name: "key" });
    const version = await cloud.create(VERSION, { secretId: id, secretString: "s3cr3t" });
    expect(version.id).to.equal(`${id}|${String(version["versionId"])}`);
    expect(version).to.include({ arn: id, secretString: "s3cr3t" });
    expect(version["versionStages"]).to.deep.equal(["AWSCURRENT"]);
    await cloud.delete(SECRET, id);
    const refusal = await cloud.refusal(() => cloud.create(VERSION, { secretId: id, secretString: "more" }));
    expect(refusal).to.include({ code: "ResourceNotFoundException", rule: `ref:${VERSION}.secretId` });
  });

  it("says of a text what is wrong, not what it is", async () => {
    const cloud = simulated({ models });
    const { id } = await cloud.create(SECRET, {});
    const secretString = "canary".repeat(20000);
    const refusal = await cloud.refusal(() => cloud.create(VERSION, { secretId: id, secretString }));
    expect(refusal.message).to.not.contain("canary");
  });
});
