import { expect } from "chai";
import { images } from "../../../providers/rehearsal/aws/account/images";
import { instanceType, isOffered } from "../../../providers/rehearsal/aws/ec2/instance-types";
import { efs } from "../../../providers/rehearsal/aws/efs";
import { iam } from "../../../providers/rehearsal/aws/iam";
import { networkModels } from "../../../providers/rehearsal/aws/net";
import type { Values } from "../../../providers/rehearsal/model";
import { AwsThings, FIREWALL_TYPES, NETWORK_TYPES, TYPES } from "../support/aws-things";
import { testRules, type Case, type Step } from "../support/rule-cases";
import { simulated } from "../support/simulated-cloud";

/** Whatever no other table has. */
const elsewhere = [...NETWORK_TYPES, ...FIREWALL_TYPES, ...iam.map(({ type }) => type), ...efs.map(({ type }) => type)];
const models = networkModels.filter(({ type }) => !elsewhere.includes(type));
const arm = images("us-east-1").find(({ architecture }) => architecture === "arm64")?.id ?? "";

const sides = (step: (more: Values) => Step, good: Values, bad: Values): Case => ({
  passes: step(good),
  refused: step(bad),
});
const template =
  (more: Values): Step =>
  (cloud) =>
    new AwsThings(cloud).make("template", more);
/** An auto scaling group in one subnet. */
const group =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    return things.machines(await things.lone(), {}, more);
  };
/** An auto scaling group whose launch template is of this form. */
const launch =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    return things.machines(await things.lone(), more);
  };
const inZone =
  (zone: string, more: Values = {}): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    return things.machines(await things.lone(zone), {}, { minSize: 1, ...more });
  };
const twice =
  (step: Step): Step =>
  async (cloud) => {
    await step(cloud);
    return step(cloud);
  };
const inVpcs =
  (count: 1 | 2): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const one = await things.vpc();
    const other = count === 1 ? one : await things.vpc();
    const [first, second] = [await things.subnet(one), await things.subnet(other, "b")];
    return things.machines(first, {}, { vpcZoneIdentifiers: [first.id, second.id] });
  };
const guarded =
  (same: boolean): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const vpc = await things.vpc();
    const guard = await things.group(same ? vpc : await things.vpc());
    return things.machines(await things.subnet(vpc), { vpcSecurityGroupIds: [guard.id] });
  };
const keyed =
  (keyName: string): Step =>
  (cloud) => {
    cloud.open.world.store.add(
      { type: "aws:ec2/keyPair:KeyPair", id: "ops", inputs: {}, outputs: { keyName: "ops" } },
      "given",
    );
    return launch({ keyName })(cloud);
  };
const profiled =
  (name?: string): Step =>
  async (cloud) => {
    const made = await new AwsThings(cloud).make("profile");
    return launch({ iamInstanceProfile: { name: name ?? made["name"] } })(cloud);
  };
const deleted =
  (more: Values): Step =>
  async (cloud) => {
    const made = (await inZone("a", more)(cloud)) as { id: string };
    return cloud.delete(TYPES.asg, made.id);
  };
const deleteSubnet =
  (first: boolean): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const subnet = await things.lone();
    const { id } = await things.machines(subnet);
    if (first) await cloud.delete(TYPES.asg, id);
    return cloud.delete(TYPES.subnet, subnet.id);
  };

const cases: Record<string, Case> = {
  "launch-template-name": sides(template, { name: "web(1)" }, { name: "my web" }),
  "launch-template-name-or-prefix": sides(template, { namePrefix: "web" }, { name: "web", namePrefix: "web" }),
  "launch-template-description": sides(template, {}, { description: "d".repeat(256) }),
  "launch-template-default-version": sides(
    template,
    { updateDefaultVersion: true },
    { updateDefaultVersion: true, defaultVersion: 1 },
  ),
  "launch-template-groups": sides(
    template,
    { vpcSecurityGroupIds: ["sg-1"] },
    { vpcSecurityGroupIds: ["sg-1"], securityGroupNames: ["web"] },
  ),
  "launch-template-profile": sides(
    template,
    { iamInstanceProfile: { name: "web" } },
    { iamInstanceProfile: { name: "web", arn: "arn:aws:iam::123456789012:instance-profile/web" } },
  ),
  "launch-template-tokens": sides(
    template,
    { metadataOptions: { httpTokens: "required" } },
    { metadataOptions: { httpTokens: "v2" } },
  ),
  "launch-template-endpoint": sides(
    template,
    { metadataOptions: { httpEndpoint: "enabled" } },
    { metadataOptions: { httpEndpoint: "on" } },
  ),
  "launch-template-hops": sides(
    template,
    { metadataOptions: { httpPutResponseHopLimit: 2 } },
    { metadataOptions: { httpPutResponseHopLimit: 0 } },
  ),
  "launch-template-volume-type": sides(
    template,
    { blockDeviceMappings: [{ ebs: { volumeType: "gp3" } }] },
    { blockDeviceMappings: [{ ebs: { volumeType: "ssd" } }] },
  ),
  "launch-template-image-form": sides(template, { imageId: arm }, { imageId: "al2023" }),
  "launch-template-user-data": sides(
    template,
    { userData: Buffer.from("#!/bin/sh\n").toString("base64") },
    { userData: "#!/bin/sh\n" },
  ),
  "launch-template-user-data-size": sides(
    template,
    { userData: Buffer.alloc(16384).toString("base64") },
    { userData: Buffer.alloc(16385).toString("base64") },
  ),
  "launch-template-groups-or-interfaces": sides(
    template,
    { networkInterfaces: [{ securityGroups: ["sg-1"] }] },
    { networkInterfaces: [{ securityGroups: ["sg-1"] }], vpcSecurityGroupIds: ["sg-1"] },
  ),
  "launch-template-name-unique": { passes: template({ name: "web" }), refused: twice(template({ name: "web" })) },
  "asg-one-source": sides(group, {}, { launchConfiguration: "web" }),
  "asg-zones-or-subnets": sides(group, {}, { availabilityZones: ["us-east-1a"] }),
  "asg-template-id-or-name": sides(group, {}, { launchTemplate: { id: "lt-1", name: "web" } }),
  "asg-name": sides(group, { name: "n".repeat(255) }, { name: "n".repeat(256) }),
  "asg-healthy-percentage": sides(
    group,
    { instanceRefresh: { strategy: "Rolling", preferences: { minHealthyPercentage: 50 } } },
    { instanceRefresh: { strategy: "Rolling", preferences: { minHealthyPercentage: 120 } } },
  ),
  "asg-metrics-granularity": sides(group, { metricsGranularity: "1Minute" }, { metricsGranularity: "5Minutes" }),
  "asg-tags-propagate": sides(
    group,
    { tags: [{ key: "stack", value: "prod", propagateAtLaunch: true }] },
    { tags: [{ key: "stack", value: "prod" }] },
  ),
  "asg-sizes": sides(
    group,
    { minSize: 1, desiredCapacity: 1, maxSize: 2 },
    { minSize: 1, desiredCapacity: 3, maxSize: 2 },
  ),
  "asg-lifetime": sides(group, { maxInstanceLifetime: 604_800 }, { maxInstanceLifetime: 3600 }),
  "asg-has-zones": sides(group, {}, { vpcZoneIdentifiers: [] }),
  "asg-zone": sides(
    group,
    { vpcZoneIdentifiers: undefined, availabilityZones: ["us-east-1a"] },
    { vpcZoneIdentifiers: undefined, availabilityZones: ["us-east-1z"] },
  ),
  "asg-subnets-in-one-vpc": { passes: inVpcs(1), refused: inVpcs(2) },
  "asg-name-unique": { passes: group({ name: "web" }), refused: twice(group({ name: "web" })) },
  "asg-template-version": { passes: version("1"), refused: version("2") },
  "asg-template-image": sides(launch, {}, { imageId: "ami-00000000000000000" }),
  "asg-template-instance-type": sides(launch, { instanceType: "m7i.large" }, { instanceType: "t3.mediun" }),
  "asg-template-architecture": sides(
    launch,
    { instanceType: "t4g.small", imageId: arm },
    { instanceType: "t4g.small" },
  ),
  "asg-template-key-pair": { passes: keyed("ops"), refused: keyed("dev") },
  "asg-template-profile": { passes: profiled(), refused: profiled("none") },
  "asg-template-groups": { passes: guarded(true), refused: guarded(false) },
  "asg-launches": { passes: inZone("a"), refused: inZone("e") },
  "asg-can-drain": { passes: deleted({}), refused: deleted({ suspendedProcesses: ["Terminate"] }) },
  [`ref:${TYPES.asg}.vpcZoneIdentifiers`]: { passes: deleteSubnet(true), refused: deleteSubnet(false) },
  [`ref:${TYPES.asg}.launchTemplate.id`]: sides(group, {}, { launchTemplate: { id: "lt-00000000000000000" } }),
};

function version(number: string): Step {
  return async (cloud) => {
    const things = new AwsThings(cloud);
    const subnet = await things.lone();
    const { id } = await things.make("template", { imageId: images("us-east-1")[0]?.id, instanceType: "t3.small" });
    return things.machines(subnet, {}, { launchTemplate: { id, version: number } });
  };
}

describe("simulated machines", () => {
  testRules(models, networkModels, cases);

  it("a changed launch template has another version, a changed tag makes none", async () => {
    const cloud = simulated({ models: networkModels });
    const made = await new AwsThings(cloud).make("template", { instanceType: "t3.small" });
    expect(made).to.include({ latestVersion: 1, defaultVersion: 1 });
    const tagged = await cloud.update(TYPES.template, made.id, { instanceType: "t3.small", tags: { stack: "prod" } });
    expect(tagged["latestVersion"]).to.equal(1);
    const changed = await cloud.update(TYPES.template, made.id, { instanceType: "t3.large" });
    expect(changed).to.include({ latestVersion: 2, defaultVersion: 1 });
    const moved = await cloud.update(TYPES.template, made.id, { instanceType: "t3.nano", updateDefaultVersion: true });
    expect(moved).to.include({ latestVersion: 3, defaultVersion: 3 });
  });

  it("instances that are protected from scale-in do not hold a group: the provider unprotects them", async () => {
    await deleted({ protectFromScaleIn: true })(simulated({ models: networkModels }));
  });

  it("a group knows its zones and its launch template by id and name", async () => {
    const cloud = simulated({ models: networkModels });
    const made = (await inZone("b")(cloud)) as Values;
    const used = cloud.all(TYPES.template)[0];
    expect(made["availabilityZones"]).to.deep.equal(["us-east-1b"]);
    expect(made["launchTemplate"]).to.deep.equal({ id: used?.id, name: used?.outputs["name"], version: "$Latest" });
    expect(made["desiredCapacity"]).to.equal(1);
    expect(made["arn"]).to.match(
      /^arn:aws:autoscaling:us-east-1:\d{12}:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/thing\d+-/,
    );
  });

  it("knows instance types by architecture, processors and memory", () => {
    expect(instanceType("t3.medium")).to.deep.equal({ architecture: "x86_64", cpus: 2, memory: 4 });
    expect(instanceType("c7g.xlarge")).to.deep.equal({ architecture: "arm64", cpus: 4, memory: 8 });
    expect(instanceType("r6i.large")).to.deep.equal({ architecture: "x86_64", cpus: 2, memory: 16 });
    for (const name of ["t3.16xlarge", "m6i.medium", "x9.large", "t3", ""])
      expect(instanceType(name), name).to.equal(undefined);
    expect([isOffered("t3.small", "us-east-1e"), isOffered("t2.small", "us-east-1e")]).to.deep.equal([false, true]);
  });
});
