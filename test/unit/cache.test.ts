import { expect } from "chai";
import type { SettingsInput } from "../../components";
import { Cache } from "../../components/cache";
import { AWS_COMPUTED } from "./support/aws-mocks";
import { bound, ecsSettings, host, named } from "./support/data-components";

type CacheInput = NonNullable<NonNullable<SettingsInput["ecs"]>["cache"]>;

const make = (cache: CacheInput, name = "shop-cache"): ReturnType<typeof bound> =>
  bound(
    () => new Cache(name, { cache: ecsSettings({ cache }).cache, host: host(), variable: "REDIS_HOST" }),
    AWS_COMPUTED,
  );

describe("a cache", () => {
  it("that is none makes nothing and says nothing", async () => {
    const { all, binding } = await make({ kind: "none" });
    expect(all.map(({ name }) => name)).to.deep.equal(["shop-cache"]);
    expect(binding).to.deep.equal({ environment: {}, secrets: {}, statements: [] });
  });

  it("in a container keeps nothing on disk and forgets what was used least recently", async () => {
    const { all, binding } = await make({ kind: "redis-container", memory: 512 });
    const [definition] = all.filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
    const [container] = JSON.parse(definition?.inputs["containerDefinitions"] as string) as { command: string[] }[];
    const command = container?.command.join(" ");
    expect(command).to.contain("--appendonly no").and.to.contain("--maxmemory 384mb --maxmemory-policy allkeys-lru");
    expect(all.filter(({ type }) => type.startsWith("aws:efs"))).to.deep.equal([]);
    const [service] = all.filter(({ type }) => type === "aws:ecs/service:Service");
    expect(service?.inputs).to.deep.include({ desiredCount: 1, deploymentMaximumPercent: 100 });
    expect(binding).to.deep.equal({ environment: { REDIS_HOST: "cache.shop.internal" }, secrets: {}, statements: [] });
  });

  it("at ElastiCache is encrypted, takes clients that know no TLS, and keeps no snapshots", async () => {
    const { all, binding } = await make({ kind: "elasticache" });
    expect(named(all, "shop-cache-nodes").inputs).to.deep.include({
      engine: "valkey",
      parameterGroupName: "default.valkey8",
      numCacheClusters: 1,
      automaticFailoverEnabled: false,
      multiAzEnabled: false,
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "preferred",
      snapshotRetentionLimit: 0,
      securityGroupIds: ["shop-cache-guard-group-id"],
      subnetGroupName: "shop-cache-subnets-1a2b3c4",
    });
    expect(binding.environment).to.deep.equal({ REDIS_HOST: "shop-cache-nodes.cache.internal" });
  });

  it("at ElastiCache fails over to another zone where it has replicas", async () => {
    const { all } = await make({ kind: "elasticache", replicas: 2 });
    expect(named(all, "shop-cache-nodes").inputs).to.deep.include({
      numCacheClusters: 3,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
    });
  });

  it("at ElastiCache has an id of 40 characters at most, with what tells stacks apart", async () => {
    const long = `${"a".repeat(20)}-${"b".repeat(10)}-cache`;
    const { all } = await make({ kind: "elasticache" }, long);
    const id = named(all, `${long}-nodes`).inputs["replicationGroupId"] as string;
    expect(id).to.match(/^[a-z](-?[a-z0-9])*-1a2b3c4$/);
    expect(id.length).to.be.at.most(40);
  });
});
