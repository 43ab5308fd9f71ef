import { Dashboard } from "@pulumi/aws/cloudwatch/dashboard";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm";
import { Topic } from "@pulumi/aws/sns/topic";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import { alarmsOf } from "./alarms";
import type { Children, MonitoringArgs } from "./args";
import { dashboardBody } from "./dashboard";

/**
 * Watches an application on AWS: at most a dozen alarms, each worth being woken for, sent to one topic, and a dashboard
 * of what they watch. A rollout that ECS gives up is told to the same topic.
 *
 * @example
 * ```ts
 * new Monitoring("blog", { monitoring: settings.ecs.monitoring, title: "prod-blog", … });
 * ```
 */
export class Monitoring extends Component<Children> {
  /** Where alarms go; absent without alarms. */
  readonly topicArn?: pulumi.Output<string>;
  /** Page of the dashboard; absent without one. */
  readonly dashboardUrl?: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: MonitoringArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("monitoring:Monitoring", name, args.transform, opts);
    const { monitoring, region, title } = args;
    if (monitoring.alarms) this.topicArn = this.watch();
    if (monitoring.dashboard) {
      const board = new Dashboard(
        ...this.child("dashboard", { dashboardName: title, dashboardBody: dashboardBody(args) }),
      );
      const page = "console.aws.amazon.com/cloudwatch/home";
      this.dashboardUrl = pulumi.interpolate`https://${region}.${page}?region=${region}#dashboards/dashboard/${board.dashboardName}`;
    }
    this.registerOutputs({ topicArn: this.topicArn, dashboardUrl: this.dashboardUrl });
  }

  /** Makes the topic, who is told by it, and what it is told. */
  private watch(): pulumi.Output<string> {
    // CloudWatch cannot publish to a topic that is encrypted with the key that AWS keeps for SNS; alarms name no data.
    const topic = new Topic(...this.child("topic", {}));
    const alarms = Object.entries(alarmsOf(this.args)).map(
      ([key, alarm]) =>
        new MetricAlarm(
          ...this.child("alarm", { ...alarm, alarmActions: [topic.arn], okActions: [topic.arn] }, { key }),
        ),
    );
    const { ecs } = this.args;
    const rollout = ecs === undefined ? undefined : this.watchRollouts(topic, ecs.cluster.arn);
    const publish = (service: string, sources: pulumi.Input<string>[]): object => ({
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sns:Publish",
      Resource: topic.arn,
      Condition: { ArnEquals: { "aws:SourceArn": sources } },
    });
    const policy = pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        publish(
          "cloudwatch.amazonaws.com",
          alarms.map(({ arn }) => arn),
        ),
        ...(rollout === undefined ? [] : [publish("events.amazonaws.com", [rollout.arn])]),
      ],
    });
    new TopicPolicy(...this.child("topicPolicy", { arn: topic.arn, policy }));
    this.subscribe(topic);
    return topic.arn;
  }

  /** ECS tells of a deployment that it gave up and rolled back. */
  private watchRollouts(topic: Topic, clusterArn: pulumi.Input<string>): EventRule {
    const rule = new EventRule(
      ...this.child("rollout", {
        description: "A rollout failed.",
        eventPattern: pulumi.jsonStringify({
          source: ["aws.ecs"],
          "detail-type": ["ECS Deployment State Change"],
          detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
          resources: [
            { prefix: pulumi.output(clusterArn).apply((arn) => `${arn.replace(":cluster/", ":service/")}/`) },
          ],
        }),
      }),
    );
    new EventTarget(...this.child("rolloutTarget", { rule: rule.name, arn: topic.arn }));
    return rule;
  }

  private subscribe(topic: Topic): void {
    const { email, webhook } = this.args.monitoring;
    const subscribe = (protocol: string, endpoint: pulumi.Input<string>): void => {
      new TopicSubscription(...this.child("subscription", { topic: topic.arn, protocol, endpoint }, { key: protocol }));
    };
    if (email !== undefined) subscribe("email", email);
    // A webhook's address is its password.
    if (webhook !== undefined) subscribe("https", pulumi.secret(webhook));
  }
}
