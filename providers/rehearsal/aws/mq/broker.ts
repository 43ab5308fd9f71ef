import type { Model, Rule, Site, Values } from "../../model";
import { entriesBetween, lengthBetween, matches, oneOf, rule } from "../../rules";
import { freshUuid } from "../documents";
import { regionalArn, textsAt } from "../read";
import { RABBIT_RULES } from "./rabbitmq";

const TYPE = "aws:mq/broker:Broker";
const SOURCE = "terraform-provider-aws internal/service/mq/broker.go";

/** The message does not repeat the password. */
const password: Rule = rule(
  { id: "mq-password", source: `${SOURCE}, ValidBrokerPassword` },
  ["users"],
  ({ inputs, old }) => {
    const texts = old === undefined ? textsAt(inputs, "users.password") : [];
    return texts.every(
      (text) => text.length >= 12 && text.length <= 250 && new Set(text).size >= 4 && !/[,:=]/.test(text),
    )
      ? undefined
      : "users.password has to be of 12 to 250 characters, at least 4 of them different, without commas, colons and equal signs";
  },
);

const audit: Rule = rule({ id: "mq-audit-log", source: SOURCE }, ["logs"], ({ inputs }) =>
  textsAt(inputs, "logs.audit").includes("true")
    ? "logs.audit: Can not be configured when engine is RabbitMQ"
    : undefined,
);

const taken: Rule = rule(
  {
    id: "mq-name-taken",
    source: "Amazon MQ REST API Reference, Brokers, ConflictException",
    code: "ConflictException",
  },
  ["brokerName"],
  ({ inputs, old, site }) =>
    old === undefined && site.find(TYPE, "brokerName", inputs["brokerName"]) !== undefined
      ? `Broker name [${String(inputs["brokerName"])}] already exists. Choose a different broker name.`
      : undefined,
);

/** A RabbitMQ broker of Amazon MQ. */
export const broker: Model = {
  type: TYPE,
  source: SOURCE,
  required: ["engineType", "engineVersion", "hostInstanceType"],
  replaces: [
    "brokerName",
    "dataReplicationPrimaryBrokerArn",
    "deploymentMode",
    "encryptionOptions",
    "engineType",
    "ldapServerMetadata",
    "publiclyAccessible",
    "subnetIds",
  ],
  defaults: {
    applyImmediately: false,
    autoMinorVersionUpgrade: false,
    deploymentMode: "SINGLE_INSTANCE",
    publiclyAccessible: false,
  },
  name: { property: "brokerName", longest: 50 },
  sets: ["securityGroups", "subnetIds", "users"],
  references: [
    {
      property: "configuration.id",
      to: ["aws:mq/configuration:Configuration"],
      missing: "NotFoundException",
      holds: "ConflictException",
    },
    {
      property: "subnetIds",
      to: ["aws:ec2/subnet:Subnet"],
      missing: "BadRequestException",
      holds: "DependencyViolation",
    },
    {
      property: "securityGroups",
      to: ["aws:ec2/securityGroup:SecurityGroup"],
      missing: "BadRequestException",
      holds: "DependencyViolation",
    },
  ],
  plan: [
    matches(
      { id: "mq-name", source: `${SOURCE}, ValidateBrokerName` },
      "brokerName",
      /^[0-9A-Za-z_-]{1,50}$/,
      "1 to 50 letters, digits, hyphens and underscores",
    ),
    oneOf({ id: "mq-deployment-modes", source: SOURCE }, "deploymentMode", [
      "SINGLE_INSTANCE",
      "ACTIVE_STANDBY_MULTI_AZ",
      "CLUSTER_MULTI_AZ",
    ]),
    entriesBetween({ id: "mq-groups", source: SOURCE }, "securityGroups", 0, 5),
    lengthBetween({ id: "mq-username-length", source: SOURCE }, "users.username", 2, 100),
    password,
    audit,
  ],
  call: [...RABBIT_RULES, taken],
  computed: (inputs, site) => made(inputs, site),
  seconds: {
    create: (inputs) => (inputs["deploymentMode"] === "CLUSTER_MULTI_AZ" ? 1200 : 900),
    update: 60,
    delete: 300,
  },
};

function made(inputs: Values, site: Site): { id: string } & Values {
  const id = `b-${freshUuid(site)}`;
  const host = `${id}.mq.${site.region}.on.aws`;
  const open: Values = {
    authenticationStrategy: "SIMPLE",
    configuration: { id: `c-${freshUuid(site)}`, revision: 1 },
    maintenanceWindowStartTime: { dayOfWeek: "SUNDAY", timeOfDay: "03:00", timeZone: "UTC" },
    storageType: "EBS",
  };
  return {
    ...Object.fromEntries(Object.entries(open).filter(([name]) => inputs[name] === undefined)),
    id,
    arn: regionalArn(site, "mq", `broker:${String(inputs["brokerName"])}:${id}`),
    instances: [{ consoleUrl: `https://${host}`, endpoints: [`amqps://${host}:5671`], ipAddress: "" }],
    pendingDataReplicationMode: "",
  };
}
