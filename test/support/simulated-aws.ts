/** A simulated part of AWS on loopback: the calls that operations make, in the protocols of the real services. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SimulatedBeanstalk } from "./simulated-beanstalk";
import { beanstalkCalls } from "./simulated-beanstalk-calls";
import { Refused, type Input } from "./simulated-calls";
import { SimulatedCommands } from "./simulated-commands";
import { SimulatedEcr } from "./simulated-ecr";
import { SimulatedEcs } from "./simulated-ecs";
import { ecsCalls, groupOf } from "./simulated-ecs-calls";
import { logCalls, type SimulatedLine } from "./simulated-logs";
import { SimulatedObjects } from "./simulated-objects";

/** What the stack's config says under `aws:` to be led to `endpoint`. */
export function awsConfig(endpoint: string): Record<string, string> {
  const names = ["ecs", "logs", "ecr", "elbv2", "elasticbeanstalk", "s3", "secretsmanager", "ssm"];
  return {
    "aws:region": "eu-central-1",
    "aws:accessKey": "none",
    "aws:secretKey": "none",
    "aws:endpoints": JSON.stringify([Object.fromEntries(names.map((name) => [name, endpoint]))]),
  };
}

export class SimulatedAws {
  readonly ecs = new SimulatedEcs();
  readonly beanstalk = new SimulatedBeanstalk();
  readonly ecr = new SimulatedEcr();
  readonly commands = new SimulatedCommands();
  readonly objects = new SimulatedObjects();
  /** Health of each target of the load balancer. */
  targets: { id: string; state: string; reason?: string }[] = [];
  /** Names of the calls that were made, such as `DescribeServices`. */
  readonly calls: string[] = [];
  /** What a call was last asked with. */
  readonly asked = new Map<string, Input>();
  /** Called before each answer, to bring about what has happened meanwhile. */
  meanwhile: () => void = () => undefined;
  /** Calls of other services, and what answers them: JSON, or a text in XML. */
  readonly others: Record<string, (input: Input) => unknown> = {};
  /** Call -> error that it is answered with. */
  readonly refusals = new Map<string, { code: string; message: string }>();
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.ecr.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this.ecr.address;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") {
      const { searchParams } = new URL(request.url ?? "/", this.ecr.address);
      if (!searchParams.has("of")) {
        this.calls.push("GetObject");
        this.meanwhile();
        this.objects.answer(request, response);
        return;
      }
      const found = this.ecr.blob(searchParams.get("of") ?? "", searchParams.get("digest") ?? "");
      response.writeHead(found === undefined ? 404 : 200).end(found);
      return;
    }
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
      const message = error instanceof Error ? error.message : String(error);
      if (query !== undefined) {
        response.writeHead(400, { "content-type": "text/xml" }).end(refusalXml(code, message));
        return;
      }
      const said = { __type: code, message };
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(said));
    }
  }

  private call(name: string, input: Input): unknown {
    const calls: Record<string, (input: Input) => unknown> = {
      ...ecsCalls(this.ecs),
      ...this.ecr.calls(),
      ...beanstalkCalls(this.beanstalk),
      StartSession: ({ Target }) => this.startSession(String(Target)),
      ...this.commands.calls((instance) => this.isConnected(instance)),
      ...logCalls(
        (group) => this.linesIn(group),
        () => this.beanstalk.lines.map(({ group }) => group),
      ),
      DescribeTargetHealth: () => this.targetHealth(),
      ...this.others,
    };
    const found = calls[name];
    if (found === undefined) throw new Refused("UnknownOperationException", `${name} is not simulated`);
    return found(input);
  }

  private startSession(instance: string): unknown {
    if (!this.isConnected(instance)) throw new Refused("TargetNotConnected", `${instance} is not connected.`);
    const SessionId = "deployer-0a1b2c3d";
    const StreamUrl = `wss://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/${SessionId}`;
    return { SessionId, StreamUrl, TokenValue: "token-of-the-session" };
  }

  private isConnected(instance: string): boolean {
    return [...this.beanstalk.environments.values()].some(({ instances }) =>
      instances.some(({ id }) => id === instance),
    );
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

  /** Everything that is in a log group: what tasks wrote, and files of instances. */
  private linesIn(group: string): SimulatedLine[] {
    const written = this.ecs.tasks.flatMap(({ taskArn, taskDefinitionArn, createdAt }) => {
      const definition = this.ecs.definitions.get(taskDefinitionArn);
      if (definition === undefined || groupOf(definition) !== group) return [];
      const place = { group, stream: `task/main/${taskArn.slice(-32)}`, at: Math.round(createdAt * 1000) };
      return (definition.fate.log ?? []).map((message) => ({ ...place, message }));
    });
    return [...written, ...this.beanstalk.lines.filter((line) => line.group === group)];
  }
}

function refusalXml(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>0</RequestId></ErrorResponse>`;
}
