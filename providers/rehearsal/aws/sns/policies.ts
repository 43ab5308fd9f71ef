/** What SNS says of a topic's policy. */
import type { Rule } from "../../model";
import { rule } from "../../rules";
import { statementsOf, textsIn } from "../documents";

const SOURCE =
  "github.com/hashicorp/terraform/issues/12740, github.com/serverless/serverless/issues/5519, " +
  "github.com/hashicorp/terraform-provider-aws/issues/26041";
/** Actions that a topic's policy may name: "Actions, resources, and condition keys for Amazon SNS", of a topic. */
const ACTIONS = [
  "addpermission",
  "deletetopic",
  "getdataprotectionpolicy",
  "gettopicattributes",
  "listsubscriptionsbytopic",
  "listtagsforresource",
  "publish",
  "putdataprotectionpolicy",
  "receive",
  "removepermission",
  "settopicattributes",
  "subscribe",
];

export function policyTaken(id: string): Rule {
  return rule({ id, source: SOURCE, code: "InvalidParameter" }, ["policy"], ({ inputs, site }) => {
    if (inputs["policy"] === undefined || inputs["policy"] === "") return undefined;
    const statements = statementsOf(inputs["policy"]);
    const actions = statements.flatMap((statement) => textsIn(statement["Action"]));
    if (!actions.every(isOfTopic)) return "Invalid parameter: Policy statement action out of service scope!";
    const whole = statements.every(
      (statement) =>
        (statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined) &&
        ["Allow", "Deny"].includes(String(statement["Effect"])) &&
        statement["Resource"] !== undefined,
    );
    if (statements.length === 0 || !whole) return "Invalid parameter: Policy Error: null";
    const named = statements.flatMap((statement) => textsIn(statement["Principal"]));
    const absent = named.some(
      (arn) => arn.includes(`:iam::${site.account}:role/`) && site.find("aws:iam/role:Role", "arn", arn) === undefined,
    );
    return absent ? "Invalid parameter: Policy Error: PrincipalNotFound" : undefined;
  });
}

/** A star at the end stands for any end. */
function isOfTopic(action: string): boolean {
  const [, name = ""] = /^sns:(.+)$/i.exec(action) ?? [];
  const start = name.toLowerCase().replace(/\*$/, "");
  return name.endsWith("*") ? ACTIONS.some((known) => known.startsWith(start)) : ACTIONS.includes(start);
}
