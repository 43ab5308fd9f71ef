import type { Model, Site, Thing, Values } from "../../model";
import { nameFor } from "../names";
import { numberAt, regionalArn, textAt, textsAt } from "../read";
import { subnetZones } from "../zones";
import { ENGINES, familyOf, fullVersion, newestMajor } from "./engines";
import { ENGINE_RULES } from "./instance-engine";
import { DELETION_RULES, INSTANCE, PLACE_RULES, vpcOf } from "./instance-place";
import { SETTINGS, windowsApart } from "./instance-settings";
import { STORAGE_RULES, storageType } from "./instance-storage";
import { masterUserSecrets, removeMasterSecret, syncMasterSecret } from "./master-secret";
import { SNAPSHOT, keepFinalSnapshot, restored } from "./snapshot";

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";

/** What waits for the maintenance window without applyImmediately: "Settings for DB instances", RDS user guide. */
const DEFERRED = [
  "allocatedStorage",
  "engineVersion",
  "engineVersionActual",
  "instanceClass",
  "iops",
  "multiAz",
  "storageThroughput",
  "storageType",
  "identifier",
];

/** A relational database. */
export const instance: Model = {
  type: INSTANCE,
  source: "terraform-provider-aws internal/service/rds/instance.go",
  required: ["instanceClass"],
  replaces: [
    "availabilityZone",
    "characterSetName",
    "ncharCharacterSetName",
    "customIamInstanceProfile",
    "dbName",
    "engine",
    "kmsKeyId",
    "storageEncrypted",
    "restoreToPointInTime",
    "snapshotIdentifier",
    "timezone",
    "username",
    "s3Import",
    "backupTarget",
  ],
  defaults: {
    applyImmediately: false,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: false,
    deleteAutomatedBackups: true,
    monitoringInterval: 0,
    performanceInsightsEnabled: false,
    publiclyAccessible: false,
    skipFinalSnapshot: false,
  },
  name: { property: "identifier", longest: 63, lowerCase: true },
  sets: ["vpcSecurityGroupIds", "enabledCloudwatchLogsExports"],
  secrets: ["password", "passwordWo"],
  references: [
    {
      property: "dbSubnetGroupName",
      to: ["aws:rds/subnetGroup:SubnetGroup"],
      by: "name",
      missing: "DBSubnetGroupNotFoundFault",
      holds: "InvalidDBSubnetGroupStateFault",
      except: /^default$/,
    },
    {
      property: "parameterGroupName",
      to: ["aws:rds/parameterGroup:ParameterGroup"],
      by: "name",
      missing: "DBParameterGroupNotFound",
      holds: "InvalidDBParameterGroupState",
      except: /^default\./,
    },
    {
      property: "vpcSecurityGroupIds",
      to: ["aws:ec2/securityGroup:SecurityGroup"],
      missing: "InvalidParameterValue",
      holds: "DependencyViolation",
    },
    { property: "snapshotIdentifier", to: [SNAPSHOT], missing: "DBSnapshotNotFound", except: /^arn:/ },
    { property: "monitoringRoleArn", to: ["aws:iam/role:Role"], by: "arn", missing: "InvalidParameterValue" },
  ],
  plan: SETTINGS,
  call: [...ENGINE_RULES, ...STORAGE_RULES, ...PLACE_RULES, windowsApart],
  deletion: DELETION_RULES,
  computed: (inputs, site) => {
    const identifier = nameFor(inputs, site, "identifier");
    const asked = { ...restored(inputs, site), ...inputs, identifier };
    return {
      ...made(asked, site),
      ...chosen(asked, inputs, site),
      masterUserSecrets: masterUserSecrets(inputs, undefined, site),
    };
  },
  updated: (inputs, old, site) => ({
    ...(inputs["applyImmediately"] === true ? applied(inputs, old) : pending(old)),
    masterUserSecrets: masterUserSecrets(inputs, old, site),
  }),
  settled: syncMasterSecret,
  removed: (thing, site) => {
    keepFinalSnapshot(thing, site);
    removeMasterSecret(thing, site);
  },
  seconds: {
    create: (inputs) => (inputs["multiAz"] === true ? 900 : 480),
    update: 90,
    delete: (inputs) => (inputs["skipFinalSnapshot"] === true ? 240 : 480),
  },
};

/** What RDS makes up. */
function made(asked: Values, site: Site): { id: string } & Values {
  const identifier = textAt(asked, "identifier") ?? "";
  const id = `db-${site.fresh(26, UPPER)}`;
  const address = `${identifier}.${site.fresh(12, LOWER)}.${site.region}.rds.amazonaws.com`;
  const port = numberAt(asked, "port") ?? ENGINES[String(asked["engine"])]?.port ?? 0;
  return {
    id,
    identifier,
    resourceId: id,
    arn: regionalArn(site, "rds", `db:${identifier}`),
    address,
    port,
    endpoint: `${address}:${port}`,
    hostedZoneId: `Z${site.fresh(13, UPPER)}`,
    status: "available",
    replicas: [],
    listenerEndpoints: [],
    ...(asked["storageEncrypted"] === true && { kmsKeyId: regionalArn(site, "kms", `key/${site.fresh(8)}-rds`) }),
  };
}

/** What RDS chooses where the program says nothing. */
function chosen(asked: Values, inputs: Values, site: Site): Values {
  const engine = String(asked["engine"]);
  const version = textAt(asked, "engineVersion") ?? newestMajor(engine) ?? "";
  const group = site.find("aws:rds/subnetGroup:SubnetGroup", "name", textAt(inputs, "dbSubnetGroupName"));
  const zones = subnetZones(textsAt(group?.outputs ?? {}, "subnetIds"), site) ?? [];
  const actual = fullVersion(engine, version);
  const values: Values = {
    ...restored(inputs, site),
    availabilityZone: zones[0] ?? `${site.region}a`,
    backupRetentionPeriod: 0,
    backupWindow: "03:08-03:38",
    maintenanceWindow: "sun:04:30-sun:05:00",
    caCertIdentifier: "rds-ca-rsa2048-g1",
    deletionProtection: false,
    engineVersion: actual,
    iamDatabaseAuthenticationEnabled: false,
    licenseModel: ENGINES[engine]?.license ?? "",
    multiAz: false,
    networkType: "IPV4",
    optionGroupName: `default:${engine}-${version.split(".").slice(0, 2).join("-")}`,
    parameterGroupName: `default.${familyOf(engine, version) ?? engine}`,
    storageEncrypted: false,
    storageType: storageType(textAt(asked, "storageType"), numberAt(asked, "iops")),
    vpcSecurityGroupIds: defaultGroup(inputs, site),
  };
  const open = Object.entries(values).filter(([name]) => inputs[name] === undefined);
  return { ...Object.fromEntries(open), engineVersionActual: actual };
}

function defaultGroup(inputs: Values, site: Site): string[] {
  const vpc = site.find("aws:ec2/vpc:Vpc", "id", vpcOf(inputs, site));
  const id = textAt(vpc?.outputs ?? {}, "defaultSecurityGroupId");
  return id === undefined ? [] : [id];
}

/** The state shows what is, not what is asked for: the difference stays until the window has come. */
function pending(old: Thing): Values {
  return Object.fromEntries(
    DEFERRED.flatMap((name) => (old.outputs[name] === undefined ? [] : [[name, old.outputs[name]]])),
  );
}

function applied(inputs: Values, old: Thing): Values {
  const engine = textAt(old.outputs, "engine") ?? "";
  const version = textAt(inputs, "engineVersion");
  const identifier = textAt(inputs, "identifier") ?? "";
  const [, ...rest] = (textAt(old.outputs, "address") ?? "").split(".");
  const address = [identifier, ...rest].join(".");
  const port = numberAt(inputs, "port") ?? numberAt(old.outputs, "port") ?? 0;
  return {
    address,
    endpoint: `${address}:${port}`,
    ...(version !== undefined && { engineVersionActual: fullVersion(engine, version) }),
  };
}
