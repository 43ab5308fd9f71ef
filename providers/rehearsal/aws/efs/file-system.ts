import { createHash } from "node:crypto";
import type { Model, Rule, Site, Values } from "../../model";
import { arn, between, entriesBetween, lengthBetween, oneOf, rule } from "../../rules";
import { zoneNamed } from "../account/zones";
import { freshId } from "../ec2/ids";
import { flagAt, objectsAt, textAt } from "../read";
import { efsArn, FILE_SYSTEM } from "./types";

const PROVIDER = "terraform-provider-aws internal/service/efs/file_system.go";
const CREATE = "EFS API CreateFileSystem";
const AFTER = [1, 7, 14, 30, 60, 90, 180, 270, 365].map((days) => `AFTER_${days}_DAY${days === 1 ? "" : "S"}`);
const TRANSITIONS = ["transitionToArchive", "transitionToIa", "transitionToPrimaryStorageClass"] as const;

const throughput = between(
  { id: "file-system-throughput", source: CREATE, code: "ValidationException" },
  "provisionedThroughputInMibps",
  1,
  3414,
);

/** What EFS refuses. */
const CALL: readonly Rule[] = [
  rule({ id: "file-system-key-needs-encryption", source: PROVIDER }, [], ({ inputs }) =>
    inputs["kmsKeyId"] !== undefined && !flagAt(inputs, "encrypted")
      ? "encrypted must be set to true when kms_key_id is specified"
      : undefined,
  ),
  throughput,
  badRequest("file-system-provisioned-throughput", CREATE, ({ inputs }) =>
    inputs["throughputMode"] === "provisioned" && inputs["provisionedThroughputInMibps"] === undefined
      ? "You must specify ProvisionedThroughputInMibps when ThroughputMode is provisioned."
      : undefined,
  ),
  badRequest("file-system-elastic-performance", "Amazon EFS performance", ({ inputs }) =>
    inputs["throughputMode"] === "elastic" && inputs["performanceMode"] === "maxIO"
      ? "Elastic throughput is only supported with the General Purpose performance mode."
      : undefined,
  ),
  badRequest("file-system-one-transition", "EFS API PutLifecycleConfiguration", ({ inputs }) =>
    objectsAt(inputs, "lifecyclePolicies").some(
      (policy) => TRANSITIONS.filter((each) => policy[each] !== undefined).length !== 1,
    )
      ? "One or more LifecyclePolicy objects specified are malformed: each must have one transition."
      : undefined,
  ),
  {
    id: "file-system-zone",
    source: CREATE,
    code: "AvailabilityZonesMismatch",
    refuses({ inputs, site }) {
      const name = textAt(inputs, "availabilityZoneName");
      return name === undefined || zoneNamed(name, site) !== undefined
        ? undefined
        : `The Availability Zone ${name} is not one of ${site.region}`;
    },
  },
  {
    id: "file-system-token-unique",
    source: CREATE,
    code: "FileSystemAlreadyExists",
    refuses({ inputs: { creationToken }, old, site }) {
      const other = creationToken === undefined ? undefined : site.find(FILE_SYSTEM, "creationToken", creationToken);
      return other === undefined || other.id === old?.id
        ? undefined
        : `File system '${other.id}' already exists with creation token '${String(creationToken)}'`;
    },
  },
];

/** Files that containers and machines share. */
export const fileSystem: Model = {
  type: FILE_SYSTEM,
  source: PROVIDER,
  replaces: ["availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"],
  defaults: { throughputMode: "bursting" },
  references: [{ property: "kmsKeyId", to: ["aws:kms/key:Key"], by: "arn", missing: "KmsKeyNotFound" }],
  plan: [
    lengthBetween({ id: "file-system-token", source: PROVIDER }, "creationToken", 0, 64),
    entriesBetween({ id: "file-system-lifecycle-count", source: PROVIDER }, "lifecyclePolicies", 0, 3),
    oneOf({ id: "file-system-archive", source: PROVIDER }, "lifecyclePolicies.transitionToArchive", AFTER),
    oneOf({ id: "file-system-infrequent", source: PROVIDER }, "lifecyclePolicies.transitionToIa", AFTER),
    oneOf({ id: "file-system-back", source: PROVIDER }, "lifecyclePolicies.transitionToPrimaryStorageClass", [
      "AFTER_1_ACCESS",
    ]),
    oneOf({ id: "file-system-throughput-mode", source: PROVIDER }, "throughputMode", [
      "bursting",
      "provisioned",
      "elastic",
    ]),
    oneOf({ id: "file-system-performance-mode", source: PROVIDER }, "performanceMode", ["generalPurpose", "maxIO"]),
    oneOf({ id: "file-system-protection", source: PROVIDER }, "protection.replicationOverwrite", [
      "ENABLED",
      "DISABLED",
    ]),
    arn({ id: "file-system-key", source: PROVIDER }, "kmsKeyId", "kms"),
  ],
  call: CALL,
  computed: outputsOf,
  seconds: { create: 6, delete: 4 },
};

function badRequest(id: string, source: string, refuses: Rule["refuses"]): Rule {
  return { id, source, code: "BadRequest", refuses };
}

function outputsOf(inputs: Values, site: Site): { id: string } & Values {
  const id = freshId("fs", site);
  const zone = zoneNamed(textAt(inputs, "availabilityZoneName"), site);
  const encrypted = flagAt(inputs, "encrypted");
  return {
    id,
    arn: efsArn(`file-system/${id}`, site),
    availabilityZoneId: zone?.id ?? "",
    availabilityZoneName: zone?.name ?? "",
    creationToken: textAt(inputs, "creationToken") ?? `terraform-${site.fresh(26)}`,
    dnsName: `${id}.efs.${site.region}.amazonaws.com`,
    encrypted,
    kmsKeyId: textAt(inputs, "kmsKeyId") ?? (encrypted ? standardKey(site) : ""),
    name: textAt(inputs, "tags.Name") ?? "",
    numberOfMountTargets: 0,
    ownerId: site.account,
    performanceMode: textAt(inputs, "performanceMode") ?? "generalPurpose",
    protection: inputs["protection"] ?? { replicationOverwrite: "ENABLED" },
    sizeInBytes: [{ value: 6144, valueInIa: 0, valueInStandard: 6144 }],
  };
}

/** The key that AWS keeps for file systems, one in each region of an account. */
function standardKey({ partition, region, account }: Site): string {
  const digits = createHash("sha256").update(`${account}/${region}/elasticfilesystem`).digest("hex");
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ];
  return `arn:${partition}:kms:${region}:${account}:key/${parts.join("-")}`;
}
