import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Environment as AwsEnvironment } from "@pulumi/aws/elasticbeanstalk/environment";
import { getSolutionStackOutput } from "@pulumi/aws/elasticbeanstalk/getSolutionStack";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { Queue } from "@pulumi/aws/sqs/queue";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy";
import * as pulumi from "@pulumi/pulumi";
import { tlsOnly } from "../broker";
import { Component } from "../component";
import { outsidePort } from "../database";
import { SecurityGroup } from "../network";
import type { EnvironmentArgs, EnvironmentChildren } from "./args";
import { balancerOptions, deploymentOptions, instanceOptions, serviceOptions } from "./environment-options";
import { idleStatements, platformStatements, SHELL_STATEMENT } from "./instance-statements";
import { mergeOptions, settingsOf, type Options } from "./options";
import { logGroupPrefix, propertiesOf } from "./properties";
import { trust } from "./trust";

const HTTP = 80;
const HTTPS = 443;
/** The longest that a rollout may take; how long one instance may, the config says. */
const ROLLOUT = "60m";
/** Seconds, the most that SQS keeps a message: should somebody send one by mistake, it can be looked at. */
const LONGEST_RETENTION = 1_209_600;
/** Process whose log Elastic Beanstalk streams by itself. */
const STREAMED = "web";

/**
 * An environment of Elastic Beanstalk, closed but for its load balancer, or for HTTP where it is a single instance.
 *
 * Workers have an environment of the worker tier: as many instances as wanted, without a load balancer. What the
 * platform of that tier listens to is a queue that nothing is sent to; Celery takes its tasks from the broker.
 */
export class Environment extends Component<EnvironmentChildren> {
  readonly environmentName: pulumi.Output<string>;
  /** Name in DNS; empty for workers. */
  readonly cname: pulumi.Output<string>;
  /** ARN of the load balancer; empty where there is none. */
  readonly loadBalancerArn: pulumi.Output<string>;
  readonly environment: AwsEnvironment;

  constructor(
    name: string,
    private readonly args: EnvironmentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("beanstalk:Environment", name, args.transform, opts);
    const { role, environmentName, beanstalk, applicationName, versionLabel, dependsOn } = args;
    const { updates, platform } = beanstalk;
    const balancer = args.role === "web" && beanstalk.web.kind === "balanced" ? this.balancerGuard() : undefined;
    const guard = this.guard(balancer);
    const idle = role === "worker" ? this.idleQueue() : undefined;
    const instances = this.instances(idle);
    const options = mergeOptions(
      instanceOptions(args, guard.id, instances.profile.name),
      balancer === undefined ? {} : balancerOptions(args, balancer.id),
      idle === undefined ? {} : { "aws:elasticbeanstalk:sqsd": { WorkerQueueURL: idle.url } },
      this.commonOptions(),
    );
    this.environment = new AwsEnvironment(
      ...this.child(
        "environment",
        {
          name: environmentName,
          application: applicationName,
          version: versionLabel,
          tier: role === "web" ? "WebServer" : "Worker",
          description: `${role} of ${args.workload.name}`,
          solutionStackName: getSolutionStackOutput({ nameRegex: platform, mostRecent: true }, { parent: this }).name,
          settings: settingsOf(options),
          waitForReadyTimeout: ROLLOUT,
        },
        {
          dependsOn: [...dependsOn, instances.policy, ...guard.rules, ...(balancer?.rules ?? []), ...this.logs()],
          // Whoever renews the platform decides which one it is.
          ...(updates.enabled && { ignoreChanges: ["solutionStackName"] }),
        },
      ),
    );
    this.environmentName = this.environment.name;
    this.cname = this.environment.cname;
    this.loadBalancerArn = this.environment.loadBalancers.apply(([arn]) => arn ?? "");
    this.registerOutputs({ environmentName: this.environmentName, cname: this.cname });
  }

  private commonOptions(): Options {
    const { args } = this;
    const { workload, environmentName, app } = args;
    return mergeOptions(serviceOptions(args), deploymentOptions(args), {
      "aws:elasticbeanstalk:application:environment": propertiesOf(workload, environmentName, app.environment),
      "aws:elasticbeanstalk:application:environmentsecrets": app.secrets,
    });
  }

  private balancerGuard(): SecurityGroup {
    const { place, beanstalk, certificateArn } = this.args;
    const guard = new SecurityGroup(
      ...this.child("balancerGuard", { vpcId: place.vpcId, description: "Load balancer" }),
    );
    for (const cidr of new Set(beanstalk.loadBalancer.allowFrom)) {
      guard.allowFrom(cidr, HTTP, `http-${cidr}`);
      if (certificateArn !== undefined) guard.allowFrom(cidr, HTTPS, `https-${cidr}`);
    }
    return guard;
  }

  /** The group of the instances: out to what they use and to HTTPS, and in for HTTP at most. */
  private guard(balancer: SecurityGroup | undefined): SecurityGroup {
    const { role, place, bindings, beanstalk } = this.args;
    const guard = new SecurityGroup(
      ...this.child("guard", { vpcId: place.vpcId, description: `Instances of the application: ${role}` }),
    );
    guard.allowOut("https");
    for (const { endpoint } of bindings) endpoint?.securityGroup.allow(guard, endpoint.port, role);
    const outside = outsidePort(beanstalk.database);
    if (outside !== undefined && outside !== HTTPS) guard.allowOut("database", outside);
    if (balancer !== undefined) guard.allow(balancer, HTTP, "loadBalancer");
    else if (role === "web") {
      for (const cidr of new Set(beanstalk.loadBalancer.allowFrom)) guard.allowFrom(cidr, HTTP, `http-${cidr}`);
    }
    return guard;
  }

  private logs(): LogGroup[] {
    const { environmentName, processes, beanstalk } = this.args;
    return processes
      .filter(({ role }) => role !== STREAMED)
      .map(({ role: key }) => {
        const name = `${logGroupPrefix(environmentName)}/${key}.stdout.log`;
        return new LogGroup(...this.child("logs", { name, retentionInDays: beanstalk.monitoring.logDays }, { key }));
      });
  }

  /** What the instances may do, and the profile that they get it with. */
  private instances(idle: Queue | undefined): { profile: InstanceProfile; policy: RolePolicy } {
    const { account, place, applicationName, environmentName, beanstalk, app } = this.args;
    const role = new Role(
      ...this.child("role", {
        description: `What the instances of ${environmentName} may do`,
        assumeRolePolicy: trust("ec2.amazonaws.com"),
      }),
    );
    const home = { account, region: place.region, applicationName, environmentName };
    const statements = [
      ...platformStatements(home),
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: Object.values(app.secrets) },
      ...app.statements,
      ...(idle === undefined ? [] : idleStatements(idle)),
      ...(beanstalk.exec ? [SHELL_STATEMENT] : []),
    ];
    const policy = new RolePolicy(
      ...this.child("policy", {
        role: role.name,
        policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }),
      }),
    );
    return { policy, profile: new InstanceProfile(...this.child("profile", { role: role.name })) };
  }

  private idleQueue(): Queue {
    const queue = new Queue(
      ...this.child("idle", { messageRetentionSeconds: LONGEST_RETENTION, sqsManagedSseEnabled: true }),
    );
    new QueuePolicy(...this.child("idlePolicy", tlsOnly(queue)));
    return queue;
  }
}
