import { expect } from "chai";
import { elasticbeanstalk, elasticbeanstalkLookups } from "../../../providers/rehearsal/aws/elasticbeanstalk";
import { lb } from "../../../providers/rehearsal/aws/lb";
import { networkModels } from "../../../providers/rehearsal/aws/net";
import { s3 } from "../../../providers/rehearsal/aws/s3";
import { sqs } from "../../../providers/rehearsal/aws/sqs";
import type { Values } from "../../../providers/rehearsal/model";
import {
  BALANCED,
  BASE,
  ENVIRONMENT,
  IN_VPC,
  RIGHT,
  SINGLE,
  STACK,
  application,
  release,
  settings,
  things,
} from "../support/beanstalk-things";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

const models = [...s3, ...elasticbeanstalk];
const GROUP = "aws:autoscaling/group:Group";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";

/** A cloud with an application, in which more types than Elastic Beanstalk's are there. */
async function account(): Promise<SimulatedCloud> {
  const all = [...networkModels, ...lb, ...sqs, ...models];
  const cloud = simulated({ models: all, lookups: elasticbeanstalkLookups });
  for (const thing of things) cloud.open.world.store.add(structuredClone(thing), "cloud");
  await application(cloud);
  return cloud;
}

describe("a simulated environment of Elastic Beanstalk", () => {
  it("is one machine with an address, or machines behind a load balancer", async () => {
    const cloud = await account();
    const single = await cloud.create(ENVIRONMENT, BASE);
    expect(single.id).to.match(/^e-[a-z0-9]{10}$/);
    expect(single["cname"]).to.match(/^blog-web\.eba-[a-z0-9]{8}\.us-east-1\.elasticbeanstalk\.com$/);
    expect(single["endpointUrl"]).to.match(/^\d+(\.\d+){3}$/);
    expect(single["loadBalancers"]).to.deep.equal([]);
    expect(single["platformArn"]).to.contain("platform/Python 3.13 running on 64bit Amazon Linux 2023/4.9.2");
    const balanced = await cloud.create(ENVIRONMENT, {
      ...BASE,
      ...settings(BALANCED, IN_VPC),
      name: "blog-prod",
      cnamePrefix: "blog",
    });
    expect(balanced).to.include({ cname: "blog.us-east-1.elasticbeanstalk.com", cnamePrefix: "blog" });
    const [arn] = balanced["loadBalancers"] as string[];
    expect(cloud.thing(BALANCER, String(arn)).outputs["dnsName"]).to.equal(balanced["endpointUrl"]);
    expect(cloud.thing(GROUP, String((balanced["autoscalingGroups"] as string[])[0])).outputs["minSize"]).to.equal(1);
  });

  it("changes its load balancer with its kind, and takes all along when it goes", async () => {
    const cloud = await account();
    const { id } = await cloud.create(ENVIRONMENT, BASE);
    const balanced = await cloud.update(ENVIRONMENT, id, { ...BASE, ...settings(BALANCED, IN_VPC) });
    expect(balanced["loadBalancers"]).to.have.length(1);
    expect([cloud.all(BALANCER).length, cloud.all(GROUP).length]).to.deep.equal([1, 1]);
    const held = await cloud.refusal(() => cloud.delete("aws:ec2/subnet:Subnet", "subnet-1a"));
    expect(held.code).to.equal("DependencyViolation");
    await cloud.delete(ENVIRONMENT, id);
    expect([cloud.all(BALANCER).length, cloud.all(GROUP).length]).to.deep.equal([0, 0]);
  });

  it("refuses what its settings name and is not there", async () => {
    const cloud = await account();
    const inputs = { ...BASE, ...settings(SINGLE, IN_VPC, { "aws:ec2:vpc/Subnets": "subnet-1a,subnet-9z" }) };
    expect(await cloud.refusal(() => cloud.create(ENVIRONMENT, inputs))).to.include({
      code: "ConfigurationValidationException",
      rule: `ref:${ENVIRONMENT}.settings[aws:ec2:vpc/Subnets]`,
    });
  });

  it("takes other lists and JSON of the same meaning for no change, in any order", () => {
    const cloud = simulated({ models });
    const one = (value: string, more: Values = {}): Values => ({
      settings: [
        { namespace: "aws:ec2:vpc", name: "Subnets", value, ...more },
        { namespace: "a", name: "ConfigDocument", value: '{"a": 1}' },
      ],
    });
    const other: Values = {
      settings: [
        { namespace: "a", name: "ConfigDocument", value: '{ "a":1 }' },
        { namespace: "aws:ec2:vpc", name: "Subnets", value: "subnet-1b,subnet-1a" },
      ],
    };
    expect(cloud.diff(ENVIRONMENT, one("subnet-1a,subnet-1b", { resource: "x" }), other).changes).to.deep.equal([]);
    expect(cloud.diff(ENVIRONMENT, one("subnet-1a"), other).changes.map(({ path: where }) => where)).to.deep.equal([
      "settings",
    ]);
  });

  it("never settles with a setting that has no value", async () => {
    const cloud = await account();
    const empty = { namespace: "aws:elasticbeanstalk:application:environment", name: "DEBUG", value: "" };
    const all = [...(settings(SINGLE)["settings"] as Values[]), empty];
    const made = await cloud.create(ENVIRONMENT, { ...BASE, settings: all });
    expect(made["settings"]).to.have.length(all.length - 1);
    const asked = cloud.thing(ENVIRONMENT, made.id);
    expect(cloud.open.simulations[0]?.inputsNow(asked, asked.inputs)["settings"]).not.to.deep.equal(all);
  });

  it("says of every option what it is", async () => {
    const made = await (await account()).create(ENVIRONMENT, BASE);
    const all = made["allSettings"] as { name: string; value: string }[];
    expect(all.find(({ name }) => name === "DeploymentPolicy")?.value).to.equal("AllAtOnce");
    expect(all.find(({ name }) => name === "RootVolumeType")?.value).to.equal("gp3");
    expect(all.some(({ name }) => name === "CrossZone")).to.equal(false);
  });

  it("is gone after a launch that failed, and stays after a deployment that failed", async () => {
    const cloud = await account();
    const without = settings(SINGLE, { "aws:autoscaling:launchconfiguration/IamInstanceProfile": "gone" });
    await cloud.refusal(() => cloud.create(ENVIRONMENT, { ...BASE, ...without }));
    expect([cloud.all(ENVIRONMENT).length, cloud.all(GROUP).length]).to.deep.equal([0, 0]);
    const broken = await release(cloud, { "readme.txt": "" });
    await cloud.refusal(() => cloud.create(ENVIRONMENT, { ...BASE, ...broken }));
    expect(cloud.all(ENVIRONMENT)).to.have.length(1);
  });

  it("goes back to what it was when an update fails", async () => {
    const cloud = await account();
    const right = await release(cloud, RIGHT, "1");
    const broken = await release(cloud, { "readme.txt": "" }, "2");
    const { id } = await cloud.create(ENVIRONMENT, { ...BASE, ...right });
    const refusal = await cloud.refusal(() => cloud.update(ENVIRONMENT, id, { ...BASE, ...broken }));
    expect(refusal.message).to.contain("rolled back");
    expect(cloud.thing(ENVIRONMENT, id).outputs["version"]).to.equal("1");
  });

  it("of the worker tier has a queue of its own, and no address", async () => {
    const cloud = await account();
    const daemon = { "aws:autoscaling:launchconfiguration/IamInstanceProfile": "daemon" };
    const made = await cloud.create(ENVIRONMENT, { ...BASE, tier: "Worker", ...settings(SINGLE, daemon) });
    expect(made).to.include({ cname: "", endpointUrl: "" });
    const [url] = made["queues"] as string[];
    expect(url).to.match(/AWSEBWorkerQueue-[A-Z0-9]{12}$/);
    await cloud.delete(ENVIRONMENT, made.id);
    expect(cloud.all("aws:sqs/queue:Queue").map(({ id }) => id)).not.to.include(url);
  });

  it("takes as long as its kind and its deployment policy", () => {
    const model = elasticbeanstalk.find(({ type }) => type === ENVIRONMENT);
    const seconds = (step: "create" | "update", inputs: Values): number => {
      const given = model?.seconds[step];
      return typeof given === "function" ? given(inputs) : (given ?? 0);
    };
    expect(seconds("create", BASE)).to.be.lessThan(seconds("create", settings(BALANCED)));
    const policy = (name: string): Values =>
      settings(BALANCED, { "aws:elasticbeanstalk:command/DeploymentPolicy": name });
    const updates = ["AllAtOnce", "Rolling", "Immutable", "TrafficSplitting"].map((name) =>
      seconds("update", policy(name)),
    );
    expect([...updates].sort((a, b) => a - b)).to.deep.equal(updates);
  });
});

describe("what is read of Elastic Beanstalk", () => {
  const SOLUTION = "aws:elasticbeanstalk/getSolutionStack:getSolutionStack";

  it("is the newest solution stack that fits, or a refusal", async () => {
    const cloud = await account();
    const nameRegex = "^64bit Amazon Linux 2023 v[0-9.]+ running Python 3.13$";
    expect(await cloud.lookup(SOLUTION, { nameRegex, mostRecent: true })).to.include({ id: STACK, name: STACK });
    expect((await cloud.refusal(() => cloud.lookup(SOLUTION, { nameRegex: "Python" }))).message).to.contain(
      "more than one",
    );
    expect((await cloud.refusal(() => cloud.lookup(SOLUTION, { nameRegex: "Perl" }))).message).to.contain("no results");
  });

  it("is the hosted zone of a region", async () => {
    const token = "aws:elasticbeanstalk/getHostedZone:getHostedZone";
    expect(await (await account()).lookup(token)).to.include({ id: "Z117KPS5GTRQ2G" });
    const refusal = await (
      await account()
    ).refusal(async () => (await account()).lookup(token, { region: "xx-east-1" }));
    expect(refusal.message).to.contain("unsupported");
  });
});
