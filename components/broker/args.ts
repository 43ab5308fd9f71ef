import type { BrokerArgs as MqBrokerArgs } from "@pulumi/aws/mq/broker";
import type { ConfigurationArgs } from "@pulumi/aws/mq/configuration";
import type { QueueArgs } from "@pulumi/aws/sqs/queue";
import type { QueuePolicyArgs } from "@pulumi/aws/sqs/queuePolicy";
import type { RedriveAllowPolicyArgs } from "@pulumi/aws/sqs/redriveAllowPolicy";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { ContainerHost, ServiceArgs } from "../container";
import type { Place, SecurityGroup } from "../network";
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

type AnyBroker = Settings["ecs"]["broker"];

/** What a stack asks for, where it is of this kind. */
export type Kind<Name extends AnyBroker["kind"]> = Extract<AnyBroker, { kind: Name }>;

/** Arguments of a broker that runs in a container. */
export type InContainer = Common & { broker: Kind<"rabbitmq-container">; host: ContainerHost };

/** Arguments of a broker. One that AWS keeps needs a place in a network; a container, a host besides. */
export type BrokerArgs = Common &
  ({ broker: Kind<"amazon-mq" | "sqs">; host: Place } | { broker: AnyBroker; host: ContainerHost });

/** What brokers of all kinds are told. */
interface Common {
  /** Environment variable that carries the URL, such as `CELERY_BROKER_URL`. */
  variable: string;
  /** Environment variable that carries the URL of the result backend; none when not given. */
  resultVariable?: string;
  /** Longest ETA or countdown of a task in seconds: the broker must not give up waiting before. */
  longestEta: number;
  /** Changes a child before it is made. */
  transform?: Transforms<BrokerChildren>;
}
