/** What the launch of an environment fails of: it is accepted, made in part, and taken away again. */
import type { Question, Rule } from "../../model";
import { assumable } from "../grants";
import { named, nameOf, textAt } from "../read";
import { afterwards } from "./afterwards";
import { balancerFault } from "./network-rules";
import {
  INSTANCES,
  KIND,
  LAUNCH,
  LISTENER,
  PROPERTIES,
  balancerOf,
  entriesOf,
  isOn,
  option,
  settingsOf,
} from "./settings";

const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const ROLE = "aws:iam/role:Role";
const KEY_PAIR = "aws:ec2/keyPair:KeyPair";
const CERTIFICATE = "aws:acm/certificate:Certificate";
const GUIDE = "AWS Elastic Beanstalk developer guide";
const MOST_PROPERTIES = 4096;

const profileOf = ({ inputs, site }: Question) => named(site, PROFILE, option(inputs, LAUNCH, "IamInstanceProfile"));

/** The role of an environment's machines; undefined when it is not known. */
export function machineRole(question: Question): string | undefined {
  const name = textAt(profileOf(question)?.outputs, "role");
  return name === undefined ? undefined : textAt(named(question.site, ROLE, name)?.outputs, "arn");
}

function profileRoleFault(question: Question): string | undefined {
  const profile = profileOf(question);
  // A profile that was there before has what it needs.
  if (profile === undefined || Object.keys(profile.inputs).length === 0) return undefined;
  const role = textAt(profile.outputs, "role") ?? "";
  if (role === "") {
    return `The instance profile ${profile.id} associated with the environment has no role. Please attach a role to the instance profile.`;
  }
  const arn = machineRole(question);
  return arn === undefined || assumable(question.site, arn, "ec2.amazonaws.com")
    ? undefined
    : `The role ${role} of the instance profile ${profile.id} cannot be assumed by EC2: the instances have no credentials.`;
}

function serviceRoleFault({ inputs, site }: Question): string | undefined {
  const name = option(inputs, KIND, "ServiceRole");
  if (name === undefined) return undefined;
  const role = named(site, ROLE, name) ?? site.find(ROLE, "name", nameOf(name));
  if (role === undefined) {
    return `The service role ${name} associated with the environment does not exist, or cannot be assumed.`;
  }
  return assumable(site, textAt(role.outputs, "arn") ?? "", "elasticbeanstalk.amazonaws.com")
    ? undefined
    : `Elastic Beanstalk is not authorized to perform: sts:AssumeRole on resource: ${name}`;
}

/** What makes Elastic Beanstalk use a launch template in place of a launch configuration. */
function usesTemplate({ inputs }: Question): boolean {
  return (
    isOn(inputs, LAUNCH, "DisableIMDSv1") ||
    isOn(inputs, INSTANCES, "EnableSpot") ||
    isOn(inputs, LAUNCH, "LaunchTemplateTagPropagationEnabled") ||
    option(inputs, LAUNCH, "RootVolumeType") === "gp3" ||
    option(inputs, LAUNCH, "RootVolumeThroughput") !== undefined ||
    (option(inputs, LAUNCH, "BlockDeviceMappings") ?? "").includes(":gp3")
  );
}

function certificateFault({ inputs, site }: Question): string | undefined {
  const secure = settingsOf(inputs).filter(
    ({ namespace, name, value }) => namespace.startsWith(`${LISTENER}:`) && name === "Protocol" && value === "HTTPS",
  );
  for (const { namespace } of secure) {
    const arns = entriesOf(option(inputs, namespace, "SSLCertificateArns") ?? "");
    const failed = "Creating Load Balancer listener failed Reason: ";
    if (arns.length === 0) return `${failed}A certificate must be specified for HTTPS listeners`;
    for (const arn of arns.filter((each) => each.includes(":acm:"))) {
      const certificate = site.find(CERTIFICATE, "arn", arn);
      const status = textAt(certificate?.outputs, "status") ?? "ISSUED";
      if (certificate === undefined || arn.split(":")[3] !== site.region) {
        return `${failed}Certificate ARN '${arn}' is not valid (Service: ElasticLoadBalancingV2, Status Code: 400)`;
      }
      if (status !== "ISSUED") {
        return `${failed}The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size, and be issued; its status is ${status}`;
      }
    }
  }
  return undefined;
}

function keyFault({ inputs, site }: Question): string | undefined {
  const name = option(inputs, LAUNCH, "EC2KeyName");
  const there =
    name === undefined ||
    [site.find(KEY_PAIR, "keyName", name), site.find(KEY_PAIR, "id", name)].some((key) => key !== undefined);
  return there ? undefined : `The key pair '${name}' does not exist`;
}

/** Characters of all environment properties, as Elastic Beanstalk hands them to CloudFormation. */
export function propertiesLength({ inputs }: Pick<Question, "inputs">): number {
  const all = settingsOf(inputs).filter(({ namespace }) => namespace === PROPERTIES);
  return all.map(({ name, value }) => `${name}=${value}`).join(",").length;
}

/** Found while the provider waits for the environment to be ready. */
export const launchRules: Rule[] = [
  afterwards("environment-profile-given", "hashicorp/terraform-provider-aws#15155", "launch", ({ inputs }) =>
    option(inputs, LAUNCH, "IamInstanceProfile") === undefined
      ? "Environment must have instance profile associated with it."
      : undefined,
  ),
  afterwards("environment-profile-exists", "aws/aws-elastic-beanstalk-cli#322", "launch", (question) =>
    profileOf(question) === undefined
      ? `The instance profile ${option(question.inputs, LAUNCH, "IamInstanceProfile") ?? ""} associated with the environment does not exist.`
      : undefined,
  ),
  afterwards(
    "environment-profile-role",
    "onnela-lab/beiwe-backend#32; Amazon EC2 user guide, IAM roles",
    "launch",
    profileRoleFault,
  ),
  afterwards(
    "environment-service-role",
    `${GUIDE}, Managing Elastic Beanstalk service roles`,
    "launch",
    serviceRoleFault,
  ),
  afterwards("environment-launch-template", "aws/elastic-beanstalk-roadmap#271", "launch", (question) =>
    usesTemplate(question)
      ? undefined
      : "Creating Auto Scaling launch configuration failed Reason: The Launch Configuration creation operation is not available in your account. Use launch templates to create configuration templates for your Auto Scaling groups.",
  ),
  afterwards(
    "environment-properties-size",
    "meteor-up/mup-aws-beanstalk#42; aws/elastic-beanstalk-roadmap#152",
    "launch",
    (question) =>
      propertiesLength(question) > MOST_PROPERTIES
        ? `Service:AmazonCloudFormation, Message:Template format error: Parameter 'EnvironmentVariables' default value '[****]' length is greater than ${MOST_PROPERTIES}.`
        : undefined,
  ),
  afterwards("environment-key-pair", `${GUIDE}, EC2KeyName`, "launch", keyFault),
  afterwards(
    "environment-balancer-zones",
    "kasmtech/terraform#5; Elastic Load Balancing API reference",
    "launch",
    balancerFault,
  ),
  afterwards("environment-certificate", "Elastic Load Balancing API reference, CreateListener", "launch", (question) =>
    balancerOf(question.inputs) === undefined ? undefined : certificateFault(question),
  ),
];
