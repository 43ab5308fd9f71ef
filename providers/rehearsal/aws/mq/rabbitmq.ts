/** What Amazon MQ says of RabbitMQ brokers; versions and instance types as of October 2026. */
import type { Question, Rule } from "../../model";
import { rule, type About } from "../../rules";
import { objectsAt, textAt, textsAt } from "../read";
import { subnetVpcs, subnetZones } from "../zones";

const GUIDE = "Amazon MQ Developer Guide";
/** github.com/hashicorp/terraform-provider-aws/pull/46883 has the answer of CreateBroker. */
const VERSIONS = ["4.2", "3.13"];
const M5 = ["large", "xlarge", "2xlarge", "4xlarge"].map((size) => `mq.m5.${size}`);
const M7G = ["medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"].map(
  (size) => `mq.m7g.${size}`,
);
const TYPES = ["mq.t3.micro", ...M5, ...M7G];

const isRabbit = ({ inputs }: Question): boolean => String(inputs["engineType"]).toLowerCase() === "rabbitmq";
const isCluster = ({ inputs }: Question): boolean => inputs["deploymentMode"] === "CLUSTER_MULTI_AZ";

/** A rule of RabbitMQ's own. */
function ofRabbit(
  about: Omit<About, "code">,
  properties: readonly string[],
  refuses: (question: Question) => string | undefined,
): Rule {
  const refused = (question: Question): string | undefined => (isRabbit(question) ? refuses(question) : undefined);
  return rule({ ...about, code: "BadRequestException" }, ["engineType", ...properties], refused);
}

const engine = rule(
  { id: "mq-engine", source: "only RabbitMQ is simulated; Amazon MQ has ActiveMQ too" },
  ["engineType"],
  (question) =>
    isRabbit(question)
      ? undefined
      : `engineType is ${String(question.inputs["engineType"])}; only RabbitMQ is simulated`,
);

const version = ofRabbit(
  { id: "mq-version", source: "github.com/hashicorp/terraform-provider-aws/pull/46883" },
  ["engineVersion"],
  ({ inputs }) => {
    const asked = textAt(inputs, "engineVersion") ?? "";
    return VERSIONS.includes(asked)
      ? undefined
      : `Invalid broker engine version [${asked}] for RABBITMQ (valid: ${VERSIONS.join(", ")})`;
  },
);

const minorUpgrades = ofRabbit(
  { id: "mq-minor-upgrades", source: "github.com/hashicorp/terraform-provider-aws/issues/42516" },
  ["engineVersion", "autoMinorVersionUpgrade"],
  ({ inputs }) =>
    inputs["autoMinorVersionUpgrade"] === true
      ? undefined
      : `Brokers on [RabbitMQ] version [${String(inputs["engineVersion"])}] must have [autoMinorVersionUpgrade] set to [true].`,
);

const instanceType = ofRabbit(
  { id: "mq-instance-type", source: `${GUIDE}, RabbitMQ 4; broker instance types` },
  ["hostInstanceType", "engineVersion"],
  ({ inputs }) => {
    const asked = textAt(inputs, "hostInstanceType") ?? "";
    const offered = (textAt(inputs, "engineVersion") ?? "").startsWith("4.") ? M7G : TYPES;
    return offered.includes(asked)
      ? undefined
      : `Broker engine type [RabbitMQ] version [${String(inputs["engineVersion"])}] does not support host instance type [${asked}] (it has ${offered.join(", ")}).`;
  },
);

const downgrade = ofRabbit(
  { id: "mq-type-downgrade", source: "github.com/alphagov/govuk-infrastructure/pull/1858" },
  ["hostInstanceType"],
  ({ inputs, old }) => {
    const from = textAt(old?.outputs ?? {}, "hostInstanceType");
    return from !== undefined && from !== "mq.t3.micro" && inputs["hostInstanceType"] === "mq.t3.micro"
      ? `Downgrading from current instance type [${from}] to requested instance type [mq.t3.micro] is not supported for RabbitMQ brokers.`
      : undefined;
  },
);

const mode = ofRabbit(
  { id: "mq-deployment-mode", source: `${GUIDE}, deployment options for RabbitMQ brokers` },
  ["deploymentMode", "hostInstanceType"],
  (question) => {
    const { inputs } = question;
    if (inputs["deploymentMode"] === "ACTIVE_STANDBY_MULTI_AZ") {
      return "Deployment mode [ACTIVE_STANDBY_MULTI_AZ] is not supported for broker engine type [RabbitMQ].";
    }
    return isCluster(question) && inputs["hostInstanceType"] === "mq.t3.micro"
      ? "Host instance type [mq.t3.micro] does not support deployment mode [CLUSTER_MULTI_AZ]."
      : undefined;
  },
);

const subnets = ofRabbit(
  {
    id: "mq-subnets",
    source:
      "github.com/awsdocs/aws-cloudformation-user-guide/issues/347; Amazon MQ REST API Reference, Brokers, subnetIds",
  },
  ["subnetIds", "deploymentMode"],
  (question) => {
    const ids = textsAt(question.inputs, "subnetIds");
    if (ids.length === 0) return undefined;
    if (!isCluster(question)) {
      return ids.length === 1
        ? undefined
        : `Specify exactly one subnet for deployment mode [SINGLE_INSTANCE]; there are ${ids.length}.`;
    }
    const zones = subnetZones(ids, question.site) ?? ids;
    return zones.length === ids.length
      ? undefined
      : `The subnets must be in different Availability Zones; ${ids.length} are in ${zones.length}.`;
  },
);

const publicGroups = ofRabbit(
  { id: "mq-public-groups", source: "github.com/hashicorp/terraform-provider-aws/issues/25985" },
  ["publiclyAccessible"],
  ({ inputs, unknown }) =>
    inputs["publiclyAccessible"] === true && (unknown("securityGroups") || textsAt(inputs, "securityGroups").length > 0)
      ? "Broker with [publiclyAccessible] set to true does not support specifying [securityGroups]"
      : undefined,
);

const ownVpc = ofRabbit(
  { id: "mq-default-vpc", source: "github.com/aws-controllers-k8s/community/issues/1517" },
  ["publiclyAccessible", "subnetIds", "securityGroups"],
  ({ inputs, site }) => {
    const ids = textsAt(inputs, "subnetIds");
    const groups = textsAt(inputs, "securityGroups");
    if (inputs["publiclyAccessible"] === true || (ids.length === 0 && groups.length === 0)) return undefined;
    if (ids.length === 0 || groups.length === 0) {
      return "Subnets and security groups must belong to the default VPC when only one is provided.";
    }
    const vpcs = subnetVpcs(ids, site) ?? [];
    const other = groups.find((id) => {
      const vpc = textAt(site.find("aws:ec2/securityGroup:SecurityGroup", "id", id)?.outputs ?? {}, "vpcId");
      return vpc !== undefined && vpcs.length > 0 && !vpcs.includes(vpc);
    });
    return other === undefined ? undefined : `Security group [${other}] and the subnets must belong to the same VPC.`;
  },
);

const groupsStay = ofRabbit(
  { id: "mq-groups-changed", source: "github.com/hashicorp/terraform-provider-aws/issues/33514" },
  ["securityGroups"],
  ({ inputs, old }) => {
    const [from, to] = [old?.outputs ?? {}, inputs].map((values) => textsAt(values, "securityGroups").sort().join());
    return old === undefined || from === to
      ? undefined
      : "Changing security groups is not supported for RabbitMQ brokers.";
  },
);

const oneUser = ofRabbit(
  { id: "mq-one-user", source: `${GUIDE}, Amazon MQ for RabbitMQ users` },
  ["users"],
  ({ inputs, old }) => {
    const users = objectsAt(inputs, "users");
    return old !== undefined || users.length === 1
      ? undefined
      : `Specify exactly one user for broker engine type [RabbitMQ]; there are ${users.length}.`;
  },
);

const guest = ofRabbit(
  { id: "mq-username", source: `${GUIDE}, best practices for RabbitMQ broker setup; REST API Reference, Users` },
  ["users"],
  ({ inputs, old }) => {
    const names = old === undefined ? textsAt(inputs, "users.username") : [];
    if (names.includes("guest")) return "Username [guest] is not supported for RabbitMQ brokers.";
    return names.every((name) => /^[A-Za-z0-9._~-]{2,100}$/.test(name))
      ? undefined
      : "Username can only contain 2 to 100 alphanumeric characters, dashes, periods, underscores, and tildes (- . _ ~).";
  },
);

/** Rules that need RabbitMQ to be what is asked for. */
export const RABBIT_RULES: readonly Rule[] = [
  engine,
  version,
  minorUpgrades,
  instanceType,
  downgrade,
  mode,
  subnets,
  publicGroups,
  ownVpc,
  groupsStay,
  oneUser,
  guest,
];
