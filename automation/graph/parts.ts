/** What is worth naming of a resource in a picture, and what would fail with it. */

/** A resource as the state has it. */
export interface Part {
  /** What a reader calls it. */
  title: string;
  /** What is chosen of it, such as its size. */
  detail?: (inputs: Inputs) => string;
  /** Why everything that needs it fails with one machine, process or zone; undefined where it does not. */
  weakness?: (inputs: Inputs) => string | undefined;
}

export type Inputs = Readonly<Record<string, unknown>>;

/**
 * Plans of add-ons that have one node: only Premium ones of Heroku's own fail over
 * (https://devcenter.heroku.com/articles/heroku-postgres-ha, https://devcenter.heroku.com/articles/heroku-redis-high-availability);
 * those of CloudAMQP say how many nodes they have, and small ones share one.
 */
const ALONE = /^heroku-(postgresql|redis):(mini|basic|essential|standard)|^cloudamqp:(lemur|tiger|\w+-1$)/;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const words = (...values: unknown[]): string =>
  values.filter((value) => typeof value === "string" || typeof value === "number").join(" ");
const several = (count: unknown, one: string, many: string): string => `${number(count)} ${count === 1 ? one : many}`;

/** An option of an environment of Elastic Beanstalk; undefined where it is not set, or secret. */
export function optionOf({ settings }: Inputs, namespace: string, name: string): string | undefined {
  const all = Array.isArray(settings) ? (settings as Inputs[]) : [];
  const found = all.find((each) => each["namespace"] === namespace && each["name"] === name)?.["value"];
  return typeof found === "string" ? found : undefined;
}

/** By type; a resource of another type is only counted. */
export const PARTS: Readonly<Record<string, Part>> = {
  "aws:ecs/service:Service": {
    title: "service",
    detail: ({ desiredCount }) => several(desiredCount, "task", "tasks"),
    weakness: (inputs) => {
      if (number(inputs["desiredCount"]) > 1) return undefined;
      return inputs["deploymentMaximumPercent"] === 100 ? "one task, by design" : "one task only";
    },
  },
  "aws:rds/instance:Instance": {
    title: "database",
    detail: ({ engine, instanceClass }) => words(engine, instanceClass),
    weakness: ({ multiAz }) => (multiAz === true ? undefined : "no standby in another zone"),
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    title: "cache",
    detail: ({ engine, nodeType, numCacheClusters }) => `${words(engine, nodeType)} × ${number(numCacheClusters)}`,
    weakness: ({ numCacheClusters, automaticFailoverEnabled }) =>
      number(numCacheClusters) > 1 && automaticFailoverEnabled === true ? undefined : "one node, nothing takes over",
  },
  "aws:mq/broker:Broker": {
    title: "broker",
    detail: ({ engineType, hostInstanceType }) => words(engineType, hostInstanceType),
    weakness: ({ deploymentMode }) => (deploymentMode === "SINGLE_INSTANCE" ? "one instance in one zone" : undefined),
  },
  "aws:autoscaling/group:Group": {
    title: "instances",
    detail: ({ minSize, maxSize }) => `${number(minSize)} to ${number(maxSize)}`,
    weakness: ({ minSize }) => (number(minSize) > 1 ? undefined : "one instance may be all there is"),
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    title: "load balancer",
    detail: ({ internal }) => (internal === true ? "internal" : "internet-facing"),
  },
  "aws:sqs/queue:Queue": { title: "queue" },
  "aws:ecs/cluster:Cluster": { title: "cluster" },
  "aws:ecr/repository:Repository": { title: "repository" },
  "aws:efs/fileSystem:FileSystem": { title: "file system" },
  "aws:s3/bucket:Bucket": { title: "bucket" },
  "aws:lambda/function:Function": { title: "function" },
  "aws:secretsmanager/secret:Secret": { title: "secret" },
  "aws:sns/topic:Topic": { title: "topic" },
  "aws:cloudwatch/dashboard:Dashboard": { title: "dashboard" },
  "aws:ec2/natGateway:NatGateway": { title: "NAT gateway" },
  "aws:ec2/subnet:Subnet": { title: "subnet" },
  "aws:elasticbeanstalk/environment:Environment": {
    title: "environment",
    weakness: (inputs) => {
      const least = optionOf(inputs, "aws:autoscaling:asg", "MinSize");
      return least === undefined || Number(least) > 1 ? undefined : "one instance may be all there is";
    },
  },
  "heroku:index/formation:Formation": {
    title: "dynos",
    detail: ({ quantity, size, type }) => `${words(type)} ${number(quantity)} × ${words(size)}`,
    weakness: ({ quantity }) => (number(quantity) > 1 ? undefined : "one dyno only"),
  },
  "heroku:index/addon:Addon": {
    title: "add-on",
    detail: ({ plan }) => words(plan),
    weakness: ({ plan }) => (ALONE.test(words(plan)) ? "a plan without a standby" : undefined),
  },
  "host:index:Program": {
    title: "processes",
    detail: ({ count }) => String(number(count)),
    weakness: () => "on this machine alone",
  },
  "host:index:Broker": { title: "broker", weakness: () => "on this machine alone" },
};
