import type { BrokerArgs as MqBrokerArgs } from "@pulumi/aws/mq/broker";
import type { ConfigurationArgs } from "@pulumi/aws/mq/configuration";
import type { QueueArgs } from "@pulumi/aws/sqs/queue";
import type { QueuePolicyArgs } from "@pulumi/aws/sqs/queuePolicy";
import type { RedriveAllowPolicyArgs } from "@pulumi/aws/sqs/redriveAllowPolicy";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { ContainerHost, ServiceArgs } from "../container";
import type { SecurityGroup } from "../network";
import type { StoredSecretArgs } from "../secrets";

/** Children of a broker, by role; which of them there are is for its kind to say. */
export interface BrokerChildren {
  guard: ConstructorParameters<typeof SecurityGroup>[1];
  password: StoredSecretArgs;
  url: StoredSecretArgs;
  /** The RabbitMQ container. */
  service: ServiceArgs;
  /** Settings of the Amazon MQ broker. */
  configuration: ConfigurationArgs;
  /** The Amazon MQ broker. */
  mq: MqBrokerArgs;
  /** Each SQS queue. */
  queue: QueueArgs;
  /** The queue of what failed too often. */
  dead: QueueArgs;
  /** Which queues may move messages to that one. */
  redrive: RedriveAllowPolicyArgs;
  /** Who may use each queue, and how. */
  policy: QueuePolicyArgs;
}

/** Arguments of a broker. */
export interface BrokerArgs {
  /** What the stack asks for. */
  broker: Settings["ecs"]["broker"];
  host: ContainerHost;
  /** Environment variable that carries the URL, such as `CELERY_BROKER_URL`. */
  variable: string;
  /** Environment variable that carries the URL of the result backend; none when not given. */
  resultVariable?: string;
  /** Longest ETA or countdown of a task in seconds: the broker must not give up waiting before. */
  longestEta: number;
  /** Changes a child before it is made. */
  transform?: Transforms<BrokerChildren>;
}
