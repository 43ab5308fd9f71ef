import type { Model, Rule, Site, Values } from "../../model";
import { between, jsonText, oneOf, rule } from "../../rules";
import { nameFor } from "../names";
import { regionalArn, textAt } from "../read";
import { policyTaken } from "./policies";

export const TOPIC = "aws:sns/topic:Topic";
const SOURCE = "terraform-provider-aws internal/service/sns/topic.go";
const SAMPLED = ["application", "firehose", "http", "lambda", "sqs"];
const FIFO_ONLY = ["archivePolicy", "fifoThroughputScope"];

const name: Rule = rule({ id: "topic-name", source: SOURCE }, ["name", "fifoTopic"], ({ inputs }) => {
  const asked = textAt(inputs, "name");
  if (asked === undefined) return undefined;
  const fifo = inputs["fifoTopic"] === true;
  if ((fifo ? /^[0-9A-Za-z_-]{1,251}\.fifo$/ : /^[0-9A-Za-z_-]{1,256}$/).test(asked)) return undefined;
  return fifo
    ? `name is "${asked}"; it has to be 1 to 251 letters, digits, underscores and hyphens, and end in .fifo`
    : `name is "${asked}"; it has to be 1 to 256 letters, digits, underscores and hyphens`;
});

const fifoOnly: Rule = rule({ id: "topic-fifo-only", source: SOURCE }, ["fifoTopic"], ({ inputs }) => {
  if (inputs["fifoTopic"] === true) return undefined;
  const wrong = FIFO_ONLY.find((property) => inputs[property] !== undefined);
  if (wrong !== undefined) return `${wrong} can only be set for FIFO topics`;
  return inputs["contentBasedDeduplication"] === true
    ? "content-based deduplication can only be set for FIFO topics"
    : undefined;
});

const displayName: Rule = rule(
  { id: "topic-display-name", source: "Amazon SNS API Reference, CreateTopic, DisplayName", code: "InvalidParameter" },
  ["displayName"],
  ({ inputs }) =>
    (textAt(inputs, "displayName") ?? "").length > 100
      ? "Invalid parameter: DisplayName must be at most 100 characters long"
      : undefined,
);

/** What messages are published to. CreateTopic answers with a topic of the same name that is there already. */
export const topic: Model = {
  type: TOPIC,
  source: SOURCE,
  replaces: ["name", "namePrefix", "fifoTopic"],
  defaults: { contentBasedDeduplication: false, fifoTopic: false },
  name: { property: "name", longest: 256 },
  json: ["policy", "deliveryPolicy", "archivePolicy"],
  plan: [
    name,
    fifoOnly,
    ...SAMPLED.map((kind) =>
      between({ id: `topic-${kind}-sample-rate`, source: SOURCE }, `${kind}SuccessFeedbackSampleRate`, 0, 100),
    ),
    between({ id: "topic-signature-version", source: SOURCE }, "signatureVersion", 1, 2),
    oneOf({ id: "topic-tracing", source: SOURCE }, "tracingConfig", ["PassThrough", "Active"]),
    jsonText({ id: "topic-policy-json", source: SOURCE }, "policy"),
    jsonText({ id: "topic-delivery-json", source: SOURCE }, "deliveryPolicy"),
  ],
  call: [displayName, policyTaken("topic-own-policy")],
  computed: (inputs, site) => made(inputs, site),
  removed: ({ outputs }, site) => {
    site
      .all("aws:sns/topicSubscription:TopicSubscription")
      .filter((subscription) => subscription.outputs["topic"] === outputs["arn"])
      .forEach((subscription) => site.remove(subscription));
  },
  seconds: { create: 1, update: 1, delete: 1 },
};

function made(inputs: Values, site: Site): { id: string } & Values {
  const name = nameFor(inputs, site);
  const id = regionalArn(site, "sns", name);
  const open: Values = {
    policy: defaultPolicy(id, site.account),
    signatureVersion: 0,
    tracingConfig: "PassThrough",
    ...(inputs["fifoTopic"] === true && { fifoThroughputScope: "Topic" }),
  };
  const chosen = Object.entries(open).filter(([property]) => inputs[property] === undefined);
  return { ...Object.fromEntries(chosen), id, name, arn: id, owner: site.account, beginningArchiveTime: "" };
}

/** What a topic says that nobody gave a policy: everyone of its own account may use it. */
export function defaultPolicy(arn: string, account: string): string {
  const actions = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });
}
