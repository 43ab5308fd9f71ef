import type * as pulumi from "@pulumi/pulumi";
import type { DashboardArgs } from "@pulumi/aws/cloudwatch/dashboard";
import type { EventRuleArgs } from "@pulumi/aws/cloudwatch/eventRule";
import type { EventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm";
import type { TopicArgs } from "@pulumi/aws/sns/topic";
import type { TopicPolicyArgs } from "@pulumi/aws/sns/topicPolicy";
import type { TopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription";
import type { Transforms } from "../component";
import type { Settings } from "../config";

/** A database as its alarms need to know it. */
export interface WatchedDatabase {
  /** Identifier of the RDS instance. */
  identifier: pulumi.Input<string>;
  engine: "mariadb" | "mysql" | "postgres";
  /** Class such as `db.t4g.micro`. */
  instanceClass: string;
  /** Storage in GiB. */
  storageGb: number;
}

/** The children of `Monitoring` by role. */
export interface Children {
  topic: TopicArgs;
  topicPolicy: TopicPolicyArgs;
  subscription: TopicSubscriptionArgs;
  alarm: MetricAlarmArgs;
  rollout: EventRuleArgs;
  rolloutTarget: EventTargetArgs;
  dashboard: DashboardArgs;
}

/** Arguments of `Monitoring`. */
export interface MonitoringArgs {
  monitoring: Settings["ecs"]["monitoring"];
  /** Name of the dashboard; letters, digits, hyphens and underscores. */
  title: string;
  region: pulumi.Input<string>;
  /**
   * The part of each ARN that CloudWatch names load balancer and target group by; the second where it is known.
   * @default no alarms for answers
   */
  loadBalancer?: { arnSuffix: pulumi.Input<string>; targetGroupArnSuffix?: pulumi.Input<string> };
  /** What runs on ECS. @default nothing */
  ecs?: {
    cluster: { name: pulumi.Input<string>; arn: pulumi.Input<string> };
    /** Role -> name of its ECS service. */
    services: Record<string, pulumi.Input<string>>;
  };
  /** Role -> name of its environment in Elastic Beanstalk. @default none */
  environments?: Record<string, pulumi.Input<string>>;
  /** @default no alarms for a database */
  database?: WatchedDatabase;
  /** Celery queue -> name of its SQS queue. @default no alarms for queues */
  queues?: Record<string, pulumi.Input<string>>;
  /** Name of the SQS queue for what failed too often. */
  deadLetterQueue?: pulumi.Input<string>;
  /** Changes to single children before they are made. @default none */
  transform?: Transforms<Children>;
}
