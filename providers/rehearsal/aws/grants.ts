/** What a role may do, and who may take it: as much of IAM as decides whether a task or a function starts. */
import type { Site, Thing, Values } from "../model";
import { statementsOf } from "./documents";
import { isGiven, textsAt } from "./read";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** What machines of every environment of Elastic Beanstalk do, to things of its own names. */
const BEANSTALK = [
  "elasticbeanstalk:PutInstanceStatistics",
  "logs:CreateLogStream",
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
  "logs:PutLogEvents",
  "s3:Get*",
  "s3:List*",
  "s3:PutObject",
  "xray:*",
];

/** What AWS's own policies allow, as far as components attach them. Source: AWS managed policy reference guide. */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AmazonECSTaskExecutionRolePolicy: [
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  AWSLambdaBasicExecutionRole: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  AWSLambdaVPCAccessExecutionRole: [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ],
  AmazonEC2ContainerServiceforEC2Role: [
    "ec2:DescribeTags",
    "ecs:CreateCluster",
    "ecs:DeregisterContainerInstance",
    "ecs:DiscoverPollEndpoint",
    "ecs:Poll",
    "ecs:RegisterContainerInstance",
    "ecs:StartTelemetrySession",
    "ecs:UpdateContainerInstancesState",
    "ecs:Submit*",
    "ecs:TagResource",
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  AWSElasticBeanstalkWebTier: BEANSTALK,
  AWSElasticBeanstalkWorkerTier: [
    ...BEANSTALK,
    "cloudwatch:PutMetricData",
    "dynamodb:*",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
  ],
  AmazonSSMManagedInstanceCore: ["ssm:*", "ssmmessages:*", "ec2messages:*"],
};

/** Whether a service, such as `ecs-tasks.amazonaws.com`, may take a role. A role that is not simulated is trusted. */
export function assumable(site: Site, roleArn: string, service: string): boolean {
  const role = site.find(ROLE, "arn", roleArn);
  if (role === undefined || isGiven(role)) return true;
  return statementsOf(role.outputs["assumeRolePolicy"]).some(
    (statement) =>
      statement["Effect"] === "Allow" &&
      textsAt(statement, "Principal.Service").some((principal) => principal === service),
  );
}

/** Whether a role may do something to a resource. Conditions are taken as met; a role not simulated is trusted. */
export function allows(site: Site, roleArn: string, action: string, resource: string): boolean {
  const role = site.find(ROLE, "arn", roleArn);
  if (role === undefined || isGiven(role)) return true;
  const attached = attachedPolicies(site, role);
  // What a policy of the user's own allows is not known here.
  if (attached.some((policy) => MANAGED[policy] === undefined)) return true;
  const managed = attached.flatMap((policy) => MANAGED[policy] ?? []);
  const own = inlinePolicies(site, role).flatMap(statementsOf);
  const hit = own.filter((statement) => concerns(statement, action, resource));
  if (hit.some((statement) => statement["Effect"] === "Deny")) return false;
  return hit.length > 0 || managed.some((pattern) => fits(pattern, action));
}

function attachedPolicies(site: Site, role: Thing): string[] {
  const arns = site
    .all(ATTACHMENT)
    .filter((attachment) => isOf(attachment, role))
    .flatMap((attachment) => textsAt(attachment.outputs, "policyArn"));
  return [...arns, ...textsAt(role.outputs, "managedPolicyArns")].map((arn) => arn.slice(arn.lastIndexOf("/") + 1));
}

function inlinePolicies(site: Site, role: Thing): string[] {
  const separate = site.all(ROLE_POLICY).filter((policy) => isOf(policy, role));
  return [
    ...separate.flatMap((policy) => textsAt(policy.outputs, "policy")),
    ...textsAt(role.outputs, "inlinePolicies.policy"),
  ];
}

function isOf(policy: Thing, role: Thing): boolean {
  const name = policy.outputs["role"];
  return name === role.id || name === role.outputs["name"] || name === role.outputs["arn"];
}

function concerns(statement: Values, action: string, resource: string): boolean {
  return (
    textsAt(statement, "Action").some((pattern) => fits(pattern, action)) &&
    textsAt(statement, "Resource").some((pattern) => fits(pattern, resource))
  );
}

/** Whether a value fits a pattern of IAM, in which `*` stands for any text and `?` for any character. */
function fits(pattern: string, value: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(value);
}
