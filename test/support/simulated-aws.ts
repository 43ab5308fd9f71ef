/** A simulated part of AWS on loopback: the calls that operations make, in the protocols of the real services. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SimulatedEcr, type SimulatedImage } from "./simulated-ecr";
import { SimulatedEcs, type SimulatedTask } from "./simulated-ecs";
import { ecsCalls, groupOf, Refused, type Input } from "./simulated-ecs-calls";

export class SimulatedAws {
  readonly ecs = new SimulatedEcs();
  readonly ecr = new SimulatedEcr();
  readonly images: SimulatedImage[] = this.ecr.images;
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
      const said = { __type: code, message: error instanceof Error ? error.message : String(error) };
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(said));
    }
  }

  private call(name: string, input: Input): unknown {
    const calls: Record<string, (input: Input) => unknown> = {
      ...ecsCalls(this.ecs),
      ...this.ecr.calls(),
      DescribeTargetHealth: () => this.targetHealth(),
      GetLogEvents: (asked) => this.logEvents(asked),
      FilterLogEvents: (asked) => this.filteredEvents(asked),
    };
    const found = calls[name];
    if (found === undefined) throw new Refused("UnknownOperationException", `${name} is not simulated`);
    return found(input);
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

  /** What a task wrote, by the name of its stream; from the beginning when it is asked for, and then what follows. */
  private logEvents({
    logGroupName,
    logStreamName,
    limit,
    startFromHead,
    nextToken,
    endTime = Infinity,
  }: Input): unknown {
    const task = this.ecs.tasks.find(({ taskArn }) => (logStreamName as string).endsWith(taskArn.slice(-32)));
    const lines = task === undefined ? [] : this.linesOf(task, logGroupName as string);
    if (task !== undefined && task.createdAt * 1000 >= Number(endTime)) return { events: [] };
    if (task === undefined || lines.length === 0)
      throw new Refused("ResourceNotFoundException", "The specified log stream does not exist.");
    const from = nextToken === undefined ? 0 : Number((nextToken as string).slice(2));
    const wanted = startFromHead === true ? lines.slice(from) : lines.slice(-Number(limit ?? lines.length));
    const events = wanted.map((message) => ({ message, timestamp: task.createdAt * 1000 }));
    return { events, nextForwardToken: `f/${lines.length}` };
  }

  /** Lines of all tasks of a group, some of them on a second page. */
  private filteredEvents({ logGroupName, startTime, endTime = Infinity, filterPattern, nextToken }: Input): unknown {
    const text = filterPattern === undefined ? "" : (JSON.parse(filterPattern as string) as string);
    const all = this.ecs.tasks.flatMap((task) =>
      this.linesOf(task, logGroupName as string).map((message, at) => ({
        message,
        timestamp: Math.round(task.createdAt * 1000),
        logStreamName: `task/main/${task.taskArn.slice(-32)}`,
        eventId: `${task.taskArn.slice(-32)}-${at}`,
      })),
    );
    const found = all.filter(
      ({ message, timestamp }) =>
        timestamp >= Number(startTime) && timestamp < Number(endTime) && message.includes(text),
    );
    return nextToken === undefined && found.length > 1
      ? { events: found.slice(0, 1), nextToken: "more" }
      : { events: nextToken === undefined ? found : found.slice(1) };
  }

  private linesOf(task: SimulatedTask, group: string): readonly string[] {
    const definition = this.ecs.definitions.get(task.taskDefinitionArn);
    return definition !== undefined && groupOf(definition) === group ? (definition.fate.log ?? []) : [];
  }
}
