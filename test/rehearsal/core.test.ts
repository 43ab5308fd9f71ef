import { Provider } from "@pulumi/aws/provider";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { SlipwayError } from "../../automation/errors";
import { RehearsalProject } from "./support/rehearsal-project";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";

describe("simulated clouds under the real engine", function () {
  this.timeout(300_000);
  const wish = { subnet: "10.0.1.0/24", tags: {} as Record<string, string>, secret: "canary-of-a-secret" };
  const project = new RehearsalProject({
    program: async () => {
      const provider = new Provider("own", { region: "eu-central-1", defaultTags: { tags: { team: "shop" } } });
      const vpc = new Vpc("net", { cidrBlock: "10.0.0.0/16", tags: wish.tags }, { provider });
      const secret = new Secret("key", { recoveryWindowInDays: 0 }, { provider });
      new SecretVersion("text", { secretId: secret.id, secretString: pulumi.secret(wish.secret) }, { provider });
      new Vpc("other", { cidrBlock: "10.1.0.0/16", region: "eu-west-1" }, { provider });
      new Subnet("part", { vpcId: vpc.id, cidrBlock: wish.subnet }, { provider });
      return { arn: vpc.arn };
    },
  });

  after(() => {
    project.dispose();
  });

  const failure = async (run: () => Promise<unknown>): Promise<string> => {
    const error = await run().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(SlipwayError);
    return (error as SlipwayError).message;
  };

  it("plan without a call that makes anything", async () => {
    const { changes } = await project.preview();
    expect(changes.map(({ name }) => name).sort()).to.deep.equal(["key", "net", "other", "part", "text"]);
    expect(await project.calls()).to.deep.equal([]);
  });

  it("make what is asked for, in the region and with the tags of its provider", async () => {
    const { outputs } = await project.up();
    expect(outputs["arn"]).to.match(/^arn:aws:ec2:eu-central-1:\d{12}:vpc\/vpc-[0-9a-f]{17}$/);
    const [net, other] = (await project.things(VPC)).sort((one, another) =>
      (one.urn ?? "").localeCompare(another.urn ?? ""),
    );
    expect(net?.outputs["tagsAll"]).to.deep.equal({ team: "shop" });
    expect(other?.outputs["arn"]).to.match(/^arn:aws:ec2:eu-west-1:/);
  });

  it("keep what was secret out of the state", async () => {
    expect(JSON.stringify(await project.state()))
      .to.include("ciphertext")
      .and.not.to.include(wish.secret);
  });

  it("find nothing to do a second time, and what somebody changed in between", async () => {
    expect((await project.preview()).changes).to.deep.equal([]);
    const { world } = await project.rehearsal();
    const [thing] = world.store.all(SUBNET);
    if (thing === undefined) throw new Error("There is no subnet.");
    world.store.change(thing, { outputs: { ...thing.outputs, tags: { team: "someone" } } });
    const { changes } = await project.up();
    expect(changes.map(({ name, operation }) => [name, operation])).to.deep.equal([["part", "update"]]);
    expect((await project.preview()).changes).to.deep.equal([]);
  });

  it("change in place, and replace where the property says so", async () => {
    Object.assign(wish, { subnet: "10.0.2.0/24", tags: { tier: "one" } });
    const { changes } = await project.preview();
    const planned = changes.filter(({ operation }) => operation === "update" || operation === "replace");
    const found = planned.map(({ name, operation, properties }) => [
      name,
      operation,
      ...properties.map(({ path }) => path),
    ]);
    expect(found).to.deep.equal([
      ["net", "update", "tags.tier"],
      ["part", "replace", "cidrBlock"],
    ]);
    await project.up();
    expect((await project.things(SUBNET)).map(({ outputs }) => outputs["cidrBlock"])).to.deep.equal(["10.0.2.0/24"]);
  });

  it("refuse what the cloud refuses, and go on from there", async () => {
    wish.subnet = "10.9.0.0/24";
    expect(await failure(() => project.up())).to.match(/part: creating EC2 Subnet \(part\): InvalidSubnet\.Range: /);
    wish.subnet = "10.0.3.0/24";
    await project.up();
    expect((await project.things(SUBNET)).map(({ outputs }) => outputs["cidrBlock"])).to.deep.equal(["10.0.3.0/24"]);
  });

  it("lose an answer, which leaves something that the state does not know", async () => {
    wish.subnet = "10.0.4.0/24";
    await project.restart({ faults: ["lost:create:Subnet"] });
    expect(await failure(() => project.up())).to.include("the connection was reset");
    const known = (await project.state()).map(({ id }) => id);
    const lost = (await project.things(SUBNET)).filter(({ id }) => !known.includes(id));
    expect(lost.map(({ outputs }) => outputs["cidrBlock"])).to.deep.equal(["10.0.4.0/24"]);
    await project.restart();
    const { world } = await project.rehearsal();
    for (const thing of world.store.all(SUBNET).filter(({ id }) => !known.includes(id))) world.store.remove(thing);
  });

  it("put what timed out into the state, and finish it the next time", async () => {
    await project.restart({ faults: ["timeout:create:Subnet"] });
    expect(await failure(() => project.up())).to.include("timed out while waiting");
    await project.restart();
    await project.up();
    expect((await project.things(SUBNET)).map(({ outputs }) => outputs["cidrBlock"])).to.deep.equal(["10.0.4.0/24"]);
    expect((await project.preview()).changes).to.deep.equal([]);
  });

  it("say how long the rollout takes", async () => {
    const { seconds, path } = await project.prediction();
    expect(seconds).to.be.greaterThan(1);
    expect(path.map(({ name }) => name)).to.include("part");
  });

  it("remove everything", async () => {
    await project.destroy();
    expect(await project.things()).to.deep.equal([]);
    expect(await project.state()).to.deep.equal([]);
  });
});
