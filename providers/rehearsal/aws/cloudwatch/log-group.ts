import type { Model, Rule } from "../../model";
import { matches, oneOf, rule } from "../../rules";
import { nameFor } from "../names";
import { regionalArn } from "../read";

const TYPE = "aws:cloudwatch/logGroup:LogGroup";
const SOURCE = "terraform-provider-aws internal/service/logs/group.go";

/** Days that log events may be kept; 0 keeps them for ever. */
const DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const taken: Rule = rule(
  {
    id: "log-group-exists",
    source: "github.com/hashicorp/terraform-provider-aws/issues/9783",
    code: "ResourceAlreadyExistsException",
  },
  ["name"],
  ({ inputs, old, site }) =>
    old === undefined && site.find(TYPE, "name", inputs["name"]) !== undefined
      ? "The specified log group already exists"
      : undefined,
);

const unprotected: Rule = {
  id: "log-group-protected",
  source: "Amazon CloudWatch Logs API Reference, DeleteLogGroup",
  code: "ValidationException",
  refuses: ({ inputs, old }) =>
    (old?.outputs ?? inputs)["deletionProtectionEnabled"] === true
      ? "The log group is protected from deletion: turn deletionProtectionEnabled off first"
      : undefined,
};

/** Where logs are kept. */
export const logGroup: Model = {
  type: TYPE,
  source: SOURCE,
  replaces: ["name", "namePrefix", "logGroupClass"],
  defaults: { retentionInDays: 0, skipDestroy: false },
  name: { property: "name", longest: 512 },
  plan: [
    matches(
      { id: "log-group-name", source: "terraform-provider-aws internal/service/logs/validate.go" },
      "name",
      /^[0-9A-Za-z_./#-]{1,512}$/,
      "1 to 512 letters, digits and _./#-",
    ),
    oneOf({ id: "log-group-days", source: SOURCE }, "retentionInDays", DAYS),
    oneOf({ id: "log-group-class", source: SOURCE }, "logGroupClass", ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"]),
  ],
  call: [taken],
  deletion: [unprotected],
  computed: (inputs, site) => {
    const name = nameFor(inputs, site);
    return {
      id: name,
      name,
      arn: regionalArn(site, "logs", `log-group:${name}`),
      ...(inputs["logGroupClass"] === undefined && { logGroupClass: "STANDARD" }),
      ...(inputs["deletionProtectionEnabled"] === undefined && { deletionProtectionEnabled: false }),
    };
  },
  seconds: { create: 1, update: 1, delete: 1 },
};
