/** What RabbitMQ at Amazon MQ is made from. */
import type { BrokerArgs as MqBrokerArgs } from "@pulumi/aws/mq/broker";
import type { Kind } from "./args";
import { consumerTimeout } from "./rabbitmq";

type AmazonMq = Kind<"amazon-mq">;

/** What the broker is made from, apart from its place in the network. */
export function mqArgs(broker: AmazonMq): Omit<MqBrokerArgs, "users"> {
  return {
    engineType: "RabbitMQ",
    engineVersion: broker.version,
    hostInstanceType: broker.instanceType,
    deploymentMode: broker.replicated ? "CLUSTER_MULTI_AZ" : "SINGLE_INSTANCE",
    publiclyAccessible: false,
    // Amazon MQ demands it of RabbitMQ from 3.13 on.
    autoMinorVersionUpgrade: true,
    logs: { general: true },
    applyImmediately: true,
  };
}

/** Its configuration file, in the form of rabbitmq.conf. */
export function mqConfiguration(
  broker: AmazonMq,
  longestEta: number,
): { engineType: string; engineVersion: string; data: string } {
  return {
    engineType: "RabbitMQ",
    engineVersion: broker.version,
    data: `consumer_timeout = ${consumerTimeout(longestEta)}\n`,
  };
}

/**
 * Queue type that clients must name. From version 4 on Amazon MQ makes quorum queues where a client names no type, and
 * Celery asks such a queue for what it does not offer unless it knows (AWS, RabbitMQ 4).
 */
export function queueType(broker: AmazonMq): "quorum" | undefined {
  return Number.parseInt(broker.version, 10) >= 4 ? "quorum" : undefined;
}
