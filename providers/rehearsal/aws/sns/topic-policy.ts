import type { Model } from "../../model";
import { arn, jsonText } from "../../rules";
import { policyTaken } from "./policies";
import { TOPIC, defaultPolicy } from "./topic";

const SOURCE = "terraform-provider-aws internal/service/sns/topic_policy.go";

/** Who may use a topic, as a resource of its own. */
export const topicPolicy: Model = {
  type: "aws:sns/topicPolicy:TopicPolicy",
  source: SOURCE,
  required: ["arn", "policy"],
  replaces: ["arn"],
  json: ["policy"],
  references: [{ property: "arn", to: [TOPIC], by: "arn", missing: "NotFound" }],
  plan: [
    arn({ id: "topic-policy-topic", source: SOURCE }, "arn", "sns"),
    jsonText({ id: "topic-policy-resource-json", source: SOURCE }, "policy"),
  ],
  call: [policyTaken("topic-policy")],
  computed: (inputs, site) => ({ id: String(inputs["arn"]), owner: site.account }),
  settled: ({ inputs }, site) => {
    const topic = site.find(TOPIC, "arn", inputs["arn"]);
    if (topic !== undefined) site.change(topic, { policy: inputs["policy"] });
  },
  removed: ({ inputs }, site) => {
    const topic = site.find(TOPIC, "arn", inputs["arn"]);
    if (topic !== undefined) site.change(topic, { policy: defaultPolicy(String(inputs["arn"]), site.account) });
  },
  seconds: { create: 1, update: 1, delete: 1 },
};
