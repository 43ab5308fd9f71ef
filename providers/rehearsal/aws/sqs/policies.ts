/** JSON documents of queues: who may use them, and where messages go that failed too often. */
import type { Question, Rule, Thing } from "../../model";
import { rule, type About } from "../../rules";
import { documentOf, statementsOf, textsIn } from "../documents";
import { numberAt, regionalArn, textAt } from "../read";

export const QUEUE = "aws:sqs/queue:Queue";
const DOCS = "terraform-provider-aws website/docs/r/sqs_queue.html.markdown";
const API = "Amazon SQS API Reference, SetQueueAttributes";
const MOST_RECEIVES = 1000;

/** The queue that a rule is about: itself, or the one whose URL a policy names. */
type QueueOf = (question: Question) => Thing | undefined;

/** Principals and actions have to be such as SQS takes. */
export function policyTaken(id: string): Rule {
  const about: About = { id, source: "github.com/aws/aws-cdk/issues/15602", code: "InvalidAttributeValue" };
  return rule(about, ["policy"], ({ inputs, site }) => {
    const statements = inputs["policy"] === undefined || inputs["policy"] === "" ? [] : statementsOf(inputs["policy"]);
    const wrong = statements.some(
      (statement) =>
        (statement["Principal"] === undefined && statement["NotPrincipal"] === undefined) ||
        !["Allow", "Deny"].includes(String(statement["Effect"])) ||
        !textsIn(statement["Action"] ?? statement["NotAction"]).every((action) => /^(\*$|sqs:)/i.test(action)),
    );
    const roles = statements.flatMap((statement) => textsIn(statement["Principal"]));
    const absent = roles.some(
      (arn) => arn.includes(`:iam::${site.account}:role/`) && site.find("aws:iam/role:Role", "arn", arn) === undefined,
    );
    return wrong || absent ? "Invalid value for the parameter Policy." : undefined;
  });
}

/** The provider waits until it reads back what it wrote, which it never does of another version. */
export function policyVersion(id: string): Rule {
  return rule({ id, source: `${DOCS}; github.com/pulumi/pulumi-aws/issues/3083` }, ["policy"], ({ inputs }) => {
    const version = documentOf(inputs["policy"])?.["Version"];
    return inputs["policy"] === undefined || inputs["policy"] === "" || version === "2012-10-17"
      ? undefined
      : 'timeout while waiting for state to become "equal": Version of the policy has to be "2012-10-17"';
  });
}

/** Form of a redrive policy, and the queue that it names. */
export function redriveTaken(id: string, queueOf: QueueOf): Rule {
  return rule({ id, source: `${API}, RedrivePolicy`, code: "InvalidParameterValue" }, ["redrivePolicy"], (question) => {
    const { inputs, site } = question;
    const text = textAt(inputs, "redrivePolicy") ?? "";
    if (text === "") return undefined;
    const policy = documentOf(text) ?? {};
    const refuse = (reason: string): string =>
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}.`;
    const receives = numberAt(policy, "maxReceiveCount");
    if (receives === undefined) return refuse("Redrive policy does not contain mandatory attribute: maxReceiveCount");
    if (!Number.isInteger(receives) || receives < 1 || receives > MOST_RECEIVES) {
      return refuse(
        `Invalid value for maxReceiveCount: ${receives}, valid values are from 1 to ${MOST_RECEIVES} both inclusive`,
      );
    }
    const arn = textAt(policy, "deadLetterTargetArn");
    if (arn === undefined) return refuse("Redrive policy does not contain mandatory attribute: deadLetterTargetArn");
    const target = site.find(QUEUE, "arn", arn);
    if (target === undefined) return refuse("Dead letter target does not exist");
    const own = queueOf(question)?.outputs ?? inputs;
    return (target.outputs["fifoQueue"] === true) === (own["fifoQueue"] === true)
      ? undefined
      : refuse("Dead-letter queue must be same type of queue as the source");
  });
}

/** The dead-letter queue may say which queues can use it. */
export function redriveAllowed(id: string, queueOf: QueueOf): Rule {
  const about: About = { id, source: `${API}, RedriveAllowPolicy`, code: "InvalidParameterValue" };
  return rule(about, ["redrivePolicy"], (question) => {
    const arn = textAt(documentOf(question.inputs["redrivePolicy"]) ?? {}, "deadLetterTargetArn");
    const target = question.site.find(QUEUE, "arn", arn);
    const allowed = documentOf(target?.outputs["redriveAllowPolicy"]);
    if (allowed === undefined) return undefined;
    const { inputs, site } = question;
    const own = textAt(queueOf(question)?.outputs ?? {}, "arn") ?? regionalArn(site, "sqs", String(inputs["name"]));
    const permission = allowed["redrivePermission"];
    const open =
      permission === "allowAll" || (permission === "byQueue" && textsIn(allowed["sourceQueueArns"]).includes(own));
    return open
      ? undefined
      : `Value ${String(question.inputs["redrivePolicy"])} for parameter RedrivePolicy is invalid. Reason: The dead-letter queue ${String(arn)} does not allow this source queue.`;
  });
}

/** The provider waits until it reads back a number, where it wrote a text. */
export function redriveNumber(id: string): Rule {
  return rule({ id, source: DOCS }, ["redrivePolicy"], ({ inputs }) =>
    typeof documentOf(inputs["redrivePolicy"])?.["maxReceiveCount"] === "string"
      ? 'timeout while waiting for state to become "equal": maxReceiveCount has to be a number, not a text'
      : undefined,
  );
}

/** Form of a redrive allow policy. */
export function allowTaken(id: string): Rule {
  const about: About = { id, source: `${API}, RedriveAllowPolicy`, code: "InvalidParameterValue" };
  return rule(about, ["redriveAllowPolicy"], ({ inputs }) => {
    const text = textAt(inputs, "redriveAllowPolicy") ?? "";
    if (text === "") return undefined;
    const { redrivePermission: permission, sourceQueueArns: sources } = documentOf(text) ?? {};
    const count = textsIn(sources).length;
    const taken = permission === "byQueue" ? count >= 1 && count <= 10 : sources === undefined;
    return taken && ["allowAll", "denyAll", "byQueue"].includes(String(permission))
      ? undefined
      : `Value ${text} for parameter RedriveAllowPolicy is invalid. Reason: redrivePermission has to be allowAll, denyAll, or byQueue with 1 to 10 sourceQueueArns.`;
  });
}
