import { expect } from "chai";
import type { Values } from "../../../providers/rehearsal/model";
import { networkModels } from "../../../providers/rehearsal/aws/net";
import { iam } from "../../../providers/rehearsal/aws/iam";
import { AwsThings, policy, trust, TYPES, type Made } from "../support/aws-things";
import { testRules, type Case, type Step } from "../support/rule-cases";
import { simulated } from "../support/simulated-cloud";

const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const AWS = "arn:aws:iam::aws:policy/";

const role =
  (more: Values): Step =>
  (cloud) =>
    new AwsThings(cloud).role(more);
const profile =
  (more: Values): Step =>
  (cloud) =>
    new AwsThings(cloud).make("profile", more);
const rolePolicy =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { name } = await things.role();
    return things.make("rolePolicy", { role: name, policy: policy(READ), ...more });
  };
const attachment =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { name } = await things.role();
    return things.make("attachment", { role: name, policyArn: `${AWS}AmazonSSMManagedInstanceCore`, ...more });
  };
const sides = (step: (more: Values) => Step, good: Values, bad: Values): Case => ({
  passes: step(good),
  refused: step(bad),
});
const named = (step: (more: Values) => Step, longest: number): Record<"name" | "length" | "prefix", Case> => ({
  name: sides(step, { name: "web+one@eu" }, { name: "web one" }),
  length: sides(step, { name: "n".repeat(longest) }, { name: "n".repeat(longest + 1) }),
  prefix: sides(step, { namePrefix: "web" }, { name: "web", namePrefix: "web" }),
});
const roleNames = named(role, 64);
const policyNames = named(rolePolicy, 128);
const profileNames = named(profile, 128);
const twice =
  (step: Step): Step =>
  async (cloud) => {
    await step(cloud);
    return step(cloud);
  };
const long = (characters: number): string => policy({ ...READ, Resource: `arn:aws:s3:::${"x".repeat(characters)}` });

/** Deletes a role that has something. */
const deleteWith =
  (kind: "attachment" | "rolePolicy", more: Values = {}): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { id, name } = await things.role(more);
    const inputs = kind === "attachment" ? { policyArn: `${AWS}ReadOnlyAccess` } : { policy: policy(READ) };
    await things.make(kind, { role: name, ...inputs });
    return cloud.delete(TYPES.role, id);
  };

const cases: Record<string, Case> = {
  "role-name": roleNames.name,
  "role-name-length": roleNames.length,
  "role-name-or-prefix": roleNames.prefix,
  "role-trust-json": sides(role, {}, { assumeRolePolicy: "{" }),
  "role-description-length": sides(role, { description: "d".repeat(1000) }, { description: "d".repeat(1001) }),
  "role-description": sides(role, { description: "tasks' role" }, { description: "the “web” role" }),
  "role-session": sides(role, { maxSessionDuration: 3600 }, { maxSessionDuration: 600 }),
  "role-path": sides(role, { path: "/blog/" }, { path: "blog" }),
  "role-boundary": sides(
    role,
    { permissionsBoundary: `${AWS}ReadOnlyAccess` },
    { permissionsBoundary: "ReadOnlyAccess" },
  ),
  "role-name-unique": { passes: role({ name: "web" }), refused: twice(role({ name: "web" })) },
  "role-trust-form": sides(role, {}, { assumeRolePolicy: '{"Version":"2012-10-17"}' }),
  "role-trust": sides(
    role,
    { assumeRolePolicy: trust("ecs-tasks.amazonaws.com") },
    { assumeRolePolicy: trust("ecs-task.amazonaws.com") },
  ),
  "role-trust-size": sides(role, {}, { assumeRolePolicy: trust("ec2.amazonaws.com", { Sid: "s".repeat(2048) }) }),
  "role-inline-policies": sides(
    role,
    { inlinePolicies: [{ name: "read", policy: policy(READ) }] },
    { inlinePolicies: [{ name: "read", policy: policy({ ...READ, Resource: undefined }) }] },
  ),
  "role-managed-policies-exist": sides(
    role,
    { managedPolicyArns: [`${AWS}service-role/AmazonECSTaskExecutionRolePolicy`] },
    { managedPolicyArns: [`${AWS}AmazonECSTaskExecutionRolePolicy`] },
  ),
  "role-without-policies": {
    passes: deleteWith("attachment", { forceDetachPolicies: true }),
    refused: deleteWith("attachment"),
  },
  "role-policy-name": policyNames.name,
  "role-policy-name-length": policyNames.length,
  "role-policy-name-or-prefix": policyNames.prefix,
  "role-policy-json": sides(rolePolicy, {}, { policy: "read" }),
  "role-policy-length": sides(rolePolicy, { policy: long(10_000) }, { policy: long(10_241) }),
  "role-policy-role": sides(rolePolicy, {}, { role: "arn:aws:iam::123456789012:role/web" }),
  "role-policy-form": sides(
    rolePolicy,
    { policy: policy({ Sid: "One", ...READ }, { Sid: "Two", ...READ }) },
    { policy: policy({ Sid: "One", ...READ }, { Sid: "One", ...READ }) },
  ),
  "role-policy-statements": sides(rolePolicy, {}, { policy: policy({ ...READ, Principal: "*" }) }),
  "role-policies-size": {
    passes: twoPolicies(5000, 5000),
    refused: twoPolicies(6000, 6000),
  },
  "attachment-policy-arn": sides(attachment, {}, { policyArn: "AmazonSSMManagedInstanceCore" }),
  "attachment-role": sides(attachment, {}, { role: "arn:aws:iam::123456789012:role/web" }),
  "attachment-policy-exists": sides(
    attachment,
    { policyArn: `${AWS}service-role/AmazonEC2ContainerServiceforEC2Role` },
    { policyArn: `${AWS}AmazonEC2ContainerServiceforEC2Role` },
  ),
  "attachment-quota": { passes: attachments(10), refused: attachments(11) },
  "instance-profile-name": profileNames.name,
  "instance-profile-name-length": profileNames.length,
  "instance-profile-name-or-prefix": profileNames.prefix,
  "instance-profile-name-unique": { passes: profile({ name: "web" }), refused: twice(profile({ name: "web" })) },
  "ref:aws:iam/rolePolicy:RolePolicy.role": sides(rolePolicy, {}, { role: "nobody" }),
  "ref:aws:iam/rolePolicyAttachment:RolePolicyAttachment.role": sides(attachment, {}, { role: "nobody" }),
  "ref:aws:iam/rolePolicyAttachment:RolePolicyAttachment.policyArn": sides(
    attachment,
    {},
    { policyArn: "arn:aws:iam::123456789012:policy/none" },
  ),
  "ref:aws:iam/instanceProfile:InstanceProfile.role": {
    passes: async (cloud) => profile({ role: (await new AwsThings(cloud).role())["name"] })(cloud),
    refused: profile({ role: "nobody" }),
  },
};

function twoPolicies(one: number, other: number): Step {
  return async (cloud) => {
    const things = new AwsThings(cloud);
    const { name } = await things.role();
    await things.make("rolePolicy", { role: name, policy: long(one) });
    return things.make("rolePolicy", { role: name, policy: long(other) });
  };
}

function attachments(count: number): Step {
  const names = ["AmazonECS_FullAccess", "AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryReadOnly"];
  const more = ["AmazonS3ReadOnlyAccess", "AmazonSQSFullAccess", "AmazonSSMManagedInstanceCore", "AdministratorAccess"];
  const last = [
    "AWSXRayDaemonWriteAccess",
    "CloudWatchAgentServerPolicy",
    "ReadOnlyAccess",
    "AWSElasticBeanstalkWebTier",
  ];
  return async (cloud) => {
    const things = new AwsThings(cloud);
    const { name } = await things.role();
    for (const each of [...names, ...more, ...last].slice(0, count)) {
      await things.make("attachment", { role: name, policyArn: AWS + each });
    }
  };
}

describe("simulated IAM", () => {
  testRules(iam, networkModels, cases);

  const refusedPolicies: Record<string, [string, string]> = {
    "no resource": [policy({ Effect: "Allow", Action: "s3:GetObject" }), "must contain resources"],
    "no action": [policy({ Effect: "Allow", Resource: "*" }), "must contain actions"],
    "an action without its service": [policy({ ...READ, Action: "GetObject" }), "prefaced by a vendor"],
    "a resource that is no ARN": [policy({ ...READ, Resource: "bucket" }), "ARN format"],
    "a statement id with a hyphen": [policy({ ...READ, Sid: "read-all" }), "alpha-numeric"],
    "another effect": [policy({ ...READ, Effect: "allow" }), "Syntax errors"],
    "an unknown version": [JSON.stringify({ Version: "2024-01-01", Statement: [READ] }), "valid version"],
  };
  for (const [words, [text, message]] of Object.entries(refusedPolicies)) {
    it(`a policy with ${words} is malformed`, async () => {
      const cloud = simulated({ models: networkModels });
      const refusal = await cloud.refusal(() => rolePolicy({ policy: text })(cloud));
      expect(refusal).to.include({ code: "MalformedPolicyDocument" });
      expect(refusal.message).to.include(message);
    });
  }

  const refusedTrusts: Record<string, [string, string]> = {
    "a resource": [trust("ec2.amazonaws.com", { Resource: "*" }), "prohibited field Resource"],
    "no principal": [policy({ Effect: "Allow", Action: "sts:AssumeRole" }), "Principal"],
    "another action": [trust("ec2.amazonaws.com", { Action: "s3:GetObject" }), "STS AssumeRole"],
    "a role that is not there": [
      policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::123456789012:role/none" } }),
      "Invalid principal",
    ],
  };
  for (const [words, [text, message]] of Object.entries(refusedTrusts)) {
    it(`a trust policy with ${words} is malformed`, async () => {
      const cloud = simulated({ models: networkModels });
      const refusal = await cloud.refusal(() => new AwsThings(cloud).role({ assumeRolePolicy: text }));
      expect(refusal).to.include({ code: "MalformedPolicyDocument", rule: "role-trust" });
      expect(refusal.message).to.include(message);
    });
  }

  it("names and ARNs have IAM's form", async () => {
    const cloud = simulated({ models: networkModels });
    const made = await new AwsThings(cloud).role({ path: "/blog/" });
    expect(made.id).to.match(/^thing1-[0-9a-f]{7}$/);
    expect(made["arn"]).to.equal(`arn:aws:iam::123456789012:role/blog/${made.id}`);
    expect(made["uniqueId"]).to.match(/^AROA[A-Z2-7]{17}$/);
  });

  it("a role that goes leaves its instance profiles", async () => {
    const cloud = simulated({ models: networkModels });
    const things = new AwsThings(cloud);
    const made: Made = await things.role();
    const held = await things.make("profile", { role: made["name"] });
    await cloud.delete(TYPES.role, made.id);
    expect(cloud.thing(TYPES.profile, held.id).outputs["role"]).to.equal("");
  });

  it("another name replaces a role, another description does not", () => {
    const cloud = simulated({ models: networkModels });
    const replaced = (news: Values): boolean[] =>
      cloud.diff(TYPES.role, { name: "web" }, { name: "web", ...news }).changes.map(({ replaces }) => replaces);
    expect(replaced({ name: "worker" })).to.deep.equal([true]);
    expect(replaced({ description: "of the web tasks" })).to.deep.equal([false]);
  });
});
