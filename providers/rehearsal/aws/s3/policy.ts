import type { Model, Question, Rule, Values } from "../../model";
import { jsonText, rule } from "../../rules";
import { documentOf, statementsOf, textsIn } from "../documents";
import { flagAt, textAt } from "../read";
import { part } from "./parts";
import { BUCKET, POLICY, PUBLIC_ACCESS } from "./types";

const SOURCE = "terraform-provider-aws internal/service/s3/bucket_policy.go";
const GRAMMAR = "Amazon S3 user guide, Bucket policies; Policies and permissions in Amazon S3";
const PUBLIC = 'Amazon S3 user guide, Blocking public access: the meaning of "public"';

/** Conditions that narrow a grant to somebody, when their value has no wildcard. */
const NARROWING = [
  "aws:PrincipalOrgID",
  "aws:PrincipalArn",
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:SourceIp",
  "aws:SourceOwner",
  "aws:SourceVpc",
  "aws:SourceVpce",
  "aws:userid",
  "s3:DataAccessPointAccount",
  "s3:DataAccessPointArn",
];

/** The form of a policy: statements of S3, about this bucket, for somebody who is there. */
const form: Rule = rule({ id: "bucket-policy", source: GRAMMAR, code: "MalformedPolicy" }, ["policy", "bucket"], fault);

function fault({ inputs, site }: Question): string | undefined {
  const statements = statementsOf(inputs["policy"]);
  if (documentOf(inputs["policy"]) === undefined || statements.length === 0) return "Could not parse the policy";
  for (const statement of statements) {
    if (!["Allow", "Deny"].includes(String(statement["Effect"]))) return "Invalid effect in policy";
    if (statement["Principal"] === undefined && statement["NotPrincipal"] === undefined) {
      return "Missing required field Principal";
    }
    if (!textsIn(statement["Action"] ?? statement["NotAction"]).every((action) => /^(\*$|s3:)/i.test(action))) {
      return "Policy has invalid action";
    }
    const own = `arn:${site.partition}:s3:::${String(inputs["bucket"])}`;
    const resources = textsIn(statement["Resource"] ?? statement["NotResource"]);
    const concerns = resources.every((each) => each === "*" || each === own || each.startsWith(`${own}/`));
    if (resources.length === 0 || !concerns) return "Policy has invalid resource";
    const absent = textsIn(statement["Principal"]).some(
      (arn) => arn.includes(`:iam::${site.account}:role/`) && site.find("aws:iam/role:Role", "arn", arn) === undefined,
    );
    if (absent) return "Invalid principal in policy";
  }
  return undefined;
}

/** Buckets made since April 2023 block it from the beginning. */
const blocked: Rule = rule(
  { id: "bucket-policy-public", source: PUBLIC, code: "AccessDenied" },
  ["policy", "bucket"],
  ({ inputs, site }) => {
    const block = site.find(PUBLIC_ACCESS, "bucket", inputs["bucket"]);
    const isOpen = block !== undefined && !flagAt(block.outputs, "blockPublicPolicy");
    return isOpen || !statementsOf(inputs["policy"]).some(isPublic)
      ? undefined
      : `User is not authorized to perform: s3:PutBucketPolicy on resource: "${textAt(site.find(BUCKET, "id", inputs["bucket"])?.outputs, "arn") ?? ""}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access`;
  },
);

function isPublic(statement: Values): boolean {
  if (statement["Effect"] !== "Allow" || !textsIn(statement["Principal"]).includes("*")) return false;
  const conditions = Object.values((statement["Condition"] ?? {}) as Values).flatMap((each) =>
    Object.entries((each ?? {}) as Values),
  );
  return !conditions.some(
    ([key, values]) =>
      NARROWING.some((name) => name.toLowerCase() === key.toLowerCase()) &&
      textsIn(values).every((value) => !value.includes("*") && !value.endsWith("/0")),
  );
}

/** Who may do what with a bucket. */
export const bucketPolicy: Model = {
  ...part(POLICY, "bucket_policy.go"),
  required: ["bucket", "policy"],
  json: ["policy"],
  plan: [jsonText({ id: "bucket-policy-resource-json", source: SOURCE }, "policy")],
  call: [form, blocked],
  seconds: { create: 1, update: 1, delete: 1 },
};
