/** The CloudWatch metrics that alarms and dashboard share. */
import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringArgs } from "./args";

/** One metric, with the dimensions that single it out. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  /** Statistic such as `Sum`, `Average`, or a percentile such as `p95`. */
  stat: string;
}

/** Metrics of a load balancer, and of its target group where that is known, by what they say. */
export function webMetrics({ arnSuffix, targetGroupArnSuffix }: NonNullable<MonitoringArgs["loadBalancer"]>) {
  const balancer = { LoadBalancer: arnSuffix };
  const group = { ...balancer, ...(targetGroupArnSuffix !== undefined && { TargetGroup: targetGroupArnSuffix }) };
  const metric = (metricName: string, stat: string, dimensions: Metric["dimensions"]): Metric => ({
    namespace: "AWS/ApplicationELB",
    metricName,
    dimensions,
    stat,
  });
  return {
    requests: metric("RequestCount", "Sum", balancer),
    failures: metric("HTTPCode_Target_5XX_Count", "Sum", balancer),
    /** Answers that the load balancer gave itself, because no target did. */
    refusals: metric("HTTPCode_ELB_5XX_Count", "Sum", balancer),
    slow: metric("TargetResponseTime", "p95", group),
    ...(targetGroupArnSuffix !== undefined && { healthy: metric("HealthyHostCount", "Minimum", group) }),
  };
}

/** Metrics of an RDS instance. */
export function databaseMetrics(identifier: pulumi.Input<string>) {
  const metric = (metricName: string, stat: string): Metric => ({
    namespace: "AWS/RDS",
    metricName,
    dimensions: { DBInstanceIdentifier: identifier },
    stat,
  });
  return {
    storage: metric("FreeStorageSpace", "Minimum"),
    cpu: metric("CPUUtilization", "Average"),
    connections: metric("DatabaseConnections", "Maximum"),
  };
}

/** Metrics of an SQS queue. */
export function queueMetrics(name: pulumi.Input<string>) {
  const metric = (metricName: string): Metric => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: name },
    stat: "Maximum",
  });
  return { waiting: metric("ApproximateNumberOfMessagesVisible"), age: metric("ApproximateAgeOfOldestMessage") };
}

/** Metrics of an ECS service. */
export function serviceMetrics(cluster: pulumi.Input<string>, service: pulumi.Input<string>) {
  const metric = (metricName: string): Metric => ({
    namespace: "AWS/ECS",
    metricName,
    dimensions: { ClusterName: cluster, ServiceName: service },
    stat: "Average",
  });
  return { cpu: metric("CPUUtilization"), memory: metric("MemoryUtilization") };
}

/** Health of an environment of Elastic Beanstalk: 0 is well, 15 a warning, 20 degraded, 25 severe. */
export function environmentHealth(environment: pulumi.Input<string>): Metric {
  return {
    namespace: "AWS/ElasticBeanstalk",
    metricName: "EnvironmentHealth",
    dimensions: { EnvironmentName: environment },
    stat: "Maximum",
  };
}
