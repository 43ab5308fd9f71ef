import type { Model, Rule } from "../../model";
import { jsonText, lengthBetween, matches, rule } from "../../rules";
import { nameFor } from "../names";
import { numberAt, regionalArn, textAt } from "../read";

const SOURCE = "terraform-provider-aws internal/service/secretsmanager/secret.go";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const DAYS_BY_DEFAULT = 30;

export const SECRET = "aws:secretsmanager/secret:Secret";
/** A secret that is deleted but can be restored until its days are over; its name stays taken. */
const SCHEDULED = "aws:secretsmanager/secret:Scheduled";

const recovery: Rule = rule({ id: "secret-recovery-days", source: SOURCE }, ["recoveryWindowInDays"], ({ inputs }) => {
  const days = numberAt(inputs, "recoveryWindowInDays") ?? DAYS_BY_DEFAULT;
  return days === 0 || (days >= 7 && days <= 30)
    ? undefined
    : `recoveryWindowInDays is ${days}; it has to be 0, for none, or from 7 to 30`;
});

const scheduled: Rule = rule(
  {
    id: "secret-name-scheduled",
    source: "github.com/aws/copilot-cli/issues/655",
    code: "InvalidRequestException",
  },
  ["name"],
  ({ inputs, old, site }) =>
    old === undefined && site.find(SCHEDULED, "name", inputs["name"]) !== undefined
      ? "You can't create this secret because a secret with this name is already scheduled for deletion."
      : undefined,
);

const unique: Rule = rule(
  {
    id: "secret-name-taken",
    source: "AWS Secrets Manager API Reference, CreateSecret, ResourceExistsException",
    code: "ResourceExistsException",
  },
  ["name"],
  ({ inputs, old, site }) =>
    old === undefined && site.find(SECRET, "name", inputs["name"]) !== undefined
      ? `The operation failed because the secret ${String(inputs["name"])} already exists.`
      : undefined,
);

/** A secret; its text is a version of it. */
export const secret: Model = {
  type: SECRET,
  source: SOURCE,
  replaces: ["name", "namePrefix"],
  defaults: { forceOverwriteReplicaSecret: false, recoveryWindowInDays: DAYS_BY_DEFAULT },
  name: { property: "name", longest: 512 },
  json: ["policy"],
  plan: [
    matches(
      { id: "secret-name", source: "terraform-provider-aws internal/service/secretsmanager/validate.go" },
      "name",
      /^[0-9A-Za-z/_+=.@-]{1,512}$/,
      "1 to 512 letters, digits and /_+=.@-",
    ),
    recovery,
    jsonText({ id: "secret-policy-json", source: SOURCE }, "policy"),
  ],
  call: [
    scheduled,
    unique,
    lengthBetween(
      {
        id: "secret-description",
        source: "AWS Secrets Manager API Reference, CreateSecret, Description",
        code: "ValidationException",
      },
      "description",
      0,
      2048,
    ),
  ],
  computed: (inputs, site) => {
    // Six random characters, so that a secret of the same name that is made later has another ARN.
    const name = nameFor(inputs, site);
    const arn = regionalArn(site, "secretsmanager", `secret:${name}-${site.fresh(6, ALPHABET)}`);
    return { id: arn, name, arn, policy: textAt(inputs, "policy") ?? "", replicas: [] };
  },
  removed: ({ id, outputs }, site) => {
    if (outputs["recoveryWindowInDays"] === 0) return;
    site.add({ type: SCHEDULED, id, inputs: {}, outputs: { name: outputs["name"] } });
  },
  seconds: { create: 1, update: 1, delete: 1 },
};
