/** Services and tasks as the ECS API documents them: rollouts that go on with each look, the circuit breaker, stopped tasks. */
import { createHash } from "node:crypto";

/** What becomes of the tasks of a task definition. */
export interface Fate {
  /** True when its tasks stay well. @default true */
  healthy?: boolean;
  /** Why they stop, where they do not. */
  stoppedReason?: string;
  exitCode?: number;
  /** What each task writes. */
  log?: readonly string[];
  /** How many looks a task takes until it runs. @default 1 */
  looks?: number;
}

export interface SimulatedDefinition {
  family: string;
  arn: string;
  image: string;
  fate: Fate;
}

export interface SimulatedTask {
  taskArn: string;
  taskDefinitionArn: string;
  /** Absent for a task that was run once. */
  serviceName?: string;
  group: string;
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  desiredStatus: "RUNNING" | "STOPPED";
  healthStatus: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
  createdAt: number;
  startedAt?: number;
  stoppedAt?: number;
  stoppedReason?: string;
  stopCode?: string;
  exitCode?: number;
  enableExecuteCommand: boolean;
}

interface Deployment {
  id: string;
  status: "PRIMARY" | "ACTIVE";
  taskDefinition: string;
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  rolloutStateReason: string;
  failedTasks: number;
  looks: number;
  createdAt: number;
}

interface Service {
  serviceName: string;
  desiredCount: number;
  deployments: Deployment[];
  events: { id: string; createdAt: number; message: string }[];
  enableExecuteCommand: boolean;
  /** Task definition of the last rollout that was completed. */
  steady: string;
  history: { id: string; status: string; target: string; source: string | undefined; createdAt: number }[];
}

/** Failures until the circuit breaker opens: half of the tasks, but 3 at least (AWS, How the circuit breaker works). */
const LEAST_FAILURES = 3;

/** A cluster in one region of one account. */
export class SimulatedEcs {
  cluster = "prod-shop";
  readonly definitions = new Map<string, SimulatedDefinition>();
  readonly services = new Map<string, Service>();
  readonly tasks: SimulatedTask[] = [];
  private count = 0;

  arn(kind: string, name: string): string {
    return `arn:aws:ecs:eu-central-1:123456789012:${kind}/${name}`;
  }

  /** A new revision of a family. @returns its ARN */
  register(family: string, image: string, fate: Fate = {}): string {
    const revision = [...this.definitions.values()].filter((each) => each.family === family).length + 1;
    const arn = this.arn("task-definition", `${family}:${revision}`);
    this.definitions.set(arn, { family, arn, image, fate });
    return arn;
  }

  /** The definition that an ARN, `family:revision` or a family names; the newest of a family. */
  definition(named: string): SimulatedDefinition | undefined {
    const all = [...this.definitions.values()];
    return all.findLast(({ family, arn }) => named === arn || named === family || arn.endsWith(`/${named}`));
  }

  /** Makes a service that is steady, or begins to deploy another task definition. */
  deploy(serviceName: string, taskDefinition: string, desiredCount = 2): void {
    const found = this.services.get(serviceName);
    if (found !== undefined) {
      this.roll(found, taskDefinition, "");
      return;
    }
    const service: Service = {
      serviceName,
      desiredCount,
      deployments: [],
      events: [],
      enableExecuteCommand: true,
      steady: taskDefinition,
      history: [],
    };
    this.services.set(serviceName, service);
    this.roll(service, taskDefinition, "");
    const [first] = service.deployments;
    if (first !== undefined) this.complete(service, first);
  }

  /** Everything goes on a little; called with each look at the services. */
  look(): void {
    for (const service of this.services.values()) {
      const primary = service.deployments.find(({ status }) => status === "PRIMARY");
      if (primary?.rolloutState === "IN_PROGRESS") this.step(service, primary);
    }
  }

  /** Runs a task once. It runs after one look at it, and has ended after two. */
  run(taskDefinition: string): SimulatedTask {
    const task = this.start({ definition: taskDefinition, group: "family:job" });
    task.lastStatus = "PENDING";
    return task;
  }

  /** Tasks that were run once go on a little; called with each look at them. */
  goOn(arns: readonly string[]): void {
    for (const task of this.tasks) {
      if (task.serviceName !== undefined || task.lastStatus === "STOPPED" || !arns.includes(task.taskArn)) continue;
      const fate = this.definitions.get(task.taskDefinitionArn)?.fate ?? {};
      if (task.lastStatus === "PENDING") task.lastStatus = "RUNNING";
      else if (fate.looks !== Infinity)
        this.stop(task, fate.stoppedReason ?? "Essential container in task exited", fate.exitCode ?? 0);
    }
  }

  private roll(service: Service, taskDefinition: string, reason: string): Deployment {
    for (const old of service.deployments) old.status = "ACTIVE";
    const id = `ecs-svc/${String(++this.count).padStart(19, "0")}`;
    const deployment: Deployment = {
      id,
      status: "PRIMARY",
      taskDefinition,
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: reason || `ECS deployment ${id} in progress.`,
      failedTasks: 0,
      looks: 0,
      createdAt: now(),
    };
    service.deployments.unshift(deployment);
    const source = service.history.length === 0 ? undefined : service.steady;
    service.history.unshift({ id, status: "IN_PROGRESS", target: taskDefinition, source, createdAt: now() });
    return deployment;
  }

  private step(service: Service, deployment: Deployment): void {
    const fate = this.definitions.get(deployment.taskDefinition)?.fate ?? {};
    deployment.looks += 1;
    if (deployment.looks <= (fate.looks ?? 1)) return;
    if (fate.healthy !== false) {
      this.complete(service, deployment);
      return;
    }
    const task = this.start({
      definition: deployment.taskDefinition,
      group: `service:${service.serviceName}`,
      service,
    });
    this.stop(task, fate.stoppedReason ?? "Essential container in task exited", fate.exitCode);
    deployment.failedTasks += 1;
    if (deployment.failedTasks < Math.max(LEAST_FAILURES, Math.ceil(service.desiredCount / 2))) return;
    deployment.rolloutState = "FAILED";
    deployment.rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start.";
    this.end(service, deployment, "ROLLBACK_SUCCESSFUL");
    this.tell(service, `(deployment ${deployment.id}) deployment failed: tasks failed to start.`);
    // The first deployment has nothing to go back to.
    if (service.steady === deployment.taskDefinition) return;
    const back = `ECS deployment circuit breaker: rolling back to deploymentId ${service.deployments.at(-1)?.id ?? ""}.`;
    service.deployments = service.deployments.filter((each) => each !== deployment);
    this.tell(service, `rolling back to ${service.deployments.at(-1)?.id ?? ""}.`);
    // ECS counts the way back to the deployment that failed.
    this.roll(service, service.steady, back);
    service.history.shift();
  }

  private complete(service: Service, deployment: Deployment): void {
    deployment.rolloutState = "COMPLETED";
    if (!deployment.rolloutStateReason.startsWith("ECS deployment circuit breaker"))
      deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
    service.deployments = [deployment];
    service.steady = deployment.taskDefinition;
    for (const task of this.tasksOf(service.serviceName))
      if (task.taskDefinitionArn !== deployment.taskDefinition)
        this.stop(task, `Scaling activity initiated by (deployment ${deployment.id})`, 0);
    while (this.tasksOf(service.serviceName).length < service.desiredCount)
      this.start({ definition: deployment.taskDefinition, group: `service:${service.serviceName}`, service });
    this.end(service, deployment, "SUCCESSFUL");
    this.tell(service, "has reached a steady state.");
  }

  private tasksOf(name: string): SimulatedTask[] {
    return this.tasks.filter(({ serviceName, lastStatus }) => serviceName === name && lastStatus === "RUNNING");
  }

  private start(from: { definition: string; group: string; service?: Service }): SimulatedTask {
    const id = createHash("md5").update(String(++this.count)).digest("hex");
    const task: SimulatedTask = {
      taskArn: this.arn("task", `${this.cluster}/${id}`),
      taskDefinitionArn: from.definition,
      ...(from.service && { serviceName: from.service.serviceName }),
      group: from.group,
      lastStatus: "RUNNING",
      desiredStatus: "RUNNING",
      healthStatus: "HEALTHY",
      createdAt: now(),
      startedAt: now(),
      enableExecuteCommand: from.service?.enableExecuteCommand ?? false,
    };
    this.tasks.push(task);
    return task;
  }

  private stop(task: SimulatedTask, stoppedReason: string, exitCode: number | undefined): void {
    Object.assign(task, { lastStatus: "STOPPED", desiredStatus: "STOPPED", stoppedReason, stoppedAt: now() });
    if (exitCode !== undefined) task.exitCode = exitCode;
  }

  private end(service: Service, { id }: Deployment, status: string): void {
    const entry = service.history.find((each) => each.id === id);
    if (entry !== undefined) entry.status = status;
  }

  private tell(service: Service, message: string): void {
    const text = `(service ${service.serviceName}) ${message}`;
    service.events.unshift({ id: String(++this.count), createdAt: now(), message: text });
  }
}

/** Seconds, as the protocol has them. */
function now(): number {
  return Date.now() / 1000;
}
