import { Policy } from "@pulumi/aws/appautoscaling/policy";
import { Target } from "@pulumi/aws/appautoscaling/target";
import type { appautoscaling } from "@pulumi/aws/types/input";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { AutoscalingArgs, AutoscalingChildren } from "./args";

/** Seconds between two decisions in one direction: quickly up, slowly down. */
const COOLDOWN = { scaleOutCooldown: 60, scaleInCooldown: 300 };

type Tracking = appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration;
type Metric = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetric;

/**
 * Holds the tasks of a service between two numbers: by CPU, memory, and requests or waiting tasks. Each policy asks for
 * a number of tasks; the largest wins.
 */
export class Autoscaling extends Component<AutoscalingChildren> {
  constructor(name: string, args: AutoscalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs:Autoscaling", name, args.transform, opts);
    const { clusterName, serviceName, count, autoscaling, requestsOf, queueNames = [] } = args;
    const target = new Target(
      ...this.child("target", {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: pulumi.interpolate`service/${clusterName}/${serviceName}`,
        minCapacity: count.min,
        maxCapacity: count.max,
      }),
    );
    const predefined = (predefinedMetricType: string) => ({ predefinedMetricSpecification: { predefinedMetricType } });
    this.track("cpu", target, autoscaling.cpu, predefined("ECSServiceAverageCPUUtilization"));
    this.track("memory", target, autoscaling.memory, predefined("ECSServiceAverageMemoryUtilization"));
    if (requestsOf !== undefined) {
      const requests = { predefinedMetricType: "ALBRequestCountPerTarget", resourceLabel: requestsOf };
      this.track("requests", target, autoscaling.requestsPerTarget, { predefinedMetricSpecification: requests });
    }
    if (queueNames.length > 0) {
      const metrics = backlogPerTask(queueNames, clusterName, serviceName);
      this.track("backlog", target, autoscaling.backlogPerWorker, { customizedMetricSpecification: { metrics } });
    }
    this.registerOutputs({});
  }

  private track(
    role: "cpu" | "memory" | "requests" | "backlog",
    { serviceNamespace, scalableDimension, resourceId }: Target,
    targetValue: number,
    metric: Omit<Tracking, "targetValue">,
  ): void {
    new Policy(
      ...this.child(role, {
        policyType: "TargetTrackingScaling",
        serviceNamespace,
        scalableDimension,
        resourceId,
        targetTrackingScalingPolicyConfiguration: { ...metric, ...COOLDOWN, targetValue },
      }),
    );
  }
}

/**
 * Messages that wait in the queues for each running task of the service, as AWS computes it in its user guide
 * (https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html).
 * Only Container Insights knows how many tasks run.
 */
function backlogPerTask(
  queueNames: readonly pulumi.Output<string>[],
  clusterName: pulumi.Output<string>,
  serviceName: pulumi.Output<string>,
): Metric[] {
  const queues = queueNames.map((queueName, index) => ({
    id: `queue${index}`,
    returnData: false,
    metricStat: {
      stat: "Sum",
      metric: {
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: [{ name: "QueueName", value: queueName }],
      },
    },
  }));
  const running = {
    id: "running",
    returnData: false,
    metricStat: {
      stat: "Average",
      metric: {
        namespace: "ECS/ContainerInsights",
        metricName: "RunningTaskCount",
        dimensions: [
          { name: "ClusterName", value: clusterName },
          { name: "ServiceName", value: serviceName },
        ],
      },
    },
  };
  const expression = `(${queues.map(({ id }) => id).join(" + ")}) / running`;
  return [...queues, running, { id: "backlog", label: "Waiting tasks for each worker", expression, returnData: true }];
}
