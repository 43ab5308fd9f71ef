/** What ElastiCache says of a replication group. */
import type { Question, Rule, Values } from "../../model";
import { rule } from "../../rules";
import { numberAt, textAt } from "../read";
import { VERSIONS, familyOf, isOffered } from "./engines";

export const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const API = "Amazon ElastiCache API Reference, CreateReplicationGroup";
const COMBINATION = "InvalidParameterCombination";

/** Shards and their replicas, however they are asked for. */
export function shape(inputs: Values): { shards: number; replicas: number; nodes: number; clustered: boolean } {
  const shards = numberAt(inputs, "numNodeGroups") ?? 1;
  const nodes = numberAt(inputs, "numCacheClusters");
  const replicas = numberAt(inputs, "replicasPerNodeGroup") ?? (nodes === undefined ? 0 : nodes - 1);
  const clustered = shards > 1 || /\.cluster\.on$/.test(textAt(inputs, "parameterGroupName") ?? "");
  return { shards, replicas, nodes: shards * (replicas + 1), clustered };
}

export function engineOf(inputs: Values): string {
  return textAt(inputs, "engine") ?? "redis";
}

/** The full version that is asked for, or the newest of the engine. */
export function actualVersion(inputs: Values): string {
  const offered = VERSIONS[engineOf(inputs)] ?? {};
  return offered[textAt(inputs, "engineVersion") ?? ""] ?? Object.values(offered).at(-1) ?? "";
}

const version: Rule = rule(
  { id: "cache-version", source: `${API}, EngineVersion`, code: COMBINATION },
  ["engine", "engineVersion"],
  ({ inputs }) => {
    const asked = textAt(inputs, "engineVersion");
    const offered = Object.keys(VERSIONS[engineOf(inputs)] ?? {});
    if (asked === undefined || offered.includes(asked)) return undefined;
    return `Cannot find version ${asked} for ${engineOf(inputs)} (there are ${offered.join(", ")})`;
  },
);

const versionNeeded: Rule = rule(
  {
    id: "cache-version-needed",
    source: "github.com/hashicorp/terraform-provider-aws/issues/41210",
    code: COMBINATION,
  },
  ["engine"],
  ({ inputs, old, unknown }) =>
    old === undefined &&
    engineOf(inputs) === "valkey" &&
    inputs["engineVersion"] === undefined &&
    !unknown("engineVersion")
      ? "The engine valkey needs engineVersion set too"
      : undefined,
);

const nodeType: Rule = rule(
  { id: "cache-node-type", source: `${API}, CacheNodeType`, code: "InvalidParameterValue" },
  ["nodeType", "globalReplicationGroupId"],
  ({ inputs, old }) => {
    const asked = textAt(inputs, "nodeType");
    if (asked === undefined) {
      return old === undefined && inputs["globalReplicationGroupId"] === undefined
        ? "CacheNodeType is required"
        : undefined;
    }
    return isOffered(asked) ? undefined : `${asked} is not a valid cache node type.`;
  },
);

const family: Rule = rule(
  {
    id: "cache-parameter-family",
    source: "github.com/cloudposse/terraform-aws-elasticache-redis/pull/12",
    code: COMBINATION,
  },
  ["parameterGroupName", "engine", "engineVersion"],
  ({ inputs }) => {
    const found = /^default\.(.+?)(\.cluster\.on)?$/.exec(textAt(inputs, "parameterGroupName") ?? "")?.[1];
    const wanted = familyOf(engineOf(inputs), actualVersion(inputs));
    return found === undefined || found === wanted
      ? undefined
      : `Expected a parameter group of family ${wanted} but found one of family ${found}`;
  },
);

const replicas: Rule = rule(
  {
    id: "cache-replicas",
    source: "github.com/hashicorp/terraform/pull/10175",
    code: "InvalidParameterValue",
  },
  ["numCacheClusters", "replicasPerNodeGroup"],
  ({ inputs }) => {
    const { replicas: asked } = shape(inputs);
    return asked >= 0 && asked <= 5 ? undefined : "The number of replicas per node group must be within 0 and 5.";
  },
);

const shards: Rule = rule(
  { id: "cache-shards", source: `${API}, NumNodeGroups`, code: "InvalidParameterValue" },
  ["numNodeGroups", "replicasPerNodeGroup"],
  ({ inputs }) => {
    const { shards: asked, nodes } = shape(inputs);
    if (asked < 1 || asked > 500) return `NumNodeGroups is ${asked}; it has to be from 1 to 500.`;
    return nodes > 500 ? `The group would have ${nodes} nodes; allowed are 500.` : undefined;
  },
);

const clusterFailover: Rule = rule(
  { id: "cache-cluster-failover", source: `${API}, AutomaticFailoverEnabled`, code: COMBINATION },
  ["numNodeGroups", "parameterGroupName", "automaticFailoverEnabled"],
  ({ inputs }) =>
    shape(inputs).clustered && inputs["automaticFailoverEnabled"] !== true
      ? "Redis with cluster mode enabled cannot be created with auto failover turned off."
      : undefined,
);

const clusterMode: Rule = rule(
  { id: "cache-cluster-mode", source: `${API}, ClusterMode`, code: COMBINATION },
  ["clusterMode", "numNodeGroups"],
  ({ inputs }) =>
    inputs["clusterMode"] === "disabled" && shape(inputs).shards > 1
      ? "Cluster mode disabled allows one node group only."
      : undefined,
);

const failover: Rule = rule(
  { id: "cache-failover-replica", source: `${API}, AutomaticFailoverEnabled`, code: COMBINATION },
  ["numCacheClusters", "replicasPerNodeGroup", "numNodeGroups", "automaticFailoverEnabled"],
  ({ inputs }) => {
    const { replicas: asked, clustered } = shape(inputs);
    return inputs["automaticFailoverEnabled"] === true && asked < 1 && !clustered
      ? "When automatic failover is enabled, there must be at least one replica."
      : undefined;
  },
);

const tokenNeedsTls: Rule = rule(
  {
    id: "cache-token-without-tls",
    source: "Amazon ElastiCache User Guide, Authenticating with the AUTH command",
    code: COMBINATION,
  },
  ["transitEncryptionEnabled"],
  ({ inputs, unknown }) =>
    (inputs["authToken"] !== undefined || unknown("authToken")) && inputs["transitEncryptionEnabled"] !== true
      ? "The AUTH token is only supported when encryption in transit is enabled."
      : undefined,
);

const taken: Rule = rule(
  { id: "cache-id-taken", source: API, code: "ReplicationGroupAlreadyExists" },
  ["replicationGroupId"],
  ({ inputs, old, site }) => {
    const id = textAt(inputs, "replicationGroupId")?.toLowerCase();
    return old === undefined && site.find(GROUP, "id", id) !== undefined
      ? `Replication group ${String(id)} already exists.`
      : undefined;
  },
);

const groupVpc: Rule = rule(
  { id: "cache-security-group-vpc", source: `${API}, SecurityGroupIds`, code: "InvalidParameterValue" },
  ["subnetGroupName", "securityGroupIds"],
  ({ inputs, site }: Question) => {
    const found = site.find("aws:elasticache/subnetGroup:SubnetGroup", "id", textAt(inputs, "subnetGroupName"));
    const vpc = textAt(found?.outputs ?? {}, "vpcId");
    const ids = Array.isArray(inputs["securityGroupIds"]) ? inputs["securityGroupIds"] : [];
    const other = ids.find((id) => {
      const of = textAt(site.find("aws:ec2/securityGroup:SecurityGroup", "id", id)?.outputs ?? {}, "vpcId");
      return vpc !== undefined && vpc !== "" && of !== undefined && of !== vpc;
    }) as string | undefined;
    return other === undefined
      ? undefined
      : `Security group ${other} is not in the VPC ${String(vpc)} of the subnet group.`;
  },
);

export const CALL_RULES: readonly Rule[] = [
  taken,
  versionNeeded,
  version,
  nodeType,
  family,
  replicas,
  shards,
  clusterFailover,
  clusterMode,
  failover,
  tokenNeedsTls,
  groupVpc,
];
