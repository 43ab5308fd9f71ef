import { expect } from "chai";
import { efs } from "../../../providers/rehearsal/aws/efs";
import { networkModels } from "../../../providers/rehearsal/aws/net";
import type { Values } from "../../../providers/rehearsal/model";
import { AwsThings, TYPES } from "../support/aws-things";
import { testRules, type Case, type Step } from "../support/rule-cases";
import { simulated } from "../support/simulated-cloud";

const KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0e0d0c-0b0a-0908-0706-050403020100";

const system =
  (more: Values): Step =>
  (cloud) =>
    new AwsThings(cloud).make("fileSystem", more);
const target =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { id: subnetId } = await things.lone();
    const { id: fileSystemId } = await things.make("fileSystem");
    return things.make("mountTarget", { fileSystemId, subnetId, ...more });
  };
const point =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { id: fileSystemId } = await things.make("fileSystem");
    return things.make("accessPoint", { fileSystemId, ...more });
  };
const owned = (more: Values = {}): Values => ({
  creationInfo: { ownerUid: 999, ownerGid: 999, permissions: "0750", ...more },
});
const folder = (path: string, more: Values = {}): Values => ({ rootDirectory: { path, ...owned(more) } });
const sides = (step: (more: Values) => Step, good: Values, bad: Values): Case => ({
  passes: step(good),
  refused: step(bad),
});
const lifecycle = (policy: Values): Values => ({ lifecyclePolicies: [policy] });

/** Mount targets of one file system in two subnets. */
const two =
  (other: "same-zone" | "other-zone" | "other-vpc", only?: string): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const vpc = await things.vpc();
    const { id: fileSystemId } = await things.make(
      "fileSystem",
      only === undefined ? {} : { availabilityZoneName: only },
    );
    const second = other === "other-vpc" ? await things.vpc({ cidrBlock: "10.0.0.0/16" }) : vpc;
    const subnets = [await things.subnet(vpc, "a"), await things.subnet(second, other === "same-zone" ? "a" : "b")];
    for (const { id } of subnets) await things.make("mountTarget", { fileSystemId, subnetId: id });
  };

/** A mount target with security groups of its VPC, or of another. */
const groups =
  (count: number, elsewhere = false): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const vpc = await things.vpc();
    const home = elsewhere ? await things.vpc({ cidrBlock: "10.1.0.0/16" }) : vpc;
    const { id: subnetId } = await things.subnet(vpc);
    const { id: fileSystemId } = await things.make("fileSystem");
    const securityGroups: string[] = [];
    for (let made = 0; made < count; made += 1) securityGroups.push((await things.group(home)).id);
    return things.make("mountTarget", { fileSystemId, subnetId, securityGroups });
  };

/** A one-zone file system with a mount target in a zone. */
const inZone =
  (zone: string): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { id: subnetId } = await things.lone(zone);
    const { id: fileSystemId } = await things.make("fileSystem", { availabilityZoneName: "us-east-1a" });
    return things.make("mountTarget", { fileSystemId, subnetId });
  };

/** Deletes what a mount target is in or of. */
const deleteBelow =
  (kind: "fileSystem" | "subnet" | "group", first: boolean): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const vpc = await things.vpc();
    const made = {
      fileSystem: await things.make("fileSystem"),
      subnet: await things.subnet(vpc),
      group: await things.group(vpc),
    };
    const mount = await things.make("mountTarget", {
      fileSystemId: made.fileSystem.id,
      subnetId: made.subnet.id,
      securityGroups: [made.group.id],
    });
    if (first) await cloud.delete(TYPES.mountTarget, mount.id);
    return cloud.delete(TYPES[kind], made[kind].id);
  };
const held = (kind: "fileSystem" | "subnet" | "group"): Case => ({
  passes: deleteBelow(kind, true),
  refused: deleteBelow(kind, false),
});
const REF = `ref:${TYPES.mountTarget}`;

const cases: Record<string, Case> = {
  "file-system-token": sides(system, { creationToken: "t".repeat(64) }, { creationToken: "t".repeat(65) }),
  "file-system-lifecycle-count": sides(
    system,
    {},
    { lifecyclePolicies: Array.from({ length: 4 }, () => ({ transitionToIa: "AFTER_7_DAYS" })) },
  ),
  "file-system-archive": sides(
    system,
    lifecycle({ transitionToArchive: "AFTER_90_DAYS" }),
    lifecycle({ transitionToArchive: "90" }),
  ),
  "file-system-infrequent": sides(
    system,
    lifecycle({ transitionToIa: "AFTER_1_DAY" }),
    lifecycle({ transitionToIa: "AFTER_10_DAYS" }),
  ),
  "file-system-back": sides(
    system,
    lifecycle({ transitionToPrimaryStorageClass: "AFTER_1_ACCESS" }),
    lifecycle({ transitionToPrimaryStorageClass: "AFTER_1_DAY" }),
  ),
  "file-system-throughput-mode": sides(system, { throughputMode: "elastic" }, { throughputMode: "fast" }),
  "file-system-performance-mode": sides(system, { performanceMode: "maxIO" }, { performanceMode: "max" }),
  "file-system-protection": sides(
    system,
    { protection: { replicationOverwrite: "DISABLED" } },
    { protection: { replicationOverwrite: "OFF" } },
  ),
  "file-system-key": sides(system, {}, { encrypted: true, kmsKeyId: "alias/files" }),
  "file-system-key-needs-encryption": { passes: withKey({ encrypted: true }), refused: withKey({}) },
  "file-system-throughput": sides(
    system,
    { throughputMode: "provisioned", provisionedThroughputInMibps: 100 },
    { throughputMode: "provisioned", provisionedThroughputInMibps: 5000 },
  ),
  "file-system-provisioned-throughput": sides(system, {}, { throughputMode: "provisioned" }),
  "file-system-elastic-performance": sides(
    system,
    { throughputMode: "elastic", performanceMode: "generalPurpose" },
    { throughputMode: "elastic", performanceMode: "maxIO" },
  ),
  "file-system-one-transition": sides(
    system,
    { lifecyclePolicies: [{ transitionToIa: "AFTER_7_DAYS" }, { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" }] },
    lifecycle({ transitionToIa: "AFTER_7_DAYS", transitionToPrimaryStorageClass: "AFTER_1_ACCESS" }),
  ),
  "file-system-zone": sides(system, { availabilityZoneName: "us-east-1a" }, { availabilityZoneName: "eu-west-1a" }),
  "file-system-token-unique": {
    passes: system({ creationToken: "files" }),
    refused: async (cloud) => {
      await system({ creationToken: "files" })(cloud);
      return system({ creationToken: "files" })(cloud);
    },
  },
  "mount-target-address": sides(target, { ipAddress: "10.0.1.9" }, { ipAddress: "ten" }),
  "mount-target-address-type": sides(target, { ipAddressType: "IPV4_ONLY" }, { ipAddressType: "IPV4" }),
  "mount-target-one-per-zone": { passes: two("other-zone"), refused: two("same-zone") },
  "mount-target-one-vpc": { passes: two("other-zone"), refused: two("other-vpc") },
  "mount-target-groups-quota": { passes: groups(5), refused: groups(6) },
  "mount-target-groups-in-vpc": { passes: groups(1), refused: groups(1, true) },
  "mount-target-address-in-subnet": sides(target, { ipAddress: "10.0.1.9" }, { ipAddress: "10.0.2.9" }),
  "mount-target-zone-of-file-system": { passes: inZone("a"), refused: inZone("b") },
  "access-point-user": sides(point, { posixUser: { uid: 999, gid: 999 } }, { posixUser: { uid: 999 } }),
  "access-point-owner": sides(point, folder("/queue"), folder("/queue", { permissions: undefined })),
  "access-point-uid": sides(point, { posixUser: { uid: 0, gid: 0 } }, { posixUser: { uid: -1, gid: 0 } }),
  "access-point-gid": sides(point, { posixUser: { uid: 0, gid: 0 } }, { posixUser: { uid: 0, gid: 2 ** 32 } }),
  "access-point-owner-uid": sides(point, folder("/queue"), folder("/queue", { ownerUid: -1 })),
  "access-point-owner-gid": sides(point, folder("/queue"), folder("/queue", { ownerGid: -1 })),
  "access-point-groups": sides(
    point,
    { posixUser: { uid: 1, gid: 1, secondaryGids: [2, 3] } },
    { posixUser: { uid: 1, gid: 1, secondaryGids: Array.from({ length: 17 }, (_, id) => id) } },
  ),
  "access-point-path-length": sides(point, folder("/queue"), folder(`/${"q".repeat(100)}`)),
  "access-point-path": sides(point, folder("/a/b/c/d"), folder("/a/b/c/d/e")),
  "access-point-permissions": sides(
    point,
    folder("/queue", { permissions: "755" }),
    folder("/queue", { permissions: "rwx" }),
  ),
  "access-point-path-made": sides(point, { rootDirectory: { path: "/" } }, { rootDirectory: { path: "/queue" } }),
  [`${REF}.fileSystemId`]: held("fileSystem"),
  [`${REF}.subnetId`]: held("subnet"),
  [`${REF}.securityGroups`]: held("group"),
  [`ref:${TYPES.accessPoint}.fileSystemId`]: sides(point, {}, { fileSystemId: "fs-00000000000000000" }),
  [`ref:${TYPES.fileSystem}.kmsKeyId`]: {
    passes: withKey({ encrypted: true }),
    refused: system({ encrypted: true, kmsKeyId: KEY }),
  },
};

/** A file system with a key that is there. */
function withKey(more: Values): Step {
  return async (cloud) => {
    cloud.open.world.store.add({ type: "aws:kms/key:Key", id: "key", inputs: {}, outputs: { arn: KEY } }, "given");
    return system({ kmsKeyId: KEY, ...more })(cloud);
  };
}

describe("simulated EFS", () => {
  testRules(efs, networkModels, cases);

  it("the codes of what is missing and of what is in use are EFS's", async () => {
    const cloud = simulated({ models: networkModels });
    const missing = await cloud.refusal(() => target({ fileSystemId: "fs-00000000000000000" })(cloud));
    expect(missing.code).to.equal("FileSystemNotFound");
    const inUse = await cloud.refusal(() => deleteBelow("fileSystem", false)(simulated({ models: networkModels })));
    expect(inUse.code).to.equal("FileSystemInUse");
  });

  it("a mount target lies in the zone of its subnet, with an address of it", async () => {
    const cloud = simulated({ models: networkModels });
    const things = new AwsThings(cloud);
    const subnet = await things.lone("b");
    const files = await things.make("fileSystem", { encrypted: true, tags: { Name: "queue" } });
    const mount = await things.make("mountTarget", { fileSystemId: files.id, subnetId: subnet.id });
    expect(mount).to.include({
      availabilityZoneName: "us-east-1b",
      availabilityZoneId: "use1-az2",
      ipAddress: "10.0.1.4",
    });
    expect(mount["mountTargetDnsName"]).to.equal(`us-east-1b.${files.id}.efs.us-east-1.amazonaws.com`);
    expect(cloud.thing(TYPES.fileSystem, files.id).outputs["numberOfMountTargets"]).to.equal(1);
    await cloud.delete(TYPES.mountTarget, mount.id);
    expect(cloud.thing(TYPES.fileSystem, files.id).outputs["numberOfMountTargets"]).to.equal(0);
  });

  it("an encrypted file system has a key, and encryption replaces", async () => {
    const cloud = simulated({ models: networkModels });
    const files = await new AwsThings(cloud).make("fileSystem", { encrypted: true });
    expect(files.id).to.match(/^fs-[0-9a-f]{17}$/);
    expect(files["kmsKeyId"]).to.match(/^arn:aws:kms:us-east-1:\d{12}:key\/[0-9a-f-]{36}$/);
    const { changes } = cloud.diff(TYPES.fileSystem, { encrypted: true }, { encrypted: false });
    expect(changes.map(({ replaces }) => replaces)).to.deep.equal([true]);
  });
});
