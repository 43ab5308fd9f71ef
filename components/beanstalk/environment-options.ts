/** The options of an environment by what they decide. */
import type * as pulumi from "@pulumi/pulumi";
import { TLS_POLICY } from "../certificate";
import type { EnvironmentArgs } from "./args";
import { listOf, type Options } from "./options";

/** Graviton: t4g, m7gd, im4gn, and a1. */
const ARM = /^([a-z]+\d+g|a1\.)/;
/** Workers are added by the same measure as web instances, which the config leaves open for these alone. */
const WORKER_CPU = 60;

type Args = Pick<EnvironmentArgs, "role" | "workload" | "beanstalk" | "place">;

/** What Elastic Beanstalk itself does for the environment: health, logs, updates. */
export function serviceOptions({
  role,
  beanstalk,
  serviceRoleArn,
}: Pick<EnvironmentArgs, "role" | "beanstalk" | "serviceRoleArn">): Options {
  const { updates, monitoring } = beanstalk;
  const single = role === "web" && beanstalk.web.kind === "single";
  return {
    "aws:elasticbeanstalk:environment": {
      EnvironmentType: single ? "SingleInstance" : "LoadBalanced",
      ServiceRole: serviceRoleArn,
    },
    "aws:elasticbeanstalk:healthreporting:system": { SystemType: "enhanced" },
    "aws:elasticbeanstalk:cloudwatch:logs": {
      StreamLogs: true,
      DeleteOnTerminate: false,
      RetentionInDays: monitoring.logDays,
    },
    "aws:elasticbeanstalk:managedactions": {
      ManagedActionsEnabled: updates.enabled,
      ...(updates.enabled && { PreferredStartTime: updates.window, ServiceRoleForManagedUpdates: serviceRoleArn }),
    },
    ...(updates.enabled && { "aws:elasticbeanstalk:managedactions:platformupdate": { UpdateLevel: updates.level } }),
  };
}

/** How a release, or another kind of instance, takes the place of what runs. */
export function deploymentOptions({ role, beanstalk, workload }: Omit<Args, "place">): Options {
  const { deployment, commandSeconds, web } = beanstalk;
  const command = { Timeout: commandSeconds, IgnoreHealthCheck: false };
  const rolling = "aws:autoscaling:updatepolicy:rollingupdate";
  const policy = (DeploymentPolicy: string, more: Options[string] = {}): Options[string] => ({
    ...command,
    DeploymentPolicy,
    ...more,
  });
  if (deployment.kind === "all-at-once" || (role === "web" && web.kind === "single" && deployment.kind !== "immutable"))
    return {
      "aws:elasticbeanstalk:command": policy("AllAtOnce"),
      [rolling]: { RollingUpdateEnabled: false },
    };
  if (deployment.kind === "rolling" || deployment.kind === "extra-batch") {
    const least = countOf(workload, role).min;
    const batch = Math.max(1, Math.floor((least * deployment.batch) / 100));
    const name = deployment.kind === "rolling" ? "Rolling" : "RollingWithAdditionalBatch";
    return {
      "aws:elasticbeanstalk:command": policy(name, { BatchSizeType: "Percentage", BatchSize: deployment.batch }),
      [rolling]: {
        RollingUpdateEnabled: true,
        RollingUpdateType: "Health",
        MaxBatchSize: batch,
        MinInstancesInService: Math.max(0, least - batch),
      },
    };
  }
  const immutable = { [rolling]: { RollingUpdateEnabled: true, RollingUpdateType: "Immutable" } };
  if (deployment.kind === "immutable" || role === "worker")
    return { "aws:elasticbeanstalk:command": policy("Immutable"), ...immutable };
  return {
    "aws:elasticbeanstalk:command": policy("TrafficSplitting"),
    "aws:elasticbeanstalk:trafficsplitting": {
      NewVersionPercent: deployment.percent,
      EvaluationTime: deployment.minutes,
    },
    ...immutable,
  };
}

/** The instances: how many, of which type, and where. */
export function instanceOptions(
  { role, workload, beanstalk, place }: Args,
  securityGroupId: pulumi.Input<string>,
  profileName: pulumi.Input<string>,
): Options {
  const { web, celery, network, diskGb, keyName } = beanstalk;
  const single = role === "web" && web.kind === "single";
  const celeryType = celery.place === "worker-environment" ? celery.instanceType : web.instanceType;
  const instanceType = role === "web" ? web.instanceType : celeryType;
  const count = single ? { min: 1, max: 1 } : countOf(workload, role);
  // Without NAT, an address of their own is the way out; nothing gets in by it, for their security group is closed.
  const open = single || (network.kind === "new" && network.nat === "none");
  return {
    "aws:autoscaling:asg": { MinSize: count.min, MaxSize: count.max },
    ...(count.min < count.max && scalingOptions(role === "web" && web.kind === "balanced" ? web.cpu : WORKER_CPU)),
    "aws:autoscaling:launchconfiguration": {
      // New accounts have no launch configurations: with either of these two a launch template is used
      // (https://github.com/aws/elastic-beanstalk-roadmap/issues/271).
      DisableIMDSv1: true,
      RootVolumeType: "gp3",
      RootVolumeSize: diskGb,
      IamInstanceProfile: profileName,
      SecurityGroups: securityGroupId,
      // It would let everybody in to port 22.
      DisableDefaultEC2SecurityGroup: true,
      ...(keyName !== undefined && { EC2KeyName: keyName }),
    },
    "aws:ec2:instances": {
      InstanceTypes: instanceType,
      SupportedArchitectures: ARM.test(instanceType) ? "arm64" : "x86_64",
      EnableSpot: false,
    },
    "aws:ec2:vpc": {
      VPCId: place.vpcId,
      Subnets: listOf(open ? place.publicSubnetIds : place.subnetIds),
      AssociatePublicIpAddress: open,
    },
  };
}

/** Between half of the wanted load and all of it, for five minutes, the number of instances stays. */
function scalingOptions(cpu: number): Options {
  return {
    "aws:autoscaling:trigger": {
      MeasureName: "CPUUtilization",
      Statistic: "Average",
      Unit: "Percent",
      UpperThreshold: cpu,
      LowerThreshold: Math.floor(cpu / 2),
      UpperBreachScaleIncrement: 1,
      LowerBreachScaleIncrement: -1,
      Period: 1,
      EvaluationPeriods: 5,
      BreachDuration: 5,
    },
  };
}

/** The load balancer, which is the environment's own. */
export function balancerOptions(
  {
    workload,
    beanstalk,
    place,
    certificateArn,
  }: Pick<EnvironmentArgs, "workload" | "beanstalk" | "place" | "certificateArn">,
  securityGroupId: pulumi.Input<string>,
): Options {
  const { healthCheck, deregistrationDelay, idleTimeout } = beanstalk.loadBalancer;
  return {
    "aws:elasticbeanstalk:environment": { LoadBalancerType: "application" },
    "aws:ec2:vpc": { ELBSubnets: listOf(place.publicSubnetIds), ELBScheme: "public" },
    "aws:elbv2:loadbalancer": {
      SecurityGroups: securityGroupId,
      ManagedSecurityGroup: securityGroupId,
      IdleTimeout: idleTimeout,
    },
    "aws:elasticbeanstalk:environment:process:default": {
      Port: 80,
      Protocol: "HTTP",
      HealthCheckPath: workload.health.ready,
      // Below 500 means ready, as on every target: a path behind a login answers 302 or 401.
      MatcherHTTPCode: "200-499",
      HealthCheckInterval: healthCheck.interval,
      HealthCheckTimeout: healthCheck.timeout,
      HealthyThresholdCount: healthCheck.healthy,
      UnhealthyThresholdCount: healthCheck.unhealthy,
      DeregistrationDelay: deregistrationDelay,
      StickinessEnabled: false,
    },
    // Where there is HTTPS, the instances send whoever comes by HTTP there.
    "aws:elbv2:listener:default": { ListenerEnabled: true, Protocol: "HTTP", DefaultProcess: "default" },
    ...(certificateArn !== undefined && {
      "aws:elbv2:listener:443": {
        ListenerEnabled: true,
        Protocol: "HTTPS",
        DefaultProcess: "default",
        SSLCertificateArns: certificateArn,
        SSLPolicy: TLS_POLICY,
      },
    }),
  };
}

/** Instances of an environment. */
function countOf({ processes }: Args["workload"], role: Args["role"]): { min: number; max: number } {
  return processes.find((process) => process.role === role)?.count ?? { min: 1, max: 1 };
}
