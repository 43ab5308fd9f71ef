import type { Model, Question, Reference, Site } from "../../model";
import { excludes, lengthBetween, matches } from "../../rules";
import { QUOTAS } from "../account/quotas";
import { runningTemplates } from "../autoscaling/instances";
import { nameFor } from "../names";
import { objectsAt, textAt, textsAt } from "../read";
import { networkAddresses } from "./cidr-rule";
import { DESCRIPTION, inlineRules, RULE_TYPES, type Direction } from "./group-rules";
import { ec2Arn, freshId } from "./ids";
import { SECURITY_GROUP, VPC } from "./placement";

const PROVIDER = "terraform-provider-aws internal/service/ec2/vpc_security_group.go";
const CREATE = "EC2 API CreateSecurityGroup";
const LONGEST = 255;
const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];
const CHARACTERS = "up to 255 characters of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";

const peer = (direction: Direction): Reference => ({
  property: `${direction}.securityGroups`,
  to: [SECURITY_GROUP],
  missing: "InvalidGroup.NotFound",
  holds: "DependencyViolation",
});

/** A firewall around network interfaces. */
export const securityGroup: Model = {
  type: SECURITY_GROUP,
  source: PROVIDER,
  replaces: ["description", "name", "namePrefix", "vpcId"],
  defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
  name: { property: "name", longest: LONGEST },
  sets: DIRECTIONS,
  references: [
    { property: "vpcId", to: [VPC], missing: "InvalidVpcID.NotFound", holds: "DependencyViolation" },
    ...DIRECTIONS.map(peer),
  ],
  plan: [
    lengthBetween({ id: "group-description-length", source: PROVIDER }, "description", 0, LONGEST),
    lengthBetween({ id: "group-name-length", source: PROVIDER }, "name", 0, LONGEST),
    matches({ id: "group-name-no-id", source: PROVIDER }, "name", /^(?!sg-)/, "no text that begins with sg-"),
    excludes({ id: "group-name-or-prefix", source: PROVIDER }, "name", "namePrefix"),
    networkAddresses({ id: "group-inline-cidrs", source: PROVIDER }, "ingress.cidrBlocks", "egress.cidrBlocks"),
  ],
  call: [
    matches(
      {
        id: "group-description-characters",
        source: "hashicorp/terraform-provider-aws#43854, cds-snc/notification-terraform#561",
        code: "InvalidParameterValue",
      },
      "description",
      DESCRIPTION,
      CHARACTERS,
    ),
    matches(
      { id: "group-name-characters", source: CREATE, code: "InvalidParameterValue" },
      "name",
      DESCRIPTION,
      CHARACTERS,
    ),
    { id: "group-name-unique", source: CREATE, code: "InvalidGroup.Duplicate", refuses: taken },
    {
      id: "group-inline-rules-quota",
      source: "Amazon VPC quotas; dan-v/awslambdaproxy#25",
      code: "RulesPerSecurityGroupLimitExceeded",
      refuses: ({ inputs }) =>
        DIRECTIONS.some((direction) => inlineCount(inputs, direction) > QUOTAS.rulesPerGroup)
          ? "The maximum number of rules per security group has been reached."
          : undefined,
    },
  ],
  deletion: [
    {
      id: "group-free-of-instances",
      source: "hashicorp/terraform-provider-aws#1671, hashicorp/terraform#11047",
      code: "DependencyViolation",
      refuses: ({ old, site }) =>
        old !== undefined && hasInstances(old.id, site) ? `resource ${old.id} has a dependent object` : undefined,
    },
  ],
  computed(inputs, site) {
    const id = freshId("sg", site);
    return {
      id,
      arn: ec2Arn(`security-group/${id}`, site),
      egress: inputs["egress"] ?? [],
      ingress: inputs["ingress"] ?? [],
      name: nameFor(inputs, site),
      namePrefix: inputs["namePrefix"] ?? "",
      ownerId: site.account,
      vpcId: inputs["vpcId"] ?? "",
    };
  },
  removed({ id }, site) {
    // The rules of a group go with it; rules of other groups that name it hold it instead.
    for (const direction of DIRECTIONS) {
      for (const own of site.all(RULE_TYPES[direction])) if (own.outputs["securityGroupId"] === id) site.remove(own);
    }
  },
  seconds: { create: 3, delete: 2 },
};

function taken({ inputs: { name, vpcId }, old, site }: Question): string | undefined {
  const other = site
    .all(SECURITY_GROUP)
    .find(({ id, outputs }) => outputs["name"] === name && textAt(outputs, "vpcId") === vpcId && id !== old?.id);
  return other && `The security group '${String(name)}' already exists for VPC '${String(vpcId)}'`;
}

function inlineCount(inputs: Question["inputs"], direction: Direction): number {
  return objectsAt(inputs, direction).flatMap((block) => inlineRules(block, "self")).length;
}

function hasInstances(groupId: string, site: Site): boolean {
  return runningTemplates(site).some(({ outputs }) =>
    [...textsAt(outputs, "vpcSecurityGroupIds"), ...textsAt(outputs, "networkInterfaces.securityGroups")].includes(
      groupId,
    ),
  );
}
