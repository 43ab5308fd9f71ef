/** What Auto Scaling refuses of a group, at once and while instances start. */
import type { Question, Rule, Thing, Values } from "../../model";
import { images } from "../account/images";
import { zoneNamed } from "../account/zones";
import { instanceType, isOffered } from "../ec2/instance-types";
import { SECURITY_GROUP, subnetsOf, vpcOf } from "../ec2/placement";
import { flagAt, numberAt, textAt, textsAt } from "../read";
import { capacityOf, GROUP, templateOf } from "./instances";

const CREATE = "Auto Scaling API CreateAutoScalingGroup";
const KEY_PAIR = "aws:ec2/keyPair:KeyPair";
const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const DAY = 86_400;

export const groupRules: Rule[] = [
  validation("asg-sizes", CREATE, sizes),
  validation("asg-lifetime", CREATE, ({ inputs }) => {
    const seconds = numberAt(inputs, "maxInstanceLifetime") ?? 0;
    return seconds === 0 || (seconds >= DAY && seconds <= 365 * DAY)
      ? undefined
      : `Max instance lifetime ${seconds} must be 0 or between 86400 and 31536000 seconds.`;
  }),
  validation("asg-has-zones", CREATE, ({ inputs }) =>
    textsAt(inputs, "availabilityZones").length + textsAt(inputs, "vpcZoneIdentifiers").length === 0
      ? "At least one Availability Zone or VPC Subnet is required."
      : undefined,
  ),
  validation("asg-zone", CREATE, ({ inputs, site }) => {
    const wrong = textsAt(inputs, "availabilityZones").find((name) => zoneNamed(name, site) === undefined);
    return wrong && `Invalid Availability Zone: ${wrong}`;
  }),
  validation("asg-subnets-in-one-vpc", CREATE, ({ inputs, site }) => {
    const vpcs = new Set(subnetsOf(textsAt(inputs, "vpcZoneIdentifiers"), site).map(({ outputs }) => outputs["vpcId"]));
    return vpcs.size > 1 ? "The subnets of a group have to be in one VPC." : undefined;
  }),
  {
    id: "asg-name-unique",
    source: CREATE,
    code: "AlreadyExists",
    refuses({ inputs, old, site }) {
      const name = textAt(inputs, "name");
      return old === undefined && name !== undefined && site.find(GROUP, "name", name) !== undefined
        ? `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`
        : undefined;
    },
  },
  template("asg-template-version", CREATE, (launch, { inputs }) => {
    const version = Number(textAt(inputs, "launchTemplate.version") ?? 1);
    // $Latest and $Default are no numbers, and always there.
    return version > Number(launch.outputs["latestVersion"])
      ? `The specified launch template version ${version} does not exist.`
      : undefined;
  }),
  template("asg-template-image", CREATE, ({ outputs }, { site }) => {
    const id = textAt(outputs, "imageId");
    if (id === undefined) return "The request must contain the parameter ImageId";
    const found = id.startsWith("resolve:") || images(site.region).some((image) => image.id === id);
    return found ? undefined : `The image id '[${id}]' does not exist`;
  }),
  template("asg-template-instance-type", "Amazon EC2 instance types", ({ outputs }) => {
    const name = textAt(outputs, "instanceType");
    const known = name === undefined ? outputs["instanceRequirements"] !== undefined : instanceType(name) !== undefined;
    return known ? undefined : `Invalid value '${String(name)}' for InstanceType.`;
  }),
  template("asg-template-architecture", "eksctl-io/eksctl#8235, Genaker/TerraformMagentoCloud#21", architecture),
  template("asg-template-key-pair", "eksctl-io/eksctl#1989", ({ outputs }, { site }) => {
    const name = textAt(outputs, "keyName");
    return name === undefined ||
      site.find(KEY_PAIR, "keyName", name) !== undefined ||
      site.find(KEY_PAIR, "id", name) !== undefined
      ? undefined
      : `The key pair '${name}' does not exist`;
  }),
  template("asg-template-profile", "terraform-provider-aws internal/service/autoscaling/group.go", profile),
  template("asg-template-groups", CREATE, groups),
];

export const launchRules: Rule[] = [
  {
    id: "asg-launches",
    source: "hashicorp/terraform-provider-aws#26377, compiler-explorer/infra#601",
    refuses({ inputs, site }) {
      const waits =
        textAt(inputs, "waitForCapacityTimeout") !== "0" && !flagAt(inputs, "ignoreFailedScalingActivities");
      const name = textAt(templateOf(inputs, site)?.outputs, "instanceType");
      const zones = subnetsOf(textsAt(inputs, "vpcZoneIdentifiers"), site).flatMap((each) =>
        textsAt(each.outputs, "availabilityZone"),
      );
      const zone = zones.find((each) => name !== undefined && !isOffered(name, each));
      if (!waits || zone === undefined || capacityOf(inputs) < 1) return undefined;
      return (
        `waiting for capacity satisfied: scaling activity: Failed: Your requested instance type (${String(name)}) is not ` +
        `supported in your requested Availability Zone (${zone}). Launching EC2 instance failed.`
      );
    },
  },
];

function validation(id: string, source: string, refuses: Rule["refuses"]): Rule {
  return { id, source, code: "ValidationError", refuses };
}

/** A rule about the launch template of a group. */
function template(id: string, source: string, fault: (launch: Thing, at: Question) => string | undefined): Rule {
  return validation(id, source, (question) => {
    const launch = templateOf(question.inputs, question.site);
    const found = launch === undefined ? undefined : fault(launch, question);
    return found && `You must use a valid fully-formed launch template. ${found}`;
  });
}

function sizes({ inputs }: Question): string | undefined {
  const [least, most] = [numberAt(inputs, "minSize") ?? 0, numberAt(inputs, "maxSize") ?? 0];
  const wanted = capacityOf(inputs);
  if (least > most) return `Max bound, ${most}, must be greater than or equal to min bound, ${least}`;
  if (least < 0) return `Min bound, ${least}, must be greater than or equal to 0`;
  return wanted < least || wanted > most
    ? `Desired capacity:${wanted} must be between the specified min size:${least} and max size:${most}`
    : undefined;
}

function architecture({ outputs }: Thing, { site }: Question): string | undefined {
  const image = images(site.region).find(({ id }) => id === textAt(outputs, "imageId"));
  const type = instanceType(textAt(outputs, "instanceType") ?? "");
  return image === undefined || type === undefined || type.architecture === image.architecture
    ? undefined
    : `The architecture '${type.architecture}' of the specified instance type does not match the architecture ` +
        `'${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, ` +
        "and try again.";
}

function profile({ outputs }: Thing, { site }: Question): string | undefined {
  const name = textAt(outputs, "iamInstanceProfile.name");
  const arn = textAt(outputs, "iamInstanceProfile.arn");
  const missing =
    (name !== undefined && site.find(PROFILE, "name", name) === undefined) ||
    (arn !== undefined && site.find(PROFILE, "arn", arn) === undefined);
  const property = name === undefined ? "arn" : "name";
  return missing
    ? `Value (${String(name ?? arn)}) for parameter iamInstanceProfile.${property} is invalid. Invalid IAM Instance Profile ${property}`
    : undefined;
}

function groups({ outputs }: Thing, { inputs, site }: Question): string | undefined {
  const [subnet] = subnetsOf(textsAt(inputs, "vpcZoneIdentifiers"), site);
  for (const id of groupIds(outputs)) {
    const home = vpcOf(SECURITY_GROUP, id, site);
    if (home === undefined) return `The security group '${id}' does not exist`;
    if (subnet !== undefined && subnet.outputs["vpcId"] !== home) {
      return `Security group ${id} and subnet ${subnet.id} belong to different networks.`;
    }
  }
  return undefined;
}

/** Security groups of the instances that a launch template describes. */
function groupIds(launch: Values): string[] {
  return [...textsAt(launch, "vpcSecurityGroupIds"), ...textsAt(launch, "networkInterfaces.securityGroups")];
}
