import type * as pulumi from "@pulumi/pulumi";
import type { Binding } from "../binding";
import { Component } from "../component";
import type { BrokerArgs, BrokerChildren } from "./args";

/** The broker between the application and its Celery workers. */
export class Broker extends Component<BrokerChildren> {
  readonly binding: Binding;
  /** Name of each Celery queue -> its URL in SQS; empty for other kinds. */
  readonly queueUrls: Record<string, pulumi.Output<string>>;
  /** Name of each Celery queue -> its name in SQS; empty for other kinds. */
  readonly queueNames: Record<string, pulumi.Output<string>>;
  /** Name in SQS of the queue of what failed too often; absent for other kinds. */
  readonly deadLetterName?: pulumi.Output<string>;

  constructor(name: string, args: BrokerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("broker:Broker", name, args.transform, opts);
    this.binding = { environment: {}, secrets: {}, statements: [], ready: [] };
    this.queueUrls = {};
    this.queueNames = {};
    this.registerOutputs({});
  }
}
