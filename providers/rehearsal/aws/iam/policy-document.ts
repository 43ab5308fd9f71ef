/** Policy documents as IAM reads them. */
import { documentOf, statementsOf } from "../documents";
import { textsAt } from "../read";

const VERSIONS = ["2012-10-17", "2008-10-17"] as const;
const ACTION = /^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/;
const RESOURCE = /^(\*|arn:[a-z*-]+:[a-z0-9*-]+:[a-z0-9*-]*:[a-z0-9*]*:.+)$/;
const STATEMENT_ID = /^[A-Za-z0-9]*$/;

/** Characters that count: those without white space. */
export function sizeOf(policy: unknown): number {
  return typeof policy === "string" ? policy.replace(/\s/g, "").length : 0;
}

/** What IAM finds wrong with any policy; undefined when it is well formed. */
export function formFault(policy: unknown): string | undefined {
  const document = documentOf(policy);
  if (document === undefined) return "This policy contains invalid Json";
  const { Version } = document;
  if (Version !== undefined && !VERSIONS.includes(Version as "2012-10-17"))
    return `The policy must contain a valid version string`;
  const all = statementsOf(policy);
  if (all.length === 0) return "Syntax errors in policy.";
  const effects = all.map(({ Effect }) => Effect);
  if (effects.some((effect) => effect !== "Allow" && effect !== "Deny")) return "Syntax errors in policy.";
  const ids = all.flatMap((statement) => textsAt(statement, "Sid"));
  if (ids.some((id) => !STATEMENT_ID.test(id))) {
    return "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
  }
  return new Set(ids).size < ids.length ? "Statement IDs (SID) in a single policy must be unique." : undefined;
}

/** What IAM finds wrong with a policy of a role beside its form. */
export function identityFault(policy: unknown): string | undefined {
  const all = statementsOf(policy);
  if (all.some(({ Principal, NotPrincipal }) => Principal !== undefined || NotPrincipal !== undefined)) {
    return "Policy document should not specify a principal.";
  }
  const actions = all.map((statement) => [...textsAt(statement, "Action"), ...textsAt(statement, "NotAction")]);
  if (actions.some((list) => list.length === 0)) return "Policy statement must contain actions.";
  if (actions.flat().some((action) => !ACTION.test(action))) {
    return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  }
  const resources = all.map((statement) => [...textsAt(statement, "Resource"), ...textsAt(statement, "NotResource")]);
  if (resources.some((list) => list.length === 0)) return "Policy statement must contain resources.";
  const wrong = resources.flat().find((resource) => !RESOURCE.test(resource));
  return wrong === undefined ? undefined : `Resource ${wrong} must be in ARN format or "*".`;
}
