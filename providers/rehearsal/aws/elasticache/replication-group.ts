import type { Model, Rule, Site, Thing, Values } from "../../model";
import { between, excludes, matches, needs, oneOf, rule } from "../../rules";
import { numberAt, regionalArn, textAt } from "../read";
import { familyOf } from "./engines";
import { CALL_RULES, GROUP, actualVersion, engineOf, shape } from "./rules";

const SOURCE = "terraform-provider-aws internal/service/elasticache/replication_group.go";
const LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";
const TIME = "([01]\\d|2[0-3]):[0-5]\\d";
const DAY = "(mon|tue|wed|thu|fri|sat|sun)";
const DEFERRED = ["nodeType", "engineVersion", "engineVersionActual"];

/** The message does not repeat the token. */
const token: Rule = rule({ id: "cache-token", source: SOURCE }, ["authToken"], ({ inputs }) => {
  const text = textAt(inputs, "authToken");
  return text === undefined || /^(?!.*[@"/])[!-~]{16,128}$/.test(text)
    ? undefined
    : 'authToken has to be of 16 to 128 printable characters, none of them @, " or /';
});

const multiAz: Rule = rule(
  { id: "cache-multi-az", source: SOURCE },
  ["multiAzEnabled", "automaticFailoverEnabled"],
  ({ inputs }) =>
    inputs["multiAzEnabled"] === true && inputs["automaticFailoverEnabled"] !== true
      ? "automatic_failover_enabled must be true if multi_az_enabled is true"
      : undefined,
);

const failoverNodes: Rule = rule(
  { id: "cache-failover-nodes", source: "github.com/hashicorp/terraform-provider-aws/pull/38396" },
  ["numCacheClusters", "automaticFailoverEnabled"],
  ({ inputs }) =>
    inputs["automaticFailoverEnabled"] === true && (numberAt(inputs, "numCacheClusters") ?? 2) < 2
      ? '"num_cache_clusters": must be at least 2 if automatic_failover_enabled is true.'
      : undefined,
);

const versionForm: Rule = rule(
  { id: "cache-version-form", source: "github.com/hashicorp/terraform-provider-aws/issues/32252" },
  ["engineVersion", "engine"],
  ({ inputs }) => {
    const asked = textAt(inputs, "engineVersion");
    const form = engineOf(inputs) === "valkey" ? /^\d+\.\d+$/ : /^([1-5]\.\d+\.\d+|6\.x|([6-9]|\d\d)\.\d+)$/;
    return asked === undefined || form.test(asked)
      ? undefined
      : `engine_version: ${asked} is invalid. For Valkey, and Redis v6 or higher, use <major>.<minor>. For Redis v5 or lower, use <major>.<minor>.<patch>.`;
  },
);

/** A cache of one or more nodes that ElastiCache keeps. */
export const replicationGroup: Model = {
  type: GROUP,
  source: SOURCE,
  required: ["description"],
  replaces: [
    "atRestEncryptionEnabled",
    "dataTieringEnabled",
    "globalReplicationGroupId",
    "kmsKeyId",
    "networkType",
    "port",
    "replicationGroupId",
    "securityGroupNames",
    "snapshotArns",
    "snapshotName",
    "subnetGroupName",
  ],
  replacesIf: (old, inputs) => [
    ...(isLower(textAt(inputs, "engineVersion"), textAt(old, "engineVersion")) ? ["engineVersion"] : []),
    ...(engineOf(old) === "valkey" && engineOf(inputs) === "redis" ? ["engine"] : []),
    ...(isLower(actualVersion(old), "7.0.5") ? ["transitEncryptionEnabled"] : []),
  ],
  defaults: { applyImmediately: false, automaticFailoverEnabled: false, multiAzEnabled: false },
  name: { property: "replicationGroupId", longest: 40, lowerCase: true },
  sets: ["securityGroupIds", "userGroupIds"],
  secrets: ["authToken", "authTokenWo"],
  references: [
    {
      property: "subnetGroupName",
      to: ["aws:elasticache/subnetGroup:SubnetGroup"],
      missing: "CacheSubnetGroupNotFoundFault",
      holds: "CacheSubnetGroupInUse",
      except: /^default$/,
    },
    {
      property: "securityGroupIds",
      to: ["aws:ec2/securityGroup:SecurityGroup"],
      missing: "InvalidParameterValue",
      holds: "DependencyViolation",
    },
    { property: "notificationTopicArn", to: ["aws:sns/topic:Topic"], by: "arn", missing: "InvalidParameterValue" },
  ],
  plan: [
    matches(
      { id: "cache-id", source: "terraform-provider-aws internal/service/elasticache/validate.go" },
      "replicationGroupId",
      /^(?!.*--)(?!.*-$)[A-Za-z][0-9A-Za-z-]{0,39}$/,
      "1 to 40 letters, digits and single hyphens, starting with a letter and not ending in a hyphen",
    ),
    matches({ id: "cache-description", source: SOURCE }, "description", /\S/, "a text that is not empty"),
    oneOf({ id: "cache-engine", source: SOURCE }, "engine", ["redis", "valkey"]),
    versionForm,
    token,
    excludes({ id: "cache-token-or-users", source: SOURCE }, "authToken", "userGroupIds"),
    excludes({ id: "cache-nodes-or-shards", source: SOURCE }, "numCacheClusters", "numNodeGroups"),
    excludes({ id: "cache-nodes-or-replicas", source: SOURCE }, "numCacheClusters", "replicasPerNodeGroup"),
    multiAz,
    failoverNodes,
    between({ id: "cache-snapshot-days", source: SOURCE }, "snapshotRetentionLimit", 0, 35),
    matches(
      { id: "cache-snapshot-window", source: SOURCE },
      "snapshotWindow",
      new RegExp(`^${TIME}-${TIME}$`),
      "times such as 04:00-05:00 (UTC)",
    ),
    matches(
      { id: "cache-maintenance-window", source: SOURCE },
      "maintenanceWindow",
      new RegExp(`^${DAY}:${TIME}-${DAY}:${TIME}$`, "i"),
      "times such as sun:05:00-sun:06:00 (UTC)",
    ),
    needs({ id: "cache-encryption-mode", source: SOURCE }, "transitEncryptionMode", "transitEncryptionEnabled"),
  ],
  call: CALL_RULES,
  computed: (inputs, site) => ({ ...made(inputs, site), ...chosen(inputs) }),
  updated: (inputs, old) =>
    inputs["applyImmediately"] === true
      ? { ...counted(inputs), engineVersionActual: actualVersion(inputs) }
      : pending(inputs, old),
  seconds: { create: (inputs) => 480 + 60 * shape(inputs).nodes, update: 300, delete: 300 },
};

/** Endpoints, by whether there are shards and whether the way there is encrypted. */
function made(inputs: Values, site: Site): { id: string } & Values {
  const id = String(inputs["replicationGroupId"]).toLowerCase();
  const end = site.fresh(6, LOWER);
  const zone = `${shortRegion(site.region)}.cache.amazonaws.com`;
  const encrypted = inputs["transitEncryptionEnabled"] === true;
  const { clustered } = shape(inputs);
  const name = (role: string, plain: string): string =>
    encrypted ? `${role}.${id}.${end}.${zone}` : `${id}${plain}.${zone}`;
  return {
    id,
    replicationGroupId: id,
    arn: regionalArn(site, "elasticache", `replicationgroup:${id}`),
    clusterEnabled: clustered,
    configurationEndpointAddress: clustered ? name("clustercfg", `.${end}.clustercfg`) : "",
    primaryEndpointAddress: clustered ? "" : name("master", `.${end}.ng.0001`),
    readerEndpointAddress: clustered ? "" : name("replica", `-ro.${end}.ng.0001`),
    ...counted(inputs),
  };
}

function counted(inputs: Values): Values {
  const { shards, replicas, nodes, clustered } = shape(inputs);
  const id = String(inputs["replicationGroupId"]).toLowerCase();
  const numbered = (count: number, digits: number): string[] =>
    Array.from({ length: count }, (_, index) => String(index + 1).padStart(digits, "0"));
  const memberClusters = clustered
    ? numbered(shards, 4).flatMap((shard) => numbered(replicas + 1, 3).map((node) => `${id}-${shard}-${node}`))
    : numbered(nodes, 3).map((node) => `${id}-${node}`);
  return { memberClusters, numCacheClusters: nodes, numNodeGroups: shards, replicasPerNodeGroup: replicas };
}

/** What ElastiCache chooses where the program says nothing. */
function chosen(inputs: Values): Values {
  const engine = engineOf(inputs);
  const actual = actualVersion(inputs);
  const { clustered } = shape(inputs);
  const values: Values = {
    atRestEncryptionEnabled: engine === "valkey",
    autoMinorVersionUpgrade: true,
    clusterMode: clustered ? "enabled" : "disabled",
    dataTieringEnabled: false,
    engine,
    engineVersion: actual.split(".").slice(0, 2).join("."),
    ipDiscovery: "ipv4",
    maintenanceWindow: "sun:05:00-sun:06:00",
    networkType: "ipv4",
    parameterGroupName: `default.${familyOf(engine, actual)}${clustered ? ".cluster.on" : ""}`,
    port: 6379,
    securityGroupIds: [],
    snapshotWindow: "03:00-04:00",
    transitEncryptionEnabled: false,
  };
  const open = Object.entries(values).filter(([name]) => inputs[name] === undefined);
  return { ...Object.fromEntries(open), engineVersionActual: actual };
}

/** Node type and version wait for the maintenance window; the state shows what is. */
function pending(inputs: Values, { outputs }: Thing): Values {
  const kept = DEFERRED.filter((name) => outputs[name] !== undefined).map((name) => [name, outputs[name]] as const);
  return { ...counted(inputs), ...Object.fromEntries(kept) };
}

function isLower(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined) return false;
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

/** `use1` for us-east-1, `apse2` for ap-southeast-2. */
function shortRegion(region: string): string {
  const [area = "", side = "", number = ""] = region.split("-");
  const short = side
    .replace(/north/, "n")
    .replace(/south/, "s")
    .replace(/east/, "e")
    .replace(/west/, "w")
    .replace(/central/, "c");
  return `${area}${short}${number}`;
}
