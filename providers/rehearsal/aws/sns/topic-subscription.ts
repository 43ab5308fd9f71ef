import type { Model, Rule, Site, Values } from "../../model";
import { arn, jsonText, needs, oneOf, rule } from "../../rules";
import { documentOf, freshUuid } from "../documents";
import { textAt } from "../read";
import { TOPIC } from "./topic";

const SOURCE = "terraform-provider-aws internal/service/sns/topic_subscription.go";
const API = "Amazon SNS API Reference, Subscribe";

/** What an endpoint of a protocol looks like. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  application: /^arn:aws[a-z-]*:sns:/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  "email-json": /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  firehose: /^arn:aws[a-z-]*:firehose:/,
  http: /^http:\/\/[^\s/]+/,
  https: /^https:\/\/[^\s/]+/,
  lambda: /^arn:aws[a-z-]*:lambda:/,
  sms: /^\+\d{6,15}$/,
  sqs: /^arn:aws[a-z-]*:sqs:/,
};

/** A webhook's address is a secret often enough: the message does not repeat it. */
const endpoint: Rule = rule(
  { id: "subscription-endpoint", source: "github.com/argoproj/argo-events/issues/414", code: "InvalidParameter" },
  ["endpoint", "protocol"],
  ({ inputs }) => {
    const form = ENDPOINTS[textAt(inputs, "protocol") ?? ""];
    const asked = textAt(inputs, "endpoint") ?? "";
    return form === undefined || form.test(asked)
      ? undefined
      : "Invalid parameter: Endpoint must match the specified protocol";
  },
);

const fifo: Rule = rule(
  { id: "subscription-fifo", source: `${API}; Amazon SNS Developer Guide, FIFO topics`, code: "InvalidParameter" },
  ["topic", "protocol", "endpoint"],
  ({ inputs, site }) => {
    const topic = site.find(TOPIC, "arn", inputs["topic"]);
    const ordered = topic?.outputs["fifoTopic"] === true;
    if (ordered && !["sqs", "lambda", "firehose"].includes(textAt(inputs, "protocol") ?? "")) {
      return `Invalid parameter: Invalid parameter: Endpoint Reason: FIFO topics can not deliver to ${String(inputs["protocol"])}`;
    }
    return !ordered && inputs["protocol"] === "sqs" && (textAt(inputs, "endpoint") ?? "").endsWith(".fifo")
      ? "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
      : undefined;
  },
);

const redrive: Rule = rule(
  {
    id: "subscription-redrive",
    source: "github.com/cloudposse/terraform-aws-sns-topic/issues/48",
    code: "InvalidParameter",
  },
  ["redrivePolicy"],
  ({ inputs, site }) => {
    const policy = inputs["redrivePolicy"] === undefined ? undefined : documentOf(inputs["redrivePolicy"]);
    if (policy === undefined) return undefined;
    const about = "Invalid parameter: Attributes Reason: RedrivePolicy:";
    const other = Object.keys(policy).find((key) => key !== "deadLetterTargetArn");
    if (other !== undefined) return `${about} invalid JSON. Attribute ${other} is unknown.`;
    const target = site.find("aws:sqs/queue:Queue", "arn", policy["deadLetterTargetArn"]);
    return target === undefined ? `${about} deadLetterTargetArn does not exist` : undefined;
  },
);

const role: Rule = rule(
  { id: "subscription-role", source: `${API}, SubscriptionRoleArn`, code: "InvalidParameter" },
  ["protocol", "subscriptionRoleArn"],
  ({ inputs }) => {
    const needed = inputs["protocol"] === "firehose";
    return needed === (inputs["subscriptionRoleArn"] !== undefined)
      ? undefined
      : "Invalid parameter: Attributes Reason: SubscriptionRoleArn has to be set for protocol firehose, and for no other";
  },
);

const raw: Rule = rule(
  { id: "subscription-raw", source: `${API}, RawMessageDelivery`, code: "InvalidParameter" },
  ["protocol", "rawMessageDelivery"],
  ({ inputs }) =>
    inputs["rawMessageDelivery"] === true &&
    !["sqs", "http", "https", "firehose"].includes(textAt(inputs, "protocol") ?? "")
      ? `Invalid parameter: Attributes Reason: RawMessageDelivery is not supported for protocol ${String(inputs["protocol"])}`
      : undefined,
);

const filterScope: Rule = needs(
  { id: "subscription-filter-scope", source: SOURCE },
  "filterPolicyScope",
  "filterPolicy",
);

/** Where messages of a topic go. One to an address or a webhook is pending until somebody there confirms it. */
export const topicSubscription: Model = {
  type: "aws:sns/topicSubscription:TopicSubscription",
  source: SOURCE,
  required: ["endpoint", "protocol", "topic"],
  replaces: ["endpoint", "protocol", "topic"],
  defaults: { confirmationTimeoutInMinutes: 1, endpointAutoConfirms: false, rawMessageDelivery: false },
  json: ["filterPolicy", "redrivePolicy", "deliveryPolicy", "replayPolicy"],
  references: [
    { property: "topic", to: [TOPIC], by: "arn", missing: "NotFound" },
    {
      property: "endpoint",
      to: ["aws:sqs/queue:Queue", "aws:lambda/function:Function"],
      by: "arn",
      missing: "InvalidParameter",
      except: /^(?!arn:aws[a-z-]*:(sqs|lambda):)/,
    },
    { property: "subscriptionRoleArn", to: ["aws:iam/role:Role"], by: "arn", missing: "InvalidParameter" },
  ],
  plan: [
    oneOf({ id: "subscription-protocol", source: SOURCE }, "protocol", Object.keys(ENDPOINTS)),
    arn({ id: "subscription-topic", source: SOURCE }, "topic", "sns"),
    jsonText({ id: "subscription-filter-json", source: SOURCE }, "filterPolicy"),
    jsonText({ id: "subscription-redrive-json", source: SOURCE }, "redrivePolicy"),
    oneOf({ id: "subscription-filter-scopes", source: SOURCE }, "filterPolicyScope", [
      "MessageAttributes",
      "MessageBody",
    ]),
    filterScope,
  ],
  call: [endpoint, fifo, redrive, role, raw],
  computed: (inputs, site) => made(inputs, site),
  seconds: { create: 1, update: 1, delete: 2 },
};

function made(inputs: Values, site: Site): { id: string } & Values {
  const id = `${String(inputs["topic"])}:${freshUuid(site)}`;
  const protocol = textAt(inputs, "protocol") ?? "";
  const pending =
    protocol.startsWith("email") || (protocol.startsWith("http") && inputs["endpointAutoConfirms"] !== true);
  const scope = inputs["filterPolicy"] !== undefined && inputs["filterPolicyScope"] === undefined;
  return {
    id,
    arn: id,
    ownerId: site.account,
    pendingConfirmation: pending,
    confirmationWasAuthenticated: !pending,
    ...(scope && { filterPolicyScope: "MessageAttributes" }),
  };
}
