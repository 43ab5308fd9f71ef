import type { Model, Rule } from "../../model";
import { excludes, matches, rule } from "../../rules";
import { textAt } from "../read";
import { SECRET } from "./secret";
import { freshUuid } from "../documents";

const SOURCE = "terraform-provider-aws internal/service/secretsmanager/secret_version.go";
const MOST_BYTES = 65536;

/** The message does not repeat the text. */
const size: Rule = rule(
  {
    id: "secret-text-size",
    source: "AWS Secrets Manager User Guide, quotas: secret value size",
    code: "ValidationException",
  },
  ["secretString"],
  ({ inputs }) => {
    const text = textAt(inputs, "secretString");
    if (text === undefined) return undefined;
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST_BYTES) return `The secret's text has ${bytes} bytes; allowed are ${MOST_BYTES}.`;
    return bytes === 0 ? "You must provide either SecretString or SecretBinary." : undefined;
  },
);

/** The text of a secret. */
export const secretVersion: Model = {
  type: "aws:secretsmanager/secretVersion:SecretVersion",
  source: SOURCE,
  required: ["secretId"],
  replaces: ["secretId", "secretString", "secretBinary", "secretStringWoVersion"],
  sets: ["versionStages"],
  secrets: ["secretString", "secretBinary", "secretStringWo"],
  // A secret that is deleted takes its versions along.
  references: [{ property: "secretId", to: [SECRET], missing: "ResourceNotFoundException" }],
  plan: [
    excludes({ id: "secret-text-or-bytes", source: SOURCE }, "secretString", "secretBinary"),
    matches({ id: "secret-bytes", source: SOURCE }, "secretBinary", /^[A-Za-z0-9+/\s]*={0,2}\s*$/, "base64"),
  ],
  call: [size],
  computed: (inputs, site) => {
    const secretId = String(inputs["secretId"]);
    const versionId = `terraform-${freshUuid(site)}`;
    return {
      id: `${secretId}|${versionId}`,
      arn: secretId,
      secretArn: secretId,
      versionId,
      hasSecretStringWo: inputs["secretStringWo"] !== undefined,
      ...(inputs["versionStages"] === undefined && { versionStages: ["AWSCURRENT"] }),
    };
  },
  seconds: { create: 1, update: 1, delete: 1 },
};
