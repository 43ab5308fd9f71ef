/** Who may take on a role. */
import { isObject } from "../../../protocol/values";
import type { Site, Values } from "../../model";
import { statementsOf } from "../documents";
import { textsAt } from "../read";
import { ROLE } from "./types";

/** Services that take on roles; another text is refused as IAM refuses a name that is no service's. */
const SERVICES = [
  "application-autoscaling",
  "autoscaling",
  "backup",
  "batch",
  "cloudformation",
  "codebuild",
  "codedeploy",
  "codepipeline",
  "ec2",
  "ecs",
  "ecs-tasks",
  "ecs.application-autoscaling",
  "elasticbeanstalk",
  "elasticfilesystem",
  "elasticloadbalancing",
  "events",
  "lambda",
  "logs",
  "monitoring.rds",
  "rds",
  "scheduler",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "states",
  "vpc-flow-logs",
] as const;
const ASSUMING =
  /^sts:(AssumeRole|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|TagSession|SetSourceIdentity|SetContext|\*)$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.+\/)?([^/]+)$/;

/** What IAM finds wrong with a trust policy beside its form. */
export function trustFault(policy: unknown, site: Site): string | undefined {
  const all = statementsOf(policy);
  if (all.some(({ Resource, NotResource }) => Resource !== undefined || NotResource !== undefined)) {
    return "Has prohibited field Resource";
  }
  if (all.some(({ Principal, NotPrincipal }) => Principal === undefined && NotPrincipal === undefined)) {
    return "Missing required field Principal";
  }
  const actions = all.map((statement) => textsAt(statement, "Action"));
  if (actions.some((list) => list.length === 0)) return "Missing required field Action";
  if (actions.flat().some((action) => !ASSUMING.test(action))) {
    return "AssumeRole policy may only specify STS AssumeRole actions.";
  }
  const wrong = all.map(({ Principal }) => principalFault(Principal, site)).find((fault) => fault !== undefined);
  return wrong && `Invalid principal in policy: ${wrong}`;
}

function principalFault(principal: unknown, site: Site): string | undefined {
  if (principal === undefined || principal === "*") return undefined;
  if (!isObject(principal)) return `"STAR":${JSON.stringify(principal)}`;
  return serviceFault(principal) ?? roleFault(principal, site);
}

function serviceFault(principal: Values): string | undefined {
  const known = SERVICES.map((service) => `${service}.amazonaws.com`);
  const wrong = textsAt(principal, "Service").find((service) => !known.includes(service));
  return wrong && `"SERVICE":"${wrong}"`;
}

/** Roles of the account itself have to be there; those of others nobody here knows. */
function roleFault(principal: Values, site: Site): string | undefined {
  const wrong = textsAt(principal, "AWS").find((arn) => {
    const [, account, name] = ROLE_ARN.exec(arn) ?? [];
    return account === site.account && site.find(ROLE, "name", name) === undefined;
  });
  return wrong && `"AWS":"${wrong}"`;
}
