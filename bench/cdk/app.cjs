// A web application and its queue worker on ECS, as Slipway's production stack has them: network, database, queues,
// load-balanced service, worker, autoscaling, alarms. Synthesised only, never deployed.
const cdk = require("aws-cdk-lib");
const alarms = require("aws-cdk-lib/aws-cloudwatch");
const actions = require("aws-cdk-lib/aws-cloudwatch-actions");
const ec2 = require("aws-cdk-lib/aws-ec2");
const ecs = require("aws-cdk-lib/aws-ecs");
const patterns = require("aws-cdk-lib/aws-ecs-patterns");
const logs = require("aws-cdk-lib/aws-logs");
const rds = require("aws-cdk-lib/aws-rds");
const sns = require("aws-cdk-lib/aws-sns");
const sqs = require("aws-cdk-lib/aws-sqs");

const app = new cdk.App();
const stack = new cdk.Stack(app, "blog");
const vpc = new ec2.Vpc(stack, "vpc", { maxAzs: 2, natGateways: 2 });
const cluster = new ecs.Cluster(stack, "cluster", { vpc });

const database = new rds.DatabaseInstance(stack, "database", {
  vpc,
  engine: rds.DatabaseInstanceEngine.mariaDb({ version: rds.MariaDbEngineVersion.of("11.4.10", "11.4") }),
  instanceType: new ec2.InstanceType("t4g.small"),
  allocatedStorage: 30,
  storageEncrypted: true,
  multiAz: true,
  deletionProtection: true,
  backupRetention: cdk.Duration.days(14),
});
const failed = new sqs.Queue(stack, "failed", { enforceSSL: true });
const queue = new sqs.Queue(stack, "queue", {
  enforceSSL: true,
  deadLetterQueue: { queue: failed, maxReceiveCount: 5 },
});

const image = ecs.ContainerImage.fromRegistry("public.example/blog@sha256:" + "0".repeat(64));
const logDriver = (name) =>
  ecs.LogDrivers.awsLogs({
    streamPrefix: name,
    logGroup: new logs.LogGroup(stack, `${name}-logs`, { retention: logs.RetentionDays.THREE_MONTHS }),
  });
const web = new patterns.ApplicationLoadBalancedFargateService(stack, "web", {
  cluster,
  cpu: 256,
  memoryLimitMiB: 512,
  desiredCount: 2,
  circuitBreaker: { rollback: true },
  minHealthyPercent: 50,
  taskImageOptions: {
    image,
    containerPort: 8000,
    logDriver: logDriver("web"),
    secrets: { DB_SECRET: ecs.Secret.fromSecretsManager(database.secret) },
  },
});
const scaling = web.service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 8 });
scaling.scaleOnCpuUtilization("cpu", { targetUtilizationPercent: 60 });
scaling.scaleOnMemoryUtilization("memory", { targetUtilizationPercent: 75 });
scaling.scaleOnRequestCount("requests", { requestsPerTarget: 1000, targetGroup: web.targetGroup });
const worker = new patterns.QueueProcessingFargateService(stack, "worker", {
  cluster,
  queue,
  image,
  cpu: 256,
  memoryLimitMiB: 512,
  minScalingCapacity: 2,
  maxScalingCapacity: 10,
  circuitBreaker: { rollback: true },
  minHealthyPercent: 50,
  logDriver: logDriver("worker"),
});
for (const { service } of [web, worker]) database.connections.allowDefaultPortFrom(service);

const topic = new sns.Topic(stack, "topic");
const alarm = (name, metric, threshold) =>
  metric
    .createAlarm(stack, name, {
      threshold,
      evaluationPeriods: 2,
      comparisonOperator: alarms.ComparisonOperator.GREATER_THAN_THRESHOLD,
    })
    .addAlarmAction(new actions.SnsAction(topic));
alarm("errors", web.loadBalancer.metrics.httpCodeTarget("HTTPCode_Target_5XX_Count"), 5);
alarm("slow", web.targetGroup.metrics.targetResponseTime({ statistic: "p95" }), 2);
alarm("backlog", queue.metricApproximateAgeOfOldestMessage(), 600);
alarm("dead", failed.metricApproximateNumberOfMessagesVisible(), 0);
alarm("cpu", database.metricCPUUtilization(), 85);
alarm("connections", database.metricDatabaseConnections(), 100);
