/**
 * Options of an environment, by namespace. Source: AWS Elastic Beanstalk developer guide, "General options for all
 * environments" and "Platform specific options: Python", as of October 2026.
 */
import type { Option } from "./option";

const text = (initial?: string): Option => (initial === undefined ? {} : { initial });
const flag = (initial?: "true" | "false"): Option => ({ ...text(initial), values: ["true", "false"], anyCase: true });
const one = (values: readonly string[], initial?: string): Option => ({ ...text(initial), values });
const number = (low: number, high: number, initial?: string): Option => ({ ...text(initial), range: [low, high] });
const form = (pattern: RegExp, initial?: string): Option => ({ ...text(initial), pattern });

const RETENTION = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653].map(String);
const PERIOD = form(/^PT(?=\d)(\d+H)?(\d+M)?(\d+S)?$/);
const COUNT = number(0, 10_000);
const PORT = number(1, 65_535);

const PROCESS: Readonly<Record<string, Option>> = {
  DeregistrationDelay: number(0, 3600, "20"),
  HealthCheckInterval: number(5, 300, "15"),
  HealthCheckPath: form(/^(HTTPS?:\d+)?\//, "/"),
  HealthCheckTimeout: number(1, 60, "5"),
  HealthyThresholdCount: number(2, 10, "3"),
  MatcherHTTPCode: form(/^[2-4]\d\d([,-][2-4]\d\d)*$/, "200"),
  Port: { ...PORT, initial: "80" },
  Protocol: one(["HTTP", "HTTPS", "TCP"], "HTTP"),
  StickinessEnabled: flag("false"),
  StickinessLBCookieDuration: number(1, 604_800, "86400"),
  StickinessType: one(["lb_cookie"], "lb_cookie"),
  UnhealthyThresholdCount: number(2, 10, "5"),
};

const LISTENER: Readonly<Record<string, Option>> = {
  DefaultProcess: text("default"),
  ListenerEnabled: flag("true"),
  Protocol: one(["HTTP", "HTTPS", "TCP", "TLS"], "HTTP"),
  Rules: text(),
  SSLCertificateArns: text(),
  SSLPolicy: text(),
};

const CLASSIC_LISTENER: Readonly<Record<string, Option>> = {
  InstancePort: PORT,
  InstanceProtocol: one(["HTTP", "HTTPS", "TCP", "SSL"]),
  ListenerEnabled: flag(),
  ListenerProtocol: one(["HTTP", "HTTPS", "TCP", "SSL"]),
  PolicyNames: text(),
  SSLCertificateId: text(),
};

/** Namespaces whose options have names of the program's own. */
export const OPEN: readonly string[] = [
  "aws:elasticbeanstalk:application:environment",
  "aws:elasticbeanstalk:application:environmentsecrets",
  "aws:elasticbeanstalk:environment:proxy:staticfiles",
];

/** Namespaces that end in a name or a port of the program's own. */
export const FAMILIES: Readonly<Record<string, Readonly<Record<string, Option>>>> = {
  "aws:elasticbeanstalk:environment:process": PROCESS,
  "aws:elb:listener": CLASSIC_LISTENER,
  "aws:elbv2:listener": LISTENER,
  "aws:elbv2:listenerrule": {
    HostHeaders: text(),
    PathPatterns: text(),
    Priority: number(1, 1000, "1"),
    Process: text("default"),
  },
};

/** All others. */
export const TABLE: Readonly<Record<string, Readonly<Record<string, Option>>>> = {
  "aws:autoscaling:asg": {
    "Availability Zones": one(["Any", "Any 1", "Any 2", "Any 3"], "Any"),
    Cooldown: { ...COUNT, initial: "360" },
    "Custom Availability Zones": text(),
    EnableCapacityRebalancing: flag("false"),
    MaxSize: number(1, 10_000, "4"),
    MinSize: number(1, 10_000, "1"),
  },
  "aws:autoscaling:launchconfiguration": {
    BlockDeviceMappings: text(),
    DisableDefaultEC2SecurityGroup: flag("false"),
    DisableIMDSv1: flag("true"),
    EC2KeyName: text(),
    IamInstanceProfile: text(),
    ImageId: form(/^ami-[0-9a-f]{8,17}$/),
    InstanceType: text(),
    LaunchTemplateTagPropagationEnabled: flag("false"),
    MonitoringInterval: one(["1 minute", "5 minute"], "5 minute"),
    RootVolumeIOPS: number(100, 20_000),
    RootVolumeSize: number(8, 16_384),
    RootVolumeThroughput: number(125, 1000),
    RootVolumeType: one(["standard", "gp2", "gp3", "io1"]),
    SSHSourceRestriction: form(/^\w+, ?\d+, ?\d+, ?\S+$/),
    SecurityGroups: text(),
  },
  "aws:autoscaling:scheduledaction": {
    DesiredCapacity: COUNT,
    EndTime: text(),
    MaxSize: COUNT,
    MinSize: COUNT,
    Recurrence: text(),
    StartTime: text(),
    Suspend: flag("false"),
  },
  "aws:autoscaling:trigger": {
    BreachDuration: number(1, 600, "5"),
    EvaluationPeriods: number(1, 600, "1"),
    LowerBreachScaleIncrement: text("-1"),
    LowerThreshold: number(0, 20_000_000, "2000000"),
    MeasureName: one(
      [
        "CPUUtilization",
        "DiskReadBytes",
        "DiskReadOps",
        "DiskWriteBytes",
        "DiskWriteOps",
        "HealthyHostCount",
        "Latency",
        "NetworkIn",
        "NetworkOut",
        "RequestCount",
        "TargetResponseTime",
        "UnhealthyHostCount",
      ],
      "NetworkOut",
    ),
    Period: number(1, 600, "5"),
    Statistic: one(["Minimum", "Maximum", "Sum", "Average"], "Average"),
    Unit: one(
      ["Seconds", "Percent", "Bytes", "Bits", "Count", "Bytes/Second", "Bits/Second", "Count/Second", "None"],
      "Bytes",
    ),
    UpperBreachScaleIncrement: text("1"),
    UpperThreshold: number(0, 20_000_000, "6000000"),
  },
  "aws:autoscaling:updatepolicy:rollingupdate": {
    MaxBatchSize: number(1, 10_000),
    MinInstancesInService: number(0, 9999),
    PauseTime: PERIOD,
    RollingUpdateEnabled: flag("false"),
    RollingUpdateType: one(["Time", "Health", "Immutable"], "Time"),
    Timeout: { ...PERIOD, initial: "PT30M" },
  },
  "aws:ec2:instances": {
    EnableSpot: flag("false"),
    InstanceTypes: text(),
    SpotAllocationStrategy: one([
      "capacity-optimized",
      "price-capacity-optimized",
      "capacity-optimized-prioritized",
      "lowest-price",
    ]),
    SpotFleetOnDemandAboveBasePercentage: number(0, 100),
    SpotFleetOnDemandBase: { ...COUNT, initial: "0" },
    SpotMaxPrice: form(/^(null|\d+(\.\d+)?)$/),
    SupportedArchitectures: form(/^(arm64|x86_64)(, ?(arm64|x86_64))*$/),
  },
  "aws:ec2:vpc": {
    AssociatePublicIpAddress: flag(),
    DBSubnets: text(),
    ELBScheme: one(["public", "internal", "internet facing"], "public"),
    ELBSubnets: text(),
    Subnets: text(),
    VPCId: form(/^vpc-[0-9a-f]+$/),
  },
  "aws:elasticbeanstalk:application": {
    "Application Healthcheck URL": form(/^(\/|(HTTPS?|TCP|SSL):\d+)/),
  },
  "aws:elasticbeanstalk:cloudwatch:logs": {
    DeleteOnTerminate: flag("false"),
    RetentionInDays: one(RETENTION, "7"),
    StreamLogs: flag("false"),
  },
  "aws:elasticbeanstalk:cloudwatch:logs:health": {
    DeleteOnTerminate: flag("false"),
    HealthStreamingEnabled: flag("false"),
    RetentionInDays: one(RETENTION, "7"),
  },
  "aws:elasticbeanstalk:command": {
    BatchSize: number(1, 10_000, "100"),
    BatchSizeType: one(["Percentage", "Fixed"], "Percentage"),
    DeploymentPolicy: one(
      ["AllAtOnce", "Rolling", "RollingWithAdditionalBatch", "Immutable", "TrafficSplitting"],
      "AllAtOnce",
    ),
    IgnoreHealthCheck: flag("false"),
    Timeout: number(1, 3600, "600"),
  },
  "aws:elasticbeanstalk:container:python": {
    NumProcesses: number(1, 64, "1"),
    NumThreads: number(1, 300, "15"),
    WSGIPath: text("application"),
  },
  "aws:elasticbeanstalk:control": {
    DefaultSSHPort: { ...PORT, initial: "22" },
    LaunchTimeout: text(),
    LaunchType: text(),
    RollbackLaunchOnFailure: flag("false"),
  },
  "aws:elasticbeanstalk:environment": {
    EnvironmentType: one(["SingleInstance", "LoadBalanced"], "LoadBalanced"),
    LoadBalancerIsShared: flag("false"),
    LoadBalancerType: one(["classic", "application", "network"], "classic"),
    ServiceRole: text(),
  },
  "aws:elasticbeanstalk:environment:proxy": {
    ProxyServer: one(["nginx", "apache", "none"], "nginx"),
  },
  "aws:elasticbeanstalk:healthreporting:system": {
    ConfigDocument: text(),
    EnhancedHealthAuthEnabled: flag("true"),
    HealthCheckSuccessThreshold: one(["Ok", "Warning", "Degraded", "Severe"], "Ok"),
    SystemType: one(["basic", "enhanced"], "basic"),
  },
  "aws:elasticbeanstalk:hostmanager": { LogPublicationControl: flag("false") },
  "aws:elasticbeanstalk:managedactions": {
    ManagedActionsEnabled: flag("false"),
    PreferredStartTime: form(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/),
    ServiceRoleForManagedUpdates: text(),
  },
  "aws:elasticbeanstalk:managedactions:platformupdate": {
    InstanceRefreshEnabled: flag("false"),
    UpdateLevel: one(["patch", "minor"]),
  },
  "aws:elasticbeanstalk:monitoring": { "Automatically Terminate Unhealthy Instances": flag("true") },
  "aws:elasticbeanstalk:sns:topics": {
    "Notification Endpoint": text(),
    "Notification Protocol": one(["http", "https", "email", "email-json", "sqs"], "email"),
    "Notification Topic ARN": text(),
    "Notification Topic Name": text(),
  },
  "aws:elasticbeanstalk:sqsd": {
    ConnectTimeout: number(1, 60, "5"),
    ErrorVisibilityTimeout: number(0, 43_200, "2"),
    HttpConnections: number(1, 100, "50"),
    HttpPath: text("/"),
    InactivityTimeout: number(1, 36_000, "299"),
    MaxRetries: number(1, 100, "10"),
    MimeType: text("application/json"),
    RetentionPeriod: number(60, 1_209_600, "345600"),
    VisibilityTimeout: number(0, 43_200, "300"),
    WorkerQueueURL: form(/^https:\/\/sqs\./),
  },
  "aws:elasticbeanstalk:trafficsplitting": {
    EvaluationTime: number(3, 600, "5"),
    NewVersionPercent: number(1, 100, "10"),
  },
  "aws:elasticbeanstalk:xray": { XRayEnabled: flag("false") },
  "aws:elb:healthcheck": {
    HealthyThreshold: number(2, 10, "3"),
    Interval: number(5, 300, "10"),
    Target: text("TCP:80"),
    Timeout: number(2, 60, "5"),
    UnhealthyThreshold: number(2, 10, "5"),
  },
  "aws:elb:loadbalancer": {
    CrossZone: flag("false"),
    LoadBalancerHTTPPort: one(["OFF", "80"], "80"),
    LoadBalancerHTTPSPort: one(["OFF", "443", "8443"], "OFF"),
    LoadBalancerPortProtocol: one(["HTTP", "TCP"], "HTTP"),
    LoadBalancerSSLPortProtocol: one(["HTTPS", "SSL"], "HTTPS"),
    ManagedSecurityGroup: text(),
    SSLCertificateId: text(),
    SecurityGroups: text(),
  },
  "aws:elb:policies": {
    ConnectionDrainingEnabled: flag("false"),
    ConnectionDrainingTimeout: number(1, 3600, "20"),
    ConnectionSettingIdleTimeout: number(1, 3600, "60"),
    LoadBalancerPorts: text(),
    "Stickiness Cookie Expiration": number(0, 1_000_000, "0"),
    "Stickiness Policy": flag("false"),
  },
  "aws:elbv2:loadbalancer": {
    AccessLogsS3Bucket: text(),
    AccessLogsS3Enabled: flag("false"),
    AccessLogsS3Prefix: text(),
    IdleTimeout: number(1, 3600),
    IpAddressType: one(["ipv4", "dualstack"]),
    ManagedSecurityGroup: text(),
    SecurityGroups: text(),
    SharedLoadBalancer: text(),
  },
};
