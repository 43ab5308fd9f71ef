import type { Model, Rule, Values } from "../../model";
import { between, excludes, jsonText, oneOf, rule } from "../../rules";
import { nameFor } from "../names";
import { regionalArn, textAt } from "../read";
import { QUEUE, allowTaken, policyTaken, policyVersion, redriveAllowed, redriveNumber, redriveTaken } from "./policies";

const SOURCE = "terraform-provider-aws internal/service/sqs/queue.go";

/** Attributes that a queue of the same name has to agree in: CreateQueue answers with it then. */
const ATTRIBUTES = [
  "delaySeconds",
  "fifoQueue",
  "maxMessageSize",
  "messageRetentionSeconds",
  "receiveWaitTimeSeconds",
  "visibilityTimeoutSeconds",
];

const name: Rule = rule({ id: "queue-name", source: SOURCE }, ["name", "fifoQueue"], ({ inputs }) => {
  const asked = textAt(inputs, "name");
  if (asked === undefined) return undefined;
  const fifo = inputs["fifoQueue"] === true;
  if ((fifo ? /^[0-9A-Za-z_-]{1,75}\.fifo$/ : /^[0-9A-Za-z_-]{1,80}$/).test(asked)) return undefined;
  return fifo
    ? `name is "${asked}"; it has to be 1 to 75 letters, digits, underscores and hyphens, and end in .fifo`
    : `name is "${asked}"; it has to be 1 to 80 letters, digits, underscores and hyphens`;
});

const deduplication: Rule = rule(
  { id: "queue-deduplication", source: SOURCE },
  ["fifoQueue", "contentBasedDeduplication"],
  ({ inputs }) =>
    inputs["contentBasedDeduplication"] === true && inputs["fifoQueue"] !== true
      ? "content-based deduplication can only be set for FIFO queue"
      : undefined,
);

const throughput: Rule = rule(
  {
    id: "queue-fifo-throughput",
    source: "Amazon SQS API Reference, CreateQueue, FifoThroughputLimit",
    code: "InvalidAttributeValue",
  },
  ["fifoThroughputLimit", "deduplicationScope"],
  ({ inputs }) =>
    inputs["fifoThroughputLimit"] === "perMessageGroupId" && inputs["deduplicationScope"] !== "messageGroup"
      ? "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup."
      : undefined,
);

const taken: Rule = rule(
  {
    id: "queue-exists",
    source: "Amazon SQS API Reference, CreateQueue, QueueNameExists",
    code: "QueueAlreadyExists",
  },
  ["name"],
  ({ inputs, old, site }) => {
    const there = old === undefined ? site.find(QUEUE, "name", inputs["name"]) : undefined;
    const other = ATTRIBUTES.find((attribute) => there !== undefined && there.outputs[attribute] !== inputs[attribute]);
    return other === undefined
      ? undefined
      : `A queue already exists with the same name and a different value for attribute ${other}`;
  },
);

/** A queue. */
export const queue: Model = {
  type: QUEUE,
  source: SOURCE,
  replaces: ["name", "namePrefix", "fifoQueue"],
  defaults: {
    contentBasedDeduplication: false,
    delaySeconds: 0,
    fifoQueue: false,
    maxMessageSize: 262144,
    messageRetentionSeconds: 345600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
  name: { property: "name", longest: 80 },
  json: ["policy", "redrivePolicy", "redriveAllowPolicy"],
  plan: [
    name,
    deduplication,
    between({ id: "queue-delay", source: SOURCE }, "delaySeconds", 0, 900),
    between({ id: "queue-message-size", source: SOURCE }, "maxMessageSize", 1024, 1048576),
    between({ id: "queue-retention", source: SOURCE }, "messageRetentionSeconds", 60, 1209600),
    between({ id: "queue-visibility-timeout", source: SOURCE }, "visibilityTimeoutSeconds", 0, 43200),
    between({ id: "queue-key-reuse", source: SOURCE }, "kmsDataKeyReusePeriodSeconds", 60, 86400),
    oneOf({ id: "queue-deduplication-scope", source: SOURCE }, "deduplicationScope", ["messageGroup", "queue"]),
    oneOf({ id: "queue-throughput-limit", source: SOURCE }, "fifoThroughputLimit", ["perQueue", "perMessageGroupId"]),
    excludes({ id: "queue-one-encryption", source: SOURCE }, "kmsMasterKeyId", "sqsManagedSseEnabled"),
    jsonText({ id: "queue-policy-json", source: SOURCE }, "policy"),
    jsonText({ id: "queue-redrive-json", source: SOURCE }, "redrivePolicy"),
    jsonText({ id: "queue-redrive-allow-json", source: SOURCE }, "redriveAllowPolicy"),
  ],
  call: [
    between(
      {
        id: "queue-receive-wait",
        source: "Amazon SQS API Reference, CreateQueue, ReceiveMessageWaitTimeSeconds",
        code: "InvalidAttributeValue",
      },
      "receiveWaitTimeSeconds",
      0,
      20,
    ),
    throughput,
    taken,
    policyTaken("queue-policy"),
    redriveTaken("queue-redrive", ({ old }) => old),
    redriveAllowed("queue-redrive-allowed", ({ old }) => old),
    allowTaken("queue-redrive-allow"),
  ],
  wait: [policyVersion("queue-policy-version"), redriveNumber("queue-redrive-number")],
  computed: (inputs, site) => {
    const name = nameFor(inputs, site);
    const url = `https://sqs.${site.region}.amazonaws.com/${site.account}/${name}`;
    return { id: url, name, url, arn: regionalArn(site, "sqs", name), ...chosen(inputs) };
  },
  // The provider waits until every attribute reads back.
  seconds: { create: 25, update: 25, delete: 50 },
};

/** What SQS says where the program says nothing. */
function chosen(inputs: Values): Values {
  const open: Values = {
    kmsDataKeyReusePeriodSeconds: 300,
    policy: "",
    redrivePolicy: "",
    redriveAllowPolicy: "",
    sqsManagedSseEnabled: inputs["kmsMasterKeyId"] === undefined,
    ...(inputs["fifoQueue"] === true && { deduplicationScope: "queue", fifoThroughputLimit: "perQueue" }),
  };
  return Object.fromEntries(Object.entries(open).filter(([property]) => inputs[property] === undefined));
}
