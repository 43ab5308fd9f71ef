import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ConfigError, deploy } from "../../components";
import { awsFaults, awsProvider } from "../../components/aws-provider";
import { packageRoot } from "../../components/package-root";
import { AWS_COMPUTED } from "./support/aws-mocks";
import { SHOP } from "./support/ecs";
import { graphText, registeredBy } from "./support/resource-graph";

const CONFIG = {
  "slipway:environment": "prod",
  "aws:region": "eu-central-1",
  "aws:profile": "123456789012",
  "aws:secretKey": "canary-canary",
  "aws:maxRetries": "7",
  "aws:skipCredentialsValidation": "true",
  "aws:assumeRoles": '[{"roleArn":"arn:aws:iam::1:role/deploy","externalId":"canary-canary"}]',
  "aws:endpoints": '[{"ecs":"https://ecs.example.com"}]',
  "aws:defaultTags": '{"tags":{"owner":"web","slipway:app":"theirs"}}',
};
const TAGS = { "slipway:app": "shop" };

async function registered(config: Record<string, string>, environment: NodeJS.ProcessEnv = {}) {
  const all = await registeredBy(() => void awsProvider("aws", config, environment, TAGS), AWS_COMPUTED);
  return { inputs: all[0]?.inputs ?? {}, text: graphText(all, {}) };
}

describe("the AWS provider of a stack", () => {
  it("is made with every key of the config", async () => {
    const { inputs } = await registered(CONFIG);
    // The SDK hands over as JSON what is no text.
    expect(inputs).to.include({
      region: "eu-central-1",
      profile: "123456789012",
      maxRetries: "7",
      skipCredentialsValidation: "true",
      endpoints: '[{"ecs":"https://ecs.example.com"}]',
    });
    expect(inputs).to.include.all.keys(
      ...["region", "profile", "secretKey", "maxRetries", "skipCredentialsValidation"],
      ...["assumeRoles", "endpoints", "defaultTags"],
    );
  });

  it("keeps credentials secret", async () => {
    const { text } = await registered(CONFIG);
    expect(text)
      .to.match(/secretKey: <secret>/)
      .and.to.match(/assumeRoles: <secret>/);
    expect(text).not.to.contain("canary-canary");
  });

  it("adds its tags to those of the config", async () => {
    const tags = async (config: Record<string, string>): Promise<unknown> =>
      JSON.parse((await registered(config)).inputs["defaultTags"] as string);
    expect(await tags(CONFIG)).to.deep.equal({ tags: { owner: "web", "slipway:app": "shop" } });
    expect(await tags({ "aws:region": "eu-central-1" })).to.deep.equal({ tags: TAGS });
  });

  it("has the region of the config, else of the environment, else none and says so", async () => {
    const environment = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" };
    const region = async (config: Record<string, string>, given: NodeJS.ProcessEnv): Promise<unknown> =>
      (await registered(config, given)).inputs["region"];
    expect(await region(CONFIG, environment)).to.equal("eu-central-1");
    expect(await region({}, environment)).to.equal("eu-west-1");
    expect(await region({}, { AWS_DEFAULT_REGION: "eu-west-2" })).to.equal("eu-west-2");
    expect(awsFaults("ecs", CONFIG, {}, "prod")).to.deep.equal([]);
    expect(awsFaults("ecs", {}, environment, "prod")).to.deep.equal([]);
    const [fault, ...more] = awsFaults("ecs", { "aws:region": "" }, { AWS_REGION: "" }, "prod");
    expect(more).to.deep.equal([]);
    expect(fault?.problem).to.match(/^aws:region: missing/);
    expect(fault?.mend).to.contain("Pulumi.prod.yaml");
  });

  it("is asked for before the first resource of any target is made", async () => {
    const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
    Reflect.deleteProperty(process.env, "AWS_REGION");
    Reflect.deleteProperty(process.env, "AWS_DEFAULT_REGION");
    const values = { ...SHOP, targets: ["local", "ecs"] };
    pulumi.runtime.setAllConfig(
      Object.fromEntries(Object.entries(values).map(([key, value]) => [`slipway:${key}`, JSON.stringify(value)])),
    );
    let outcome: Promise<unknown> = Promise.resolve();
    const all = await registeredBy(() => {
      outcome = deploy(packageRoot).catch((error: unknown) => error);
    }, {});
    expect(await outcome)
      .to.be.instanceOf(ConfigError)
      .with.property("message")
      .that.contains("aws:region: missing");
    expect(all).to.deep.equal([]);
    pulumi.runtime.setAllConfig({});
    Object.assign(process.env, AWS_REGION && { AWS_REGION }, AWS_DEFAULT_REGION && { AWS_DEFAULT_REGION });
  });
});
