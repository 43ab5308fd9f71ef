import { Broker as MqBroker } from "@pulumi/aws/mq/broker";
import { Configuration } from "@pulumi/aws/mq/configuration";
import { Queue } from "@pulumi/aws/sqs/queue";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy";
import { RedriveAllowPolicy } from "@pulumi/aws/sqs/redriveAllowPolicy";
import * as pulumi from "@pulumi/pulumi";
import type { Binding, Endpoint } from "../binding";
import { Component } from "../component";
import { ContainerService, type ContainerHost } from "../container";
import { SecurityGroup } from "../network";
import { randomPassword, StoredSecret } from "../secrets";
import { mqArgs, mqConfiguration, queueType } from "./amazon-mq";
import type { BrokerArgs, BrokerChildren, InContainer, Kind } from "./args";
import { AMQP_PORT, AMQPS_PORT, containerArgs } from "./rabbitmq";
import { deadArgs, queueArgs, queueVariables, redriveFrom, statements, tlsOnly } from "./sqs";

/**
 * The broker between the application and its Celery workers: queues of SQS, RabbitMQ in a container whose storage
 * outlives it, or RabbitMQ kept by Amazon MQ.
 *
 * RabbitMQ sends results back as messages, where the application has a variable for their backend. SQS cannot: there
 * the variable stays away, and a task's result is for the application itself to keep.
 *
 * @example
 * ```ts
 * const broker = new Broker("shop-broker", {
 *   broker: settings.ecs.broker, host: cluster.host, variable: "CELERY_BROKER_URL", longestEta: 3600,
 * });
 * ```
 */
export class Broker extends Component<BrokerChildren> {
  readonly binding: Binding;
  /** Name of each Celery queue -> its URL in SQS; empty for RabbitMQ. */
  readonly queueUrls: Record<string, pulumi.Output<string>> = {};
  /** Name of each Celery queue -> its name in SQS; empty for RabbitMQ. */
  readonly queueNames: Record<string, pulumi.Output<string>> = {};
  /** Name in SQS of the queue of what failed too often; absent for RabbitMQ. */
  readonly deadLetterName?: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: BrokerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("broker:Broker", name, args.transform, opts);
    const { broker } = args;
    if (broker.kind === "sqs") {
      const dead = new Queue(...this.child("dead", deadArgs()));
      this.deadLetterName = dead.name;
      this.binding = this.bindQueues(broker, dead);
    } else if (broker.kind === "amazon-mq") {
      this.binding = this.runMq(broker);
    } else {
      // Its type is what BrokerArgs asks for beside such a broker.
      this.binding = this.runContainer({ ...args, broker, host: args.host as ContainerHost });
    }
    this.registerOutputs({ deadLetterName: this.deadLetterName });
  }

  private bindQueues(broker: Kind<"sqs">, dead: Queue): Binding {
    const { variable, host } = this.args;
    const queues = broker.queues.map((key) => {
      const args = queueArgs(broker.visibilityTimeout, broker.maxReceives, dead);
      const queue = new Queue(...this.child("queue", args, { key }));
      this.queueUrls[key] = queue.url;
      this.queueNames[key] = queue.name;
      return { queue, policy: new QueuePolicy(...this.child("policy", tlsOnly(queue), { key })) };
    });
    const own = queues.map(({ queue }) => queue);
    new QueuePolicy(...this.child("policy", tlsOnly(dead), { key: "dead-letters" }));
    new RedriveAllowPolicy(...this.child("redrive", redriveFrom(dead, own)));
    return {
      environment: {
        [variable]: "sqs://",
        ...queueVariables(this.queueUrls),
        SLIPWAY_SQS_REGION: host.region,
        SLIPWAY_SQS_VISIBILITY: String(broker.visibilityTimeout),
      },
      secrets: {},
      statements: statements(own),
      ready: queues.flatMap(({ queue, policy }) => [queue, policy]),
    };
  }

  private runContainer(own: InContainer): Binding {
    const { broker, host } = own;
    const securityGroup = this.guard();
    // Its image and its password come from outside the network.
    securityGroup.allowOut("aws");
    const password = this.password(broker);
    const args = containerArgs(own, securityGroup, password);
    const service = new ContainerService(...this.child("service", args));
    const name = pulumi.output(service.host ?? `${args.discovery ?? ""}.${host.namespace.name}`);
    const url = pulumi.interpolate`amqp://${broker.username}:${password.text}@${name}:${AMQP_PORT}//`;
    return this.bindUrl(url, { host: name, port: AMQP_PORT, securityGroup }, [service.service], undefined);
  }

  private runMq(broker: Kind<"amazon-mq">): Binding {
    const { host, longestEta } = this.args;
    const securityGroup = this.guard();
    // Neither AWS nor the provider changes the user of a broker that is there: what it was made with stays.
    const password = this.password(broker, true);
    const configuration = new Configuration(...this.child("configuration", mqConfiguration(broker, longestEta)));
    const own = new MqBroker(
      ...this.child(
        "mq",
        {
          ...mqArgs(broker),
          configuration: { id: configuration.id, revision: configuration.latestRevision },
          // A single node lies in one zone.
          subnetIds: broker.replicated ? host.subnetIds : host.subnetIds.slice(0, 1),
          securityGroups: [securityGroup.id],
          users: [{ username: broker.username, password: password.text }],
        },
        { ignoreChanges: ["users"] },
      ),
    );
    const address = own.instances.apply(([node]) => new URL(node?.endpoints[0] ?? "amqps://unknown").hostname);
    const username = own.users.apply((users) => users?.[0]?.username ?? broker.username);
    const url = pulumi.interpolate`amqps://${username}:${password.text}@${address}:${AMQPS_PORT}//`;
    return this.bindUrl(url, { host: address, port: AMQPS_PORT, securityGroup }, [own], queueType(broker));
  }

  private guard(): SecurityGroup {
    return new SecurityGroup(
      ...this.child("guard", { vpcId: this.args.host.vpcId, description: "Broker: who may connect" }),
    );
  }

  /** @param first whether the first password stays, whatever the config says later */
  private password(broker: { password?: string | undefined }, first = false): StoredSecret {
    return new StoredSecret(
      ...this.child("password", {
        value: broker.password ?? randomPassword(),
        generated: first || broker.password === undefined,
        description: "Password of the broker's user",
      }),
    );
  }

  private bindUrl(
    value: pulumi.Output<string>,
    endpoint: Endpoint,
    ready: pulumi.Resource[],
    type: "quorum" | undefined,
  ): Binding {
    const { variable, resultVariable } = this.args;
    const url = new StoredSecret(...this.child("url", { value, description: "URL of the broker" }));
    return {
      environment: {
        // Containers read a secret when they start, and its ARN stays the same: this is what starts them anew.
        [`SLIPWAY_${variable}_VERSION`]: url.version,
        ...(resultVariable !== undefined && { [resultVariable]: "rpc://" }),
        ...(type !== undefined && { SLIPWAY_QUEUE_TYPE: type }),
      },
      secrets: { [variable]: url.arn },
      statements: [],
      endpoint,
      ready: [...ready, url.ready],
    };
  }
}
