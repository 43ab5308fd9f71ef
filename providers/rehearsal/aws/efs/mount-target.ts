import { contains, network } from "../../cidr";
import type { Model, Question, Rule, Site, Thing, Values } from "../../model";
import { matches, oneOf } from "../../rules";
import { QUOTAS } from "../account/quotas";
import { freshId } from "../ec2/ids";
import { freeAddress, SECURITY_GROUP, SUBNET, VPC, vpcOf } from "../ec2/placement";
import { textAt, textsAt } from "../read";
import { efsArn, FILE_SYSTEM, MOUNT_TARGET } from "./types";

const PROVIDER = "terraform-provider-aws internal/service/efs/mount_target.go";
const CREATE = "EFS API CreateMountTarget";
const ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$/;

/** What EFS refuses. */
const CALL: readonly Rule[] = [
  {
    id: "mount-target-one-per-zone",
    source: "hashicorp/terraform-provider-aws#2525, kubernetes-retired/kube-aws#208",
    code: "MountTargetConflict",
    refuses: (question) =>
      others(question).some(({ outputs }) => outputs["availabilityZoneName"] === zoneOf(question).name)
        ? "mount target already exists in this AZ"
        : undefined,
  },
  {
    id: "mount-target-one-vpc",
    source: CREATE,
    code: "MountTargetConflict",
    refuses(question) {
      const home = vpcOf(SUBNET, textAt(question.inputs, "subnetId"), question.site);
      const elsewhere = others(question).some(
        ({ outputs }) => vpcOf(SUBNET, textAt(outputs, "subnetId"), question.site) !== home,
      );
      return elsewhere
        ? "requested subnet for new mount target is not in the same VPC as existing mount targets"
        : undefined;
    },
  },
  {
    id: "mount-target-groups-quota",
    source: "Amazon EFS quotas",
    code: "SecurityGroupLimitExceeded",
    refuses: ({ inputs }) =>
      textsAt(inputs, "securityGroups").length > QUOTAS.groupsPerMountTarget
        ? `The maximum number of security groups per mount target is ${QUOTAS.groupsPerMountTarget}`
        : undefined,
  },
  {
    id: "mount-target-groups-in-vpc",
    source: CREATE,
    code: "SecurityGroupNotFound",
    refuses({ inputs, site }) {
      const home = vpcOf(SUBNET, textAt(inputs, "subnetId"), site);
      const wrong = textsAt(inputs, "securityGroups").find((id) => vpcOf(SECURITY_GROUP, id, site) !== home);
      return wrong && `The security group '${wrong}' does not exist in ${String(home)}`;
    },
  },
  {
    id: "mount-target-address-in-subnet",
    source: CREATE,
    code: "BadRequest",
    refuses({ inputs, site }) {
      const own = network(`${textAt(inputs, "ipAddress") ?? ""}/32`);
      const outer = network(textAt(site.find(SUBNET, "id", inputs["subnetId"])?.outputs, "cidrBlock"));
      return own === undefined || outer === undefined || contains(outer, own)
        ? undefined
        : `Address ${String(inputs["ipAddress"])} does not fall within the subnet's address range`;
    },
  },
  {
    id: "mount-target-zone-of-file-system",
    source: CREATE,
    code: "AvailabilityZonesMismatch",
    refuses(question) {
      const only = textAt(fileSystemOf(question)?.outputs, "availabilityZoneName") ?? "";
      return only === "" || only === zoneOf(question).name
        ? undefined
        : `The file system is in ${only}, the subnet in ${zoneOf(question).name}`;
    },
  },
];

/** Where a file system is reached from one availability zone. */
export const mountTarget: Model = {
  type: MOUNT_TARGET,
  source: PROVIDER,
  required: ["fileSystemId", "subnetId"],
  replaces: ["fileSystemId", "ipAddress", "subnetId", "ipAddressType", "ipv6Address"],
  sets: ["securityGroups"],
  references: [
    { property: "fileSystemId", to: [FILE_SYSTEM], missing: "FileSystemNotFound", holds: "FileSystemInUse" },
    { property: "subnetId", to: [SUBNET], missing: "SubnetNotFound", holds: "DependencyViolation" },
    {
      property: "securityGroups",
      to: [SECURITY_GROUP],
      missing: "SecurityGroupNotFound",
      holds: "DependencyViolation",
    },
  ],
  plan: [
    matches({ id: "mount-target-address", source: PROVIDER }, "ipAddress", ADDRESS, "an IPv4 address"),
    oneOf({ id: "mount-target-address-type", source: PROVIDER }, "ipAddressType", [
      "IPV4_ONLY",
      "IPV6_ONLY",
      "DUAL_STACK",
    ]),
  ],
  call: CALL,
  computed: outputsOf,
  settled: ({ outputs }, site) => countTargets(outputs["fileSystemId"], site),
  removed: ({ outputs }, site) => countTargets(outputs["fileSystemId"], site),
  seconds: { create: 85, delete: 20 },
};

function outputsOf(inputs: Values, site: Site): { id: string } & Values {
  const fileSystemId = textAt(inputs, "fileSystemId") ?? "";
  const subnetId = textAt(inputs, "subnetId") ?? "";
  const zone = zoneOf({ inputs, site });
  const dnsName = `${fileSystemId}.efs.${site.region}.amazonaws.com`;
  const groups = textsAt(inputs, "securityGroups");
  const standard = site.find(VPC, "id", vpcOf(SUBNET, subnetId, site))?.outputs["defaultSecurityGroupId"];
  return {
    id: freshId("fsmt", site),
    availabilityZoneId: zone.id,
    availabilityZoneName: zone.name,
    dnsName,
    fileSystemArn: efsArn(`file-system/${fileSystemId}`, site),
    ipAddress: textAt(inputs, "ipAddress") ?? freeAddress(subnetId, site),
    ipAddressType: textAt(inputs, "ipAddressType") ?? "IPV4_ONLY",
    ipv6Address: "",
    mountTargetDnsName: `${zone.name}.${dnsName}`,
    networkInterfaceId: freshId("eni", site),
    ownerId: site.account,
    securityGroups: groups.length > 0 ? groups : [standard],
  };
}

/** Other mount targets of the same file system. */
function others({ inputs, old, site }: Question): Thing[] {
  return site
    .all(MOUNT_TARGET)
    .filter(({ id, outputs }) => id !== old?.id && outputs["fileSystemId"] === inputs["fileSystemId"]);
}

function fileSystemOf({ inputs, site }: Question): Thing | undefined {
  return site.find(FILE_SYSTEM, "id", inputs["fileSystemId"]);
}

function zoneOf({ inputs, site }: Pick<Question, "inputs" | "site">): { name: string; id: string } {
  const subnet = site.find(SUBNET, "id", inputs["subnetId"])?.outputs;
  return { name: textAt(subnet, "availabilityZone") ?? "", id: textAt(subnet, "availabilityZoneId") ?? "" };
}

function countTargets(fileSystemId: unknown, site: Site): void {
  const system = site.find(FILE_SYSTEM, "id", fileSystemId);
  const count = site.all(MOUNT_TARGET).filter(({ outputs }) => outputs["fileSystemId"] === fileSystemId).length;
  if (system !== undefined) site.change(system, { numberOfMountTargets: count });
}
