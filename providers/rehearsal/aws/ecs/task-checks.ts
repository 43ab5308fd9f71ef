/** What keeps a task from starting, although everything about it was accepted: ECS finds it out when it tries. */
import type { Values } from "../../model";
import { allows, assumable } from "../grants";
import { textAt, textsAt } from "../read";
import { containersOf } from "./containers";
import { imageName, pushedImage, registryHost } from "./images";
import { type Launch, pullInterfaces } from "./launch";
import { type Interface, hasEndpoint, letsOut, reachesInternet } from "./reach";
import { awslogsGroup, secretFault } from "./task-needs";

/** Something that stops tasks. */
export interface TaskCheck {
  id: string;
  source: string;
  /** First word of the stopped reason. */
  code: string;
  /** The stopped reason; undefined when the task starts. */
  stops: (launch: Launch) => string | undefined;
}

const ERRORS = "ECS developer guide, Resolve Amazon ECS ResourceInitializationError errors";
const PULL = "ECS developer guide, CannotPullContainer task errors in Amazon ECS";
const HTTPS = 443;
const PULL_ACTIONS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"];

function firstOf<T>(values: readonly T[], wrong: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = wrong(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function containers({ definition }: Launch): Values[] {
  return containersOf(definition.inputs);
}

function executionRole({ definition }: Launch): string | undefined {
  return textAt(definition.inputs, "executionRoleArn");
}

/** Images of the containers that are in the account's own registry. */
function ownImages(launch: Launch): string[] {
  const host = registryHost(launch.site);
  return containers(launch).flatMap((container) =>
    textsAt(container, "image").filter((image) => imageName(image).host === host),
  );
}

const roles: TaskCheck = {
  id: "task-roles-assumable",
  source: "ECS developer guide, IAM roles for Amazon ECS: trust relationship with ecs-tasks.amazonaws.com",
  code: "TaskFailedToStart",
  stops: ({ site, definition }) =>
    firstOf(["executionRoleArn", "taskRoleArn"], (property) => {
      const role = textAt(definition.inputs, property);
      return role === undefined || assumable(site, role, "ecs-tasks.amazonaws.com")
        ? undefined
        : `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`;
    }),
};

const imageExists: TaskCheck = {
  id: "task-image-exists",
  source: PULL,
  code: "CannotPullContainerError",
  stops: (launch) =>
    firstOf(ownImages(launch), (image) =>
      // What a real registry holds is not simulated.
      launch.site.registry === undefined && pushedImage(launch.site, imageName(image)) === undefined
        ? `pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`
        : undefined,
    ),
};

const pullAllowed: TaskCheck = {
  id: "task-pull-allowed",
  source: `${ERRORS}; ECS developer guide, task execution IAM role`,
  code: "ResourceInitializationError",
  stops: (launch) => {
    const { site, instances } = launch;
    // On instances without an execution role, the instance's own role pulls.
    const role = executionRole(launch) ?? instances?.roleArn;
    if (role === undefined) return undefined;
    return firstOf(ownImages(launch), (image) => {
      const repository = `arn:${site.partition}:ecr:${site.region}:${site.account}:repository/${imageName(image).repository}`;
      const denied = allows(site, role, "ecr:GetAuthorizationToken", "*")
        ? PULL_ACTIONS.find((action) => !allows(site, role, action, repository))
        : "ecr:GetAuthorizationToken";
      return (
        denied &&
        `unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: AccessDeniedException: ${role} is not authorized to perform: ${denied} on resource: ${repository}`
      );
    });
  },
};

const secrets: TaskCheck = {
  id: "task-secrets",
  source: `${ERRORS}; ECS developer guide, Pass Secrets Manager secrets through environment variables`,
  code: "ResourceInitializationError",
  stops: (launch) => {
    const role = executionRole(launch);
    const named = containers(launch).flatMap((container) => textsAt(container, "secrets.valueFrom"));
    if (named.length > 0 && role === undefined)
      return "unable to pull secrets or registry auth: the task definition has no execution role";
    const wrong = firstOf(named, (from) => secretFault(launch.site, from, role ?? ""));
    return (
      wrong &&
      `unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: ${wrong}`
    );
  },
};

const logs: TaskCheck = {
  id: "task-log-group",
  source: `${ERRORS}: failed to validate logger args`,
  code: "ResourceInitializationError",
  stops: (launch) =>
    firstOf(containers(launch), (container) => {
      const group = awslogsGroup(container);
      if (group === undefined) return undefined;
      const { site } = launch;
      const role = executionRole(launch);
      const stream = `arn:${site.partition}:logs:${site.region}:${site.account}:log-group:${group}:log-stream:any`;
      if (site.find("aws:cloudwatch/logGroup:LogGroup", "name", group) === undefined) {
        return `failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist: ${group}`;
      }
      const denied =
        role && ["logs:CreateLogStream", "logs:PutLogEvents"].find((action) => !allows(site, role, action, stream));
      return (
        denied &&
        `failed to validate logger args: AccessDeniedException: ${role} is not authorized to perform: ${denied} on resource: ${stream}`
      );
    }),
};

/** Services of AWS that a task asks on its way to start, as its endpoints are called. */
function servicesOf(launch: Launch): string[] {
  const found = containers(launch);
  return [
    ...(ownImages(launch).length > 0 ? ["ecr.api", "ecr.dkr", "s3"] : []),
    ...(found.some((container) => textsAt(container, "secrets.valueFrom").length > 0) ? ["secretsmanager"] : []),
    ...(found.some((container) => awslogsGroup(container) !== undefined) ? ["logs"] : []),
  ];
}

const HINT =
  "Check your task network configuration: the subnet needs a 0.0.0.0/0 route to a NAT gateway (or to an internet gateway, with a public address), or endpoints for every service that is asked.";

const wayOut: TaskCheck = {
  id: "task-way-out",
  source: `${ERRORS}; ${PULL}: i/o timeout`,
  code: "ResourceInitializationError",
  stops: (launch) =>
    firstOf(pullInterfaces(launch), (at: Interface) => {
      const { site } = launch;
      if (reachesInternet(site, at)) return undefined;
      const service = servicesOf(launch).find((each) => !hasEndpoint(site, at.subnetId, each));
      if (service !== undefined) {
        return `unable to pull secrets or registry auth: there is a connection issue between the task in ${at.subnetId} and ${service}.${site.region}.amazonaws.com: dial tcp: i/o timeout. ${HINT}`;
      }
      const foreign = containers(launch)
        .flatMap((container) => textsAt(container, "image"))
        .find((image) => imageName(image).host !== registryHost(site));
      return (
        foreign && `CannotPullContainerError: pulling ${foreign} from ${at.subnetId}: dial tcp: i/o timeout. ${HINT}`
      );
    }),
};

const egress: TaskCheck = {
  id: "task-egress",
  source: `${ERRORS}: security group rules of the task`,
  code: "ResourceInitializationError",
  stops: (launch) =>
    firstOf(pullInterfaces(launch), ({ groupIds }) =>
      groupIds.length === 0 || letsOut(launch.site, groupIds, HTTPS)
        ? undefined
        : `unable to pull secrets or registry auth: dial tcp: i/o timeout. None of the security groups ${groupIds.join(", ")} lets connections out to port ${HTTPS}.`,
    ),
};

/** In the order in which ECS gets to them. */
export const startChecks: readonly TaskCheck[] = [roles, egress, wayOut, pullAllowed, imageExists, secrets, logs];
