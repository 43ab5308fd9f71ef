import type { Model, Rule } from "../../model";
import { matches, oneOf, rule } from "../../rules";
import { freshUuid } from "../documents";
import { numberAt, regionalArn, textAt } from "../read";

const TYPE = "aws:mq/configuration:Configuration";
const SOURCE = "terraform-provider-aws internal/service/mq/configuration.go";

/** Lines of rabbitmq.conf that Amazon MQ takes; what it must be of: "Amazon MQ Developer Guide", configurable values. */
const VALUES: readonly [key: RegExp, value: RegExp][] = [
  [/^consumer_timeout$/, /^\d+$/],
  [/^heartbeat$/, /^(6\d|[7-9]\d|\d{3,4})$/],
  [/^(default_)?operator_policies\..+$/, /^.+$/],
  [/^default_limits\..+$/, /^.+$/],
  [/^collect_statistics_interval$/, /^\d+$/],
  [/^(auth|management|ssl_options|aws|secure)[_.].+$/, /^.+$/],
  [/^(channel_max|vhost_max|max_message_size|quorum_queue\..+|deprecated_features\..+)$/, /^.+$/],
];

const text: Rule = rule(
  {
    id: "mq-configuration-data",
    source: "Amazon MQ Developer Guide, configurable values of Amazon MQ for RabbitMQ",
    code: "BadRequestException",
  },
  ["data", "engineType"],
  ({ inputs }) => {
    const lines = (textAt(inputs, "data") ?? "").split("\n").map((line) => line.trim());
    const wrong = lines.find((line) => line !== "" && !line.startsWith("#") && !isTaken(line));
    return wrong === undefined ? undefined : `The configuration data is invalid: ${wrong}`;
  },
);

/** Settings of brokers; each change is another revision. */
export const configuration: Model = {
  type: TYPE,
  source: SOURCE,
  required: ["data", "engineType", "engineVersion"],
  replaces: ["authenticationStrategy", "engineType", "name"],
  defaults: { skipDestroy: false },
  name: { property: "name", longest: 150 },
  plan: [
    matches(
      { id: "mq-configuration-name", source: `${SOURCE}; Amazon MQ REST API Reference, Configurations` },
      "name",
      /^[0-9A-Za-z._~-]{1,150}$/,
      "1 to 150 letters, digits and -._~",
    ),
    oneOf({ id: "mq-configuration-engine", source: SOURCE }, "engineType", [
      "RabbitMQ",
      "RABBITMQ",
      "ActiveMQ",
      "ACTIVEMQ",
    ]),
  ],
  call: [text],
  computed: (_inputs, site) => {
    const id = `c-${freshUuid(site)}`;
    return {
      id,
      arn: regionalArn(site, "mq", `configuration:${id}`),
      authenticationStrategy: "simple",
      latestRevision: 1,
    };
  },
  updated: (inputs, { outputs }) => ({
    latestRevision: (numberAt(outputs, "latestRevision") ?? 1) + (inputs["data"] === outputs["data"] ? 0 : 1),
  }),
  seconds: { create: 1, update: 1, delete: 1 },
};

function isTaken(line: string): boolean {
  const [key = "", value = ""] = line.split("=").map((part) => part.trim());
  return VALUES.some(([name, form]) => name.test(key) && form.test(value));
}
