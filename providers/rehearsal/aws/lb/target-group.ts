import type { Model, Question, Rule } from "../../model";
import { between, matches, oneOf, rule } from "../../rules";
import { numberAt, regionalArn, textAt } from "../read";
import { nameRules } from "./names";

/** Type token of a target group. */
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";

const SOURCE = "terraform-provider-aws internal/service/elbv2/target_group.go";
const API = "Elastic Load Balancing API reference, CreateTargetGroup";
const VALIDATION = "ValidationError";
/** Seconds that a check may take where nothing is given. */
const TIMEOUTS: Readonly<Record<string, number>> = { HTTP: 5, HTTPS: 5, TCP: 10, TLS: 10 };

function isLambda({ inputs }: Question): boolean {
  return inputs["targetType"] === "lambda";
}

const plan: Rule[] = [
  ...nameRules("target-group"),
  rule({ id: "target-group-needs", source: `${SOURCE}, resourceTargetGroupCustomizeDiff` }, [], (question) => {
    const missing = ["port", "protocol", "vpcId"].find(
      (property) => question.inputs[property] === undefined && !question.unknown(property),
    );
    return missing === undefined || isLambda(question)
      ? undefined
      : `${missing} should be set when target type is ${String(question.inputs["targetType"])}`;
  }),
  between({ id: "target-group-port", source: SOURCE }, "port", 1, 65_535),
  oneOf({ id: "target-group-protocol", source: SOURCE }, "protocol", [
    "HTTP",
    "HTTPS",
    "TCP",
    "TLS",
    "UDP",
    "TCP_UDP",
    "GENEVE",
  ]),
  oneOf({ id: "target-group-type", source: SOURCE }, "targetType", ["instance", "ip", "lambda", "alb"]),
  between({ id: "target-group-deregistration", source: SOURCE }, "deregistrationDelay", 0, 3600),
  rule({ id: "target-group-slow-start", source: SOURCE }, ["slowStart"], ({ inputs }) => {
    const slow = numberAt(inputs, "slowStart") ?? 0;
    return slow === 0 || (slow >= 30 && slow <= 900)
      ? undefined
      : `slowStart is ${slow}; it has to be 0, or from 30 to 900`;
  }),
  between({ id: "target-group-healthy", source: SOURCE }, "healthCheck.healthyThreshold", 2, 10),
  between({ id: "target-group-unhealthy", source: SOURCE }, "healthCheck.unhealthyThreshold", 2, 10),
  between({ id: "target-group-interval", source: SOURCE }, "healthCheck.interval", 5, 300),
  between({ id: "target-group-timeout", source: SOURCE }, "healthCheck.timeout", 2, 120),
  matches(
    { id: "target-group-path", source: SOURCE },
    "healthCheck.path",
    /^\/.{0,1023}$/,
    "a path that begins with a slash, of up to 1024 characters",
  ),
  matches(
    { id: "target-group-check-port", source: SOURCE },
    "healthCheck.port",
    /^(traffic-port|[1-9]\d{0,4})$/,
    "traffic-port or a port",
  ),
  rule(
    { id: "target-group-tcp-check", source: `${SOURCE}, resourceTargetGroupCustomizeDiff` },
    ["healthCheck"],
    ({ inputs }) =>
      textAt(inputs, "healthCheck.protocol") === "TCP" &&
      (textAt(inputs, "healthCheck.path") ?? textAt(inputs, "healthCheck.matcher")) !== undefined
        ? "health_check.path and health_check.matcher are not supported for target_groups with TCP health checks"
        : undefined,
  ),
];

const call: Rule[] = [
  rule(
    {
      id: "target-group-name-free",
      source: `${SOURCE}: refused by the provider before the call`,
      code: "DuplicateTargetGroupName",
    },
    ["name"],
    ({ inputs, old, site }) =>
      old === undefined && site.find(TARGET_GROUP, "name", inputs["name"]) !== undefined
        ? `ELBv2 Target Group (${String(inputs["name"])}) already exists`
        : undefined,
  ),
  rule({ id: "target-group-timeout-below-interval", source: API, code: VALIDATION }, ["healthCheck"], ({ inputs }) => {
    const interval = numberAt(inputs, "healthCheck.interval") ?? 30;
    const timeout =
      numberAt(inputs, "healthCheck.timeout") ?? TIMEOUTS[textAt(inputs, "healthCheck.protocol") ?? "HTTP"] ?? 5;
    return timeout < interval ? undefined : `Health check interval must be greater than the timeout.`;
  }),
  rule(
    { id: "target-group-matcher", source: `${API}, Matcher`, code: "InvalidParameter" },
    ["healthCheck"],
    ({ inputs }) => {
      const matcher = textAt(inputs, "healthCheck.matcher");
      return matcher === undefined || /^[2-4]\d\d(-[2-4]\d\d)?(,[2-4]\d\d(-[2-4]\d\d)?)*$/.test(matcher)
        ? undefined
        : `Health check matcher HTTP code '${matcher}' must be within '200-499' inclusive`;
    },
  ),
];

/** Where a load balancer sends requests to. */
export const targetGroup: Model = {
  type: TARGET_GROUP,
  source: SOURCE,
  replaces: ["ipAddressType", "name", "namePrefix", "port", "protocol", "protocolVersion", "targetType", "vpcId"],
  name: { property: "name", longest: 32 },
  defaults: {
    deregistrationDelay: 300,
    lambdaMultiValueHeadersEnabled: false,
    proxyProtocolV2: false,
    slowStart: 0,
    targetType: "instance",
    "healthCheck.enabled": true,
    "healthCheck.healthyThreshold": 3,
    "healthCheck.unhealthyThreshold": 3,
    "healthCheck.interval": 30,
    "healthCheck.port": "traffic-port",
    "healthCheck.protocol": "HTTP",
    "stickiness.enabled": true,
    "stickiness.cookieDuration": 86_400,
  },
  references: [{ property: "vpcId", to: ["aws:ec2/vpc:Vpc"], missing: "InvalidConfigurationRequest" }],
  plan,
  call,
  computed: (inputs, site) => {
    const arnSuffix = `targetgroup/${String(inputs["name"])}/${site.fresh(16)}`;
    const id = regionalArn(site, "elasticloadbalancing", arnSuffix);
    return {
      id,
      arn: id,
      arnSuffix,
      ipAddressType: inputs["ipAddressType"] ?? "ipv4",
      protocolVersion: inputs["protocolVersion"] ?? (String(inputs["protocol"]).startsWith("HTTP") ? "HTTP1" : ""),
      loadBalancerArns: [],
      loadBalancingAlgorithmType: inputs["loadBalancingAlgorithmType"] ?? "round_robin",
    };
  },
  seconds: { create: 2, update: 2, delete: 2 },
};
