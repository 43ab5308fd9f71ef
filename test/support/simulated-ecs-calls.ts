/** The calls of ECS, in the form in which its API takes and answers them. */
import { Refused, type Input } from "./simulated-calls";
import type { SimulatedDefinition, SimulatedEcs, SimulatedTask } from "./simulated-ecs";

/** Call -> what answers it. */
export function ecsCalls(ecs: SimulatedEcs): Record<string, (input: Input) => unknown> {
  return {
    DescribeServices: ({ services }) => describeServices(ecs, services as string[]),
    ListServices: ({ cluster }) => listServices(ecs, cluster as string),
    ListTasks: (asked) => listTasks(ecs, asked),
    DescribeTasks: ({ tasks }) => describeTasks(ecs, tasks as string[]),
    DescribeTaskDefinition: ({ taskDefinition }) => describeDefinition(ecs, taskDefinition as string),
    RunTask: ({ taskDefinition }) => runTask(ecs, taskDefinition as string),
    ExecuteCommand: (asked) => executeCommand(ecs, asked),
    ListServiceDeployments: (asked) => listDeployments(ecs, asked),
    DescribeServiceDeployments: ({ serviceDeploymentArns }) =>
      describeDeployments(ecs, serviceDeploymentArns as string[]),
    DescribeServiceRevisions: ({ serviceRevisionArns }) => describeRevisions(ecs, serviceRevisionArns as string[]),
  };
}

function describeServices(ecs: SimulatedEcs, names: string[]): unknown {
  ecs.look();
  const named = names.map((name) => name.slice(name.lastIndexOf("/") + 1));
  const found = named.flatMap((name) => ecs.services.get(name) ?? []);
  const services = found.map(({ deployments, desiredCount, serviceName, events, enableExecuteCommand }) => {
    const primary = deployments.find(({ status }) => status === "PRIMARY");
    const running = ecs.tasks.filter(
      (task) => task.serviceName === serviceName && task.lastStatus === "RUNNING",
    ).length;
    return {
      serviceName,
      serviceArn: ecs.arn("service", `${ecs.cluster}/${serviceName}`),
      clusterArn: ecs.arn("cluster", ecs.cluster),
      status: "ACTIVE",
      desiredCount,
      runningCount: running,
      pendingCount: Math.max(0, desiredCount - running),
      taskDefinition: primary?.taskDefinition,
      deployments: deployments.map((each) => ({ ...each, desiredCount })),
      events,
      enableExecuteCommand,
      launchType: "FARGATE",
      loadBalancers: serviceName.includes("web")
        ? [
            {
              targetGroupArn:
                "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/0a1b2c3d4e5f6071",
              containerName: "main",
              containerPort: 8000,
            },
          ]
        : [],
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ["subnet-0a", "subnet-0b"], securityGroups: ["sg-0a"] },
      },
    };
  });
  const failures = named
    .filter((name) => !ecs.services.has(name))
    .map((name) => ({ arn: ecs.arn("service", `${ecs.cluster}/${name}`), reason: "MISSING" }));
  return { services, failures };
}

function listServices(ecs: SimulatedEcs, cluster: string): unknown {
  if (cluster !== ecs.cluster) throw new Refused("ClusterNotFoundException", "Cluster not found.");
  const names = [...ecs.services.keys()];
  return { serviceArns: names.map((name) => ecs.arn("service", `${cluster}/${name}`)) };
}

function listTasks(ecs: SimulatedEcs, { serviceName, family, desiredStatus = "RUNNING" }: Input): unknown {
  const fits = (task: SimulatedTask): boolean =>
    task.desiredStatus === desiredStatus &&
    (serviceName === undefined || task.serviceName === serviceName) &&
    (family === undefined || ecs.definitions.get(task.taskDefinitionArn)?.family === family);
  return { taskArns: ecs.tasks.filter(fits).map(({ taskArn }) => taskArn) };
}

function describeTasks(ecs: SimulatedEcs, arns: string[]): unknown {
  ecs.goOn(arns);
  const tasks = ecs.tasks.filter(({ taskArn }) => arns.includes(taskArn));
  return {
    tasks: tasks.map(({ exitCode, ...task }) => ({
      ...task,
      clusterArn: ecs.arn("cluster", ecs.cluster),
      containers: [
        {
          name: "main",
          image: ecs.definitions.get(task.taskDefinitionArn)?.image,
          lastStatus: task.lastStatus,
          runtimeId: `${task.taskArn.slice(-32)}-0000000000`,
          ...(exitCode !== undefined && { exitCode }),
        },
      ],
    })),
  };
}

function describeDefinition(ecs: SimulatedEcs, named: string): unknown {
  const found = ecs.definition(named);
  if (found === undefined) throw new Refused("ClientException", "Unable to describe task definition.");
  const { arn, family, image } = found;
  return {
    taskDefinition: {
      taskDefinitionArn: arn,
      family,
      containerDefinitions: [
        {
          name: "main",
          image,
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": groupOf(found), "awslogs-stream-prefix": "task" },
          },
        },
      ],
    },
  };
}

/** The log group of a definition's container. */
export function groupOf({ family }: SimulatedDefinition): string {
  return `${family}-logs`;
}

function runTask(ecs: SimulatedEcs, named: string): unknown {
  const found = ecs.definition(named);
  if (found === undefined) throw new Refused("ClientException", "TaskDefinition not found.");
  if (found.fate.stoppedReason?.startsWith("RESOURCE") === true) {
    return { tasks: [], failures: [{ arn: found.arn, reason: found.fate.stoppedReason }] };
  }
  const { taskArn } = ecs.run(found.arn);
  return { ...(describeTasks(ecs, [taskArn]) as object), failures: [] };
}

function executeCommand(ecs: SimulatedEcs, { task }: Input): unknown {
  return {
    taskArn: task,
    clusterArn: ecs.arn("cluster", ecs.cluster),
    containerName: "main",
    interactive: true,
    session: {
      sessionId: "ecs-execute-command-0a1b2c3d",
      streamUrl: "wss://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/ecs-execute-command-0a1b2c3d",
      tokenValue: "token-of-the-session",
    },
  };
}

/** One revision for each task definition: nothing else of a service changes here. */
function revisionArn(ecs: SimulatedEcs, service: string, definition: string): string {
  return ecs.arn("service-revision", `${ecs.cluster}/${service}/${Buffer.from(definition).toString("hex")}`);
}

function listDeployments(ecs: SimulatedEcs, { service, nextToken }: Input): unknown {
  const name = service as string;
  const all = (ecs.services.get(name)?.history ?? []).map(({ id, status, target, createdAt }) => ({
    serviceDeploymentArn: ecs.arn("service-deployment", `${ecs.cluster}/${name}/${id.slice("ecs-svc/".length)}`),
    targetServiceRevisionArn: revisionArn(ecs, name, target),
    status,
    createdAt,
  }));
  const at = nextToken === undefined ? 0 : Number(nextToken);
  const more = at + 2 < all.length ? { nextToken: String(at + 2) } : {};
  return { serviceDeployments: all.slice(at, at + 2), ...more };
}

function describeDeployments(ecs: SimulatedEcs, arns: string[]): unknown {
  const serviceDeployments = arns.map((arn) => {
    const [, service = "", id = ""] = arn.slice(arn.indexOf("/") + 1).split("/");
    const source = ecs.services.get(service)?.history.find((each) => each.id === `ecs-svc/${id}`)?.source;
    const sourceServiceRevisions = source === undefined ? [] : [{ arn: revisionArn(ecs, service, source) }];
    return { serviceDeploymentArn: arn, sourceServiceRevisions };
  });
  return { serviceDeployments };
}

function describeRevisions(ecs: SimulatedEcs, arns: string[]): unknown {
  if (arns.length > 20) throw new Refused("InvalidParameterException", "At most 20 ARNs.");
  const serviceRevisions = arns.map((serviceRevisionArn) => {
    const taskDefinition = Buffer.from(serviceRevisionArn.split("/").at(-1) ?? "", "hex").toString();
    const image = ecs.definitions.get(taskDefinition)?.image ?? "";
    const imageDigest = image.slice(image.indexOf("@") + 1);
    return { serviceRevisionArn, taskDefinition, containerImages: [{ containerName: "main", image, imageDigest }] };
  });
  return { serviceRevisions };
}
