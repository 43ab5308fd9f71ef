/** A simulated part of AWS on loopback: the calls that operations make, in the protocols of the real services. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SimulatedEcs, type SimulatedDefinition, type SimulatedTask } from "./simulated-ecs";

type Input = Record<string, unknown>;

/** An error as a service answers it. */
class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface SimulatedImage {
  repositoryName: string;
  imageDigest: string;
  imageTags: string[];
}

export class SimulatedAws {
  readonly ecs = new SimulatedEcs();
  readonly images: SimulatedImage[] = [];
  /** Health of each target of the load balancer. */
  targets: { id: string; state: string; reason?: string }[] = [];
  /** Names of the calls that were made, such as `DescribeServices`. */
  readonly calls: string[] = [];
  /** What a call was last asked with. */
  readonly asked = new Map<string, Input>();
  /** Called before each answer, to bring about what has happened meanwhile. */
  meanwhile: () => void = () => undefined;
  /** Call -> error that it is answered with. */
  readonly refusals = new Map<string, { code: string; message: string }>();
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const target = request.headers["x-amz-target"];
    const query = typeof target === "string" ? undefined : new URLSearchParams(body);
    const call = query?.get("Action") ?? String(target).split(".")[1] ?? "";
    const input = query === undefined ? (JSON.parse(body || "{}") as Input) : Object.fromEntries(query);
    this.calls.push(call);
    this.asked.set(call, input);
    try {
      this.meanwhile();
      const refusal = this.refusals.get(call);
      if (refusal !== undefined) throw new Refused(refusal.code, refusal.message);
      const answer = this.call(call, input);
      if (typeof answer === "string") response.writeHead(200, { "content-type": "text/xml" }).end(answer);
      else response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    } catch (error) {
      const code = error instanceof Refused ? error.code : "InternalFailure";
      const said = { __type: code, message: error instanceof Error ? error.message : String(error) };
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(said));
    }
  }

  private call(name: string, input: Input): unknown {
    const calls: Record<string, (input: Input) => unknown> = {
      DescribeServices: ({ services }) => this.describeServices(services as string[]),
      ListServices: ({ cluster }) => this.listServices(cluster as string),
      ListTasks: (asked) => this.listTasks(asked),
      DescribeTasks: ({ tasks }) => this.describeTasks(tasks as string[]),
      DescribeTaskDefinition: ({ taskDefinition }) => this.describeDefinition(taskDefinition as string),
      DescribeImages: (asked) => this.describeImages(asked),
      DescribeTargetHealth: () => this.targetHealth(),
      GetLogEvents: (asked) => this.logEvents(asked),
    };
    const found = calls[name];
    if (found === undefined) throw new Refused("UnknownOperationException", `${name} is not simulated`);
    return found(input);
  }

  private describeServices(names: string[]): unknown {
    this.ecs.look();
    const named = names.map((name) => name.slice(name.lastIndexOf("/") + 1));
    const found = named.flatMap((name) => this.ecs.services.get(name) ?? []);
    const services = found.map(({ deployments, desiredCount, serviceName, events, enableExecuteCommand }) => {
      const primary = deployments.find(({ status }) => status === "PRIMARY");
      const running = this.ecs.tasks.filter(
        (task) => task.serviceName === serviceName && task.lastStatus === "RUNNING",
      ).length;
      return {
        serviceName,
        serviceArn: this.ecs.arn("service", `${this.ecs.cluster}/${serviceName}`),
        clusterArn: this.ecs.arn("cluster", this.ecs.cluster),
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
      .filter((name) => !this.ecs.services.has(name))
      .map((name) => ({ arn: this.ecs.arn("service", `${this.ecs.cluster}/${name}`), reason: "MISSING" }));
    return { services, failures };
  }

  private listServices(cluster: string): unknown {
    if (cluster !== this.ecs.cluster) throw new Refused("ClusterNotFoundException", "Cluster not found.");
    const names = [...this.ecs.services.keys()];
    return { serviceArns: names.map((name) => this.ecs.arn("service", `${cluster}/${name}`)) };
  }

  private listTasks({ serviceName, family, desiredStatus = "RUNNING" }: Input): unknown {
    const fits = (task: SimulatedTask): boolean =>
      task.desiredStatus === desiredStatus &&
      (serviceName === undefined || task.serviceName === serviceName) &&
      (family === undefined || this.ecs.definitions.get(task.taskDefinitionArn)?.family === family);
    return { taskArns: this.ecs.tasks.filter(fits).map(({ taskArn }) => taskArn) };
  }

  private describeTasks(arns: string[]): unknown {
    const tasks = this.ecs.tasks.filter(({ taskArn }) => arns.includes(taskArn));
    return {
      tasks: tasks.map(({ exitCode, ...task }) => ({
        ...task,
        clusterArn: this.ecs.arn("cluster", this.ecs.cluster),
        containers: [
          {
            name: "main",
            image: this.ecs.definitions.get(task.taskDefinitionArn)?.image,
            lastStatus: task.lastStatus,
            runtimeId: `${task.taskArn.slice(-32)}-0000000000`,
            ...(exitCode !== undefined && { exitCode }),
          },
        ],
      })),
    };
  }

  private describeDefinition(named: string): unknown {
    const found = this.ecs.definition(named);
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

  private describeImages({ repositoryName, imageIds }: Input): unknown {
    const wanted = imageIds as { imageDigest: string }[] | undefined;
    const own = this.images.filter((image) => image.repositoryName === repositoryName);
    if (own.length === 0) throw new Refused("RepositoryNotFoundException", `The repository does not exist`);
    const found = own.filter(
      ({ imageDigest }) => wanted === undefined || wanted.some((each) => each.imageDigest === imageDigest),
    );
    if (wanted !== undefined && found.length === 0) throw new Refused("ImageNotFoundException", "There is none");
    return { imageDetails: found };
  }

  private targetHealth(): string {
    const members = this.targets.map(
      ({ id, state, reason }) =>
        `<member><Target><Id>${id}</Id><Port>8000</Port></Target><TargetHealth><State>${state}</State>${
          reason === undefined ? "" : `<Reason>${reason}</Reason>`
        }</TargetHealth></member>`,
    );
    return `<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetHealthResult><TargetHealthDescriptions>${members.join("")}</TargetHealthDescriptions></DescribeTargetHealthResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></DescribeTargetHealthResponse>`;
  }

  /** What a task wrote, by the name of its stream. */
  private logEvents({ logGroupName, logStreamName, limit }: Input): unknown {
    const task = this.ecs.tasks.find(({ taskArn }) => (logStreamName as string).endsWith(taskArn.slice(-32)));
    const definition = task === undefined ? undefined : this.ecs.definitions.get(task.taskDefinitionArn);
    const lines = definition?.fate.log;
    if (definition === undefined || lines === undefined || groupOf(definition) !== logGroupName)
      throw new Refused("ResourceNotFoundException", "The specified log stream does not exist.");
    const last = lines.slice(-Number(limit ?? lines.length));
    return { events: last.map((message) => ({ message, timestamp: (task?.createdAt ?? 0) * 1000 })) };
  }
}

function groupOf({ family }: SimulatedDefinition): string {
  return `${family}-logs`;
}
