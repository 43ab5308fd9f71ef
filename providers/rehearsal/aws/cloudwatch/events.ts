/** Rules of EventBridge and what they set off. */
import { isObject } from "../../../protocol/values";
import type { Model, Rule } from "../../model";
import { anyOf, arn, between, excludes, jsonText, lengthBetween, matches, oneOf, rule } from "../../rules";
import { documentOf } from "../documents";
import { nameFor } from "../names";
import { objectsAt, regionalArn, textAt } from "../read";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const OF_RULE = "terraform-provider-aws internal/service/events/rule.go";
const OF_TARGET = "terraform-provider-aws internal/service/events/target.go";
const MOST_TARGETS = 5;

const schedule: Rule = rule(
  {
    id: "event-schedule",
    source: "github.com/buildkite/buildkite-agent-scaler/pull/100, github.com/cds-snc/notification-terraform/pull/344",
    code: "ValidationException",
  },
  ["scheduleExpression", "eventBusName"],
  ({ inputs }) => {
    const text = textAt(inputs, "scheduleExpression");
    if (text === undefined) return undefined;
    if (inputs["eventBusName"] !== "default") return "ScheduleExpression is supported only on the default event bus.";
    return isRate(text) || isCron(text) ? undefined : "Parameter ScheduleExpression is not valid.";
  },
);

const pattern: Rule = rule(
  {
    id: "event-pattern",
    source: "Amazon EventBridge API Reference, PutRule, InvalidEventPatternException",
    code: "InvalidEventPatternException",
  },
  ["eventPattern"],
  ({ inputs }) => {
    const text = textAt(inputs, "eventPattern");
    const document = documentOf(text);
    if (text === undefined || (document !== undefined && Object.values(document).every(isFilter))) return undefined;
    return "Event pattern is not valid. Reason: each key has to have a list of values, or an object of such keys.";
  },
);

/** What events are looked for, or when one is made. PutRule overwrites a rule of the same name without a word. */
export const eventRule: Model = {
  type: RULE,
  source: OF_RULE,
  replaces: ["name", "namePrefix", "eventBusName"],
  defaults: { eventBusName: "default", forceDestroy: false },
  name: { property: "name", longest: 64 },
  json: ["eventPattern"],
  references: [{ property: "roleArn", to: ["aws:iam/role:Role"], by: "arn", missing: "ValidationException" }],
  plan: [
    matches(
      { id: "event-rule-name", source: "terraform-provider-aws internal/service/events/validate.go" },
      "name",
      /^[0-9A-Za-z_.-]{1,64}$/,
      "1 to 64 letters, digits and _.-",
    ),
    anyOf({ id: "event-rule-when", source: OF_RULE }, ["scheduleExpression", "eventPattern"]),
    jsonText({ id: "event-pattern-json", source: OF_RULE }, "eventPattern"),
    lengthBetween({ id: "event-pattern-length", source: OF_RULE }, "eventPattern", 1, 4096),
    lengthBetween({ id: "event-rule-description", source: OF_RULE }, "description", 0, 512),
    excludes({ id: "event-rule-state", source: OF_RULE }, "isEnabled", "state"),
    oneOf({ id: "event-rule-states", source: OF_RULE }, "state", [
      "ENABLED",
      "DISABLED",
      "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    ]),
  ],
  call: [schedule, pattern],
  computed: (inputs, site) => {
    const [name, bus] = [nameFor(inputs, site), String(inputs["eventBusName"])];
    const id = bus === "default" ? name : `${bus}/${name}`;
    return {
      id,
      name,
      arn: regionalArn(site, "events", `rule/${id}`),
      ...(inputs["state"] === undefined && { state: "ENABLED" }),
    };
  },
  seconds: { create: 1, update: 1, delete: 1 },
};

const most: Rule = rule(
  { id: "event-targets", source: "Amazon EventBridge quotas: targets per rule", code: "LimitExceededException" },
  ["rule"],
  ({ inputs, old, site }) => {
    const others = site.all(TARGET).filter(({ outputs }) => outputs["rule"] === inputs["rule"]).length;
    return old === undefined && others >= MOST_TARGETS
      ? `The requested resource exceeds the maximum number allowed: ${MOST_TARGETS} targets of a rule.`
      : undefined;
  },
);

const role: Rule = rule(
  {
    id: "event-target-role",
    source: "github.com/awsdocs/aws-cloudformation-user-guide/pull/1178; Amazon EventBridge API Reference, PutTargets",
    code: "ValidationException",
  },
  ["arn", "roleArn"],
  ({ inputs }) => {
    const target = textAt(inputs, "arn") ?? "";
    const byRole = /^arn:aws[a-z-]*:(ecs|states|codebuild|codepipeline|kinesis|firehose|batch|events):/.test(target);
    return byRole && inputs["roleArn"] === undefined ? `RoleArn is required for target ${target}.` : undefined;
  },
);

const task: Rule = rule(
  {
    id: "event-target-network",
    source: "Amazon EventBridge API Reference, EcsParameters, NetworkConfiguration",
    code: "ValidationException",
  },
  ["ecsTarget"],
  ({ inputs, site }) => {
    const wrong = objectsAt(inputs, "ecsTarget").find((target) => {
      const found = site.find("aws:ecs/taskDefinition:TaskDefinition", "arn", target["taskDefinitionArn"]);
      const own = found?.outputs["networkMode"] === "awsvpc" || target["launchType"] === "FARGATE";
      return own && target["networkConfiguration"] === undefined;
    });
    return wrong === undefined ? undefined : "NetworkConfiguration is required for tasks with network mode awsvpc.";
  },
);

/** What an event rule sets off. */
export const eventTarget: Model = {
  type: TARGET,
  source: OF_TARGET,
  required: ["arn", "rule"],
  replaces: ["rule", "eventBusName", "targetId"],
  defaults: { eventBusName: "default", forceDestroy: false },
  json: ["input"],
  references: [
    { property: "rule", to: [RULE], by: "name", missing: "ResourceNotFoundException", holds: "ValidationException" },
    { property: "roleArn", to: ["aws:iam/role:Role"], by: "arn", missing: "ValidationException" },
    {
      property: "arn",
      to: ["aws:sns/topic:Topic"],
      by: "arn",
      missing: "ValidationException",
      except: /^arn:aws[a-z-]*:(?!sns:)/,
    },
  ],
  plan: [
    matches(
      { id: "event-target-id", source: "terraform-provider-aws internal/service/events/validate.go" },
      "targetId",
      /^[0-9A-Za-z_.-]{1,64}$/,
      "1 to 64 letters, digits and _.-",
    ),
    arn({ id: "event-target-arn", source: OF_TARGET }, "arn"),
    excludes({ id: "event-target-input", source: OF_TARGET }, "input", "inputTransformer"),
    excludes({ id: "event-target-path", source: OF_TARGET }, "input", "inputPath"),
    jsonText({ id: "event-target-json", source: OF_TARGET }, "input"),
    between({ id: "event-target-retries", source: OF_TARGET }, "retryPolicy.maximumRetryAttempts", 0, 185),
    between({ id: "event-target-age", source: OF_TARGET }, "retryPolicy.maximumEventAgeInSeconds", 0, 86400),
  ],
  call: [most, role, task],
  computed: (inputs, site) => {
    const targetId = textAt(inputs, "targetId") ?? `terraform-${site.fresh(26)}`;
    const bus = inputs["eventBusName"] === "default" ? "" : `${String(inputs["eventBusName"])}-`;
    return { id: `${bus}${String(inputs["rule"])}-${targetId}`, targetId };
  },
  seconds: { create: 1, update: 1, delete: 1 },
};

/** `rate(1 minute)`, `rate(5 minutes)`: singular for one, plural for more. */
function isRate(text: string): boolean {
  const [, number = "", unit = ""] = /^rate\((\d+) (minute|hour|day|minutes|hours|days)\)$/.exec(text) ?? [];
  return Number(number) >= 1 && unit.endsWith("s") === Number(number) > 1;
}

/** Six fields: minutes, hours, day of the month, month, day of the week, year; one of the days is a question mark. */
function isCron(text: string): boolean {
  const fields = (/^cron\((.+)\)$/.exec(text)?.[1] ?? "").split(" ");
  return fields.length === 6 && (fields[2] === "?") !== (fields[4] === "?");
}

function isFilter(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isObject(value) && Object.values(value).every(isFilter);
}
