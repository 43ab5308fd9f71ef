import { Service, type ServiceArgs as EcsServiceArgs } from "@pulumi/aws/ecs/service";
import { Service as DiscoveryService } from "@pulumi/aws/servicediscovery/service";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { ServiceArgs, ServiceChildren } from "./args";
import { CONTAINER } from "./definition";
import { STORAGE_PORT } from "./storage";
import { Task } from "./task";

/** How long ECS may take to start, replace or stop the tasks, with a few failures on the way. */
const PATIENCE = "30m";
/** Seconds that an internal name's addresses may be remembered. */
const DNS_TTL = 10;

/**
 * A task kept running. A release that does not come up is taken back by ECS; the deployment waits until the service
 * is steady. ECS counts a rollback as steady too, so compare what runs with `task.definitionArn` afterwards
 * (pulumi/pulumi-aws#4487).
 *
 * Rules of `securityGroup` that exist before it is made are waited for; make them first.
 *
 * @example
 * new ContainerService("blog-worker", { host, image, cpu: 256, memory: 512, count: { min: 1, max: 4 }, securityGroup,
 *   deployment: { minimumHealthyPercent: 50, maximumPercent: 200 } });
 */
export class ContainerService extends Component<ServiceChildren> {
  readonly task: Task;
  readonly service: Service;
  readonly serviceName: pulumi.Output<string>;
  /** Name by which tasks of the stack reach it; absent without `discovery`. */
  readonly host: string | undefined;

  /**
   * @throws Error when there is a target group and no port
   * @throws RangeError when Fargate has no machine of the size that is asked for
   */
  constructor(
    name: string,
    private readonly args: ServiceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("container:ContainerService", name, args.transform, opts);
    const { host, discovery, count, securityGroup } = args;
    // Its own type keeps the task apart, its children have other roles: both may bear the same name.
    this.task = new Task(name, args, { parent: this });
    this.task.storageGroup?.allow(securityGroup, STORAGE_PORT, "service");
    const inputs: EcsServiceArgs = { ...this.shape(), ...this.registration(), ...this.balancing() };
    this.service = new Service(
      ...this.child("service", inputs, {
        dependsOn: [...host.ready, ...securityGroup.rules, ...this.task.storageReady, ...(args.dependsOn ?? [])],
        customTimeouts: { create: PATIENCE, update: PATIENCE, delete: PATIENCE },
        ...(count.min < count.max && { ignoreChanges: ["desiredCount"] }),
      }),
    );
    this.serviceName = this.service.name;
    this.host = discovery === undefined ? undefined : `${discovery}.${host.namespace.name}`;
    this.registerOutputs({ serviceName: this.serviceName });
  }

  private shape(): EcsServiceArgs {
    const { host, count, deployment, securityGroup } = this.args;
    return {
      cluster: host.clusterArn,
      taskDefinition: this.task.definitionArn,
      desiredCount: count.min,
      capacityProviderStrategies: [{ capacityProvider: host.capacityProvider, weight: 1 }],
      // Without it, the provider refuses another capacity provider (terraform-provider-aws internal/service/ecs/service.go).
      forceNewDeployment: true,
      deploymentMinimumHealthyPercent: deployment.minimumHealthyPercent,
      deploymentMaximumPercent: deployment.maximumPercent,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: true,
      networkConfiguration: { subnets: host.subnetIds, securityGroups: [securityGroup.id], assignPublicIp: false },
      enableExecuteCommand: host.exec,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // Fargate spreads by itself, and refuses to be told.
      ...(host.capacity.kind === "ec2" && {
        orderedPlacementStrategies: [
          { type: "spread", field: "attribute:ecs.availability-zone" },
          { type: "binpack", field: "memory" },
        ],
      }),
    };
  }

  /** An internal name whose addresses are those of the running tasks. */
  private registration(): Pick<EcsServiceArgs, "serviceRegistries"> {
    const { host, discovery } = this.args;
    if (discovery === undefined) return {};
    const inputs = {
      name: discovery,
      dnsConfig: {
        namespaceId: host.namespace.id,
        routingPolicy: "MULTIVALUE",
        dnsRecords: [{ type: "A", ttl: DNS_TTL }],
      },
      // ECS reports each task's health this way; without the threshold the provider leaves it out (pulumi/pulumi-aws#6289).
      healthCheckCustomConfig: { failureThreshold: 1 },
    };
    return { serviceRegistries: { registryArn: new DiscoveryService(...this.child("discovery", inputs)).arn } };
  }

  private balancing(): Pick<EcsServiceArgs, "loadBalancers" | "healthCheckGracePeriodSeconds"> {
    const { targetGroup, port } = this.args;
    if (targetGroup === undefined) return {};
    if (port === undefined) throw new Error(`${this.componentName}: a service with a target group needs a port.`);
    return {
      loadBalancers: [{ targetGroupArn: targetGroup.arn, containerName: CONTAINER, containerPort: port }],
      healthCheckGracePeriodSeconds: targetGroup.graceSeconds,
    };
  }
}
