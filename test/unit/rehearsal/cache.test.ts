import { expect } from "chai";
import type { Values } from "../../../providers/rehearsal/model";
import { elasticache } from "../../../providers/rehearsal/aws/elasticache";
import { testRules } from "../support/rule-table";
import { network } from "../support/simulated-network";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

const SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup";
const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const models = elasticache;
const TOKEN = "0123456789abcdef";

const basic: Values = {
  replicationGroupId: "blog",
  description: "Cache of the blog",
  engine: "valkey",
  engineVersion: "8.0",
  nodeType: "cache.t4g.micro",
};

/** The nodes, in a group of subnets. */
async function inVpc(cloud: SimulatedCloud, securityGroup: string): Promise<Values> {
  const { id } = await cloud.create(SUBNETS, { name: "net-1", subnetIds: ["subnet-1a", "subnet-1b"] });
  return { subnetGroupName: id, securityGroupIds: [securityGroup] };
}

testRules(
  {
    [SUBNETS]: {
      base: { subnetIds: ["subnet-1a", "subnet-1b"] },
      rules: {
        "cache-subnet-group-name": { accepted: { name: "Blog-1" }, refused: { name: "blog_1" } },
        "cache-subnet-group-name-taken": {
          given: (cloud) => inVpc(cloud, "sg-1"),
          accepted: { name: "net-2" },
          refused: { name: "NET-1" },
        },
        "cache-subnet-group-vpc": { accepted: {}, refused: { subnetIds: ["subnet-1a", "subnet-2a"] } },
      },
    },
    [GROUP]: {
      base: basic,
      rules: {
        "cache-id": { accepted: { replicationGroupId: "blog-2" }, refused: { replicationGroupId: "x".repeat(41) } },
        "cache-description": { accepted: {}, refused: { description: " " } },
        "cache-engine": { accepted: { engine: "redis", engineVersion: "7.1" }, refused: { engine: "memcached" } },
        "cache-version-form": {
          accepted: { engine: "redis", engineVersion: "6.x" },
          refused: { engine: "redis", engineVersion: "7.0.7" },
        },
        "cache-token": {
          accepted: { authToken: TOKEN, transitEncryptionEnabled: true },
          refused: { authToken: "too short", transitEncryptionEnabled: true },
        },
        "cache-token-or-users": {
          accepted: { userGroupIds: ["users"], transitEncryptionEnabled: true },
          refused: { userGroupIds: ["users"], authToken: TOKEN, transitEncryptionEnabled: true },
        },
        "cache-nodes-or-shards": {
          accepted: { numCacheClusters: 2 },
          refused: { numCacheClusters: 2, numNodeGroups: 1 },
        },
        "cache-nodes-or-replicas": {
          accepted: { replicasPerNodeGroup: 1 },
          refused: { replicasPerNodeGroup: 1, numCacheClusters: 2 },
        },
        "cache-multi-az": {
          accepted: { multiAzEnabled: true, automaticFailoverEnabled: true, numCacheClusters: 2 },
          refused: { multiAzEnabled: true, numCacheClusters: 2 },
        },
        "cache-failover-nodes": {
          accepted: { automaticFailoverEnabled: true, numCacheClusters: 2 },
          refused: { automaticFailoverEnabled: true, numCacheClusters: 1 },
        },
        "cache-snapshot-days": { accepted: { snapshotRetentionLimit: 35 }, refused: { snapshotRetentionLimit: 36 } },
        "cache-snapshot-window": {
          accepted: { snapshotWindow: "04:00-05:00" },
          refused: { snapshotWindow: "4:00-5:00" },
        },
        "cache-maintenance-window": {
          accepted: { maintenanceWindow: "sun:05:00-sun:06:00" },
          refused: { maintenanceWindow: "05:00-06:00" },
        },
        "cache-encryption-mode": {
          accepted: { transitEncryptionMode: "required", transitEncryptionEnabled: true },
          refused: { transitEncryptionMode: "required" },
        },
        "cache-id-taken": {
          given: (cloud) => cloud.create(GROUP, { ...basic, replicationGroupId: "taken" }),
          accepted: {},
          refused: { replicationGroupId: "Taken" },
        },
        "cache-version-needed": {
          accepted: { engine: "redis", engineVersion: undefined },
          refused: { engineVersion: undefined },
        },
        "cache-version": { accepted: { engineVersion: "9.1" }, refused: { engineVersion: "7.1" } },
        "cache-node-type": { accepted: { nodeType: "cache.m7g.large" }, refused: { nodeType: "cache.t4g.large" } },
        "cache-parameter-family": {
          accepted: { parameterGroupName: "default.valkey8" },
          refused: { parameterGroupName: "default.redis7" },
        },
        "cache-replicas": { accepted: { numCacheClusters: 6 }, refused: { numCacheClusters: 7 } },
        "cache-shards": {
          accepted: { numNodeGroups: 500, automaticFailoverEnabled: true },
          refused: { numNodeGroups: 500, replicasPerNodeGroup: 1, automaticFailoverEnabled: true },
        },
        "cache-cluster-failover": {
          accepted: { numNodeGroups: 2, automaticFailoverEnabled: true },
          refused: { numNodeGroups: 2 },
        },
        "cache-cluster-mode": {
          accepted: { clusterMode: "enabled", numNodeGroups: 2, automaticFailoverEnabled: true },
          refused: { clusterMode: "disabled", numNodeGroups: 2, automaticFailoverEnabled: true },
        },
        "cache-failover-replica": {
          accepted: { automaticFailoverEnabled: true, replicasPerNodeGroup: 1 },
          refused: { automaticFailoverEnabled: true, replicasPerNodeGroup: 0 },
        },
        "cache-token-without-tls": {
          accepted: { authToken: TOKEN, transitEncryptionEnabled: true },
          refused: { authToken: TOKEN },
        },
        "cache-security-group-vpc": {
          accepted: (cloud) => inVpc(cloud, "sg-1"),
          refused: (cloud) => inVpc(cloud, "sg-2"),
        },
      },
    },
  },
  { models, things: network },
);

describe("a simulated cache", () => {
  let cloud: SimulatedCloud;
  beforeEach(() => {
    cloud = simulated({ models });
    for (const thing of network) cloud.open.world.store.add(structuredClone(thing), "cloud");
  });

  it("has endpoints that depend on encryption and shards", async () => {
    const plain = await cloud.create(GROUP, basic);
    expect(plain["primaryEndpointAddress"]).to.match(/^blog\.\w{6}\.ng\.0001\.use1\.cache\.amazonaws\.com$/);
    const secured = await cloud.create(GROUP, { ...basic, replicationGroupId: "two", transitEncryptionEnabled: true });
    expect(secured["primaryEndpointAddress"]).to.match(/^master\.two\.\w{6}\.use1\.cache\.amazonaws\.com$/);
    const spread = { ...basic, replicationGroupId: "three", numNodeGroups: 2, replicasPerNodeGroup: 1 };
    const sharded = await cloud.create(GROUP, { ...spread, automaticFailoverEnabled: true });
    expect(sharded["configurationEndpointAddress"]).to.match(/^three\.\w{6}\.clustercfg\.use1\.cache\.amazonaws\.com$/);
    expect(sharded["memberClusters"]).to.deep.equal(
      ["0001-001", "0001-002", "0002-001", "0002-002"].map((end) => `three-${end}`),
    );
    expect(sharded["primaryEndpointAddress"]).to.equal("");
  });

  it("holds its subnets, which have to be there", async () => {
    const refusal = await cloud.refusal(() => cloud.create(GROUP, { ...basic, subnetGroupName: "gone" }));
    expect(refusal.code).to.equal("CacheSubnetGroupNotFoundFault");
    const { id } = await cloud.create(GROUP, { ...basic, ...(await inVpc(cloud, "sg-1")) });
    expect((await cloud.refusal(() => cloud.delete(SUBNETS, "net-1"))).code).to.equal("CacheSubnetGroupInUse");
    await cloud.delete(GROUP, id);
    await cloud.delete(SUBNETS, "net-1");
  });

  it("is replaced for an older version, not for a newer one", () => {
    const replaced = (engineVersion: string): boolean =>
      cloud.diff(GROUP, basic, { ...basic, engineVersion }).changes.some(({ replaces }) => replaces);
    expect(replaced("8.1")).to.equal(false);
    expect(replaced("7.2")).to.equal(true);
  });

  it("takes another node type in the maintenance window, unless it is told not to wait", async () => {
    const { id } = await cloud.create(GROUP, basic);
    const bigger = { ...basic, nodeType: "cache.t4g.small" };
    expect((await cloud.update(GROUP, id, bigger))["nodeType"]).to.equal("cache.t4g.micro");
    expect((await cloud.update(GROUP, id, { ...bigger, applyImmediately: true }))["nodeType"]).to.equal(
      "cache.t4g.small",
    );
  });
});
