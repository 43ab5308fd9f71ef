/** Policies of queues as resources of their own. A queue that is deleted takes them along. */
import type { Model, Question, Reference, Thing } from "../../model";
import { jsonText } from "../../rules";
import { QUEUE, allowTaken, policyTaken, policyVersion, redriveAllowed, redriveNumber, redriveTaken } from "./policies";

const SOURCE = "terraform-provider-aws internal/service/sqs";
const ofQueue: Reference = {
  property: "queueUrl",
  to: [QUEUE],
  by: "url",
  missing: "AWS.SimpleQueueService.NonExistentQueue",
};
const queueOf = ({ inputs, site }: Question): Thing | undefined => site.find(QUEUE, "url", inputs["queueUrl"]);

/** A model that sets one attribute of a queue. */
function attribute(type: string, file: string, property: string): Omit<Model, "plan" | "call" | "wait"> {
  return {
    type,
    source: `${SOURCE}/${file}`,
    required: ["queueUrl", property],
    replaces: ["queueUrl"],
    json: [property],
    references: [ofQueue],
    computed: (inputs) => ({ id: String(inputs["queueUrl"]) }),
    settled: ({ inputs }, site) => {
      const queue = site.find(QUEUE, "url", inputs["queueUrl"]);
      if (queue !== undefined) site.change(queue, { [property]: inputs[property] });
    },
    removed: ({ inputs }, site) => {
      const queue = site.find(QUEUE, "url", inputs["queueUrl"]);
      if (queue !== undefined) site.change(queue, { [property]: "" });
    },
    seconds: { create: 25, update: 25, delete: 25 },
  };
}

/** Who may use a queue. */
export const queuePolicy: Model = {
  ...attribute("aws:sqs/queuePolicy:QueuePolicy", "queue_policy.go", "policy"),
  plan: [jsonText({ id: "queue-policy-resource-json", source: `${SOURCE}/queue_policy.go` }, "policy")],
  call: [policyTaken("queue-policy-resource")],
  wait: [policyVersion("queue-policy-resource-version")],
};

/** Where messages of a queue go that failed too often. */
export const redrivePolicy: Model = {
  ...attribute("aws:sqs/redrivePolicy:RedrivePolicy", "queue_redrive_policy.go", "redrivePolicy"),
  plan: [jsonText({ id: "redrive-policy-json", source: `${SOURCE}/queue_redrive_policy.go` }, "redrivePolicy")],
  call: [redriveTaken("redrive-policy", queueOf), redriveAllowed("redrive-policy-allowed", queueOf)],
  wait: [redriveNumber("redrive-policy-number")],
};

/** Which queues may move messages to a queue. */
export const redriveAllowPolicy: Model = {
  ...attribute("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "queue_redrive_allow_policy.go", "redriveAllowPolicy"),
  plan: [
    jsonText({ id: "redrive-allow-json", source: `${SOURCE}/queue_redrive_allow_policy.go` }, "redriveAllowPolicy"),
  ],
  call: [allowTaken("redrive-allow")],
};
