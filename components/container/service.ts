import type { Service } from "@pulumi/aws/ecs/service";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { ServiceArgs, ServiceChildren } from "./args";
import type { Task } from "./task";

/** A task kept running. */
export class ContainerService extends Component<ServiceChildren> {
  readonly task!: Task;
  readonly service!: Service;
  readonly serviceName!: pulumi.Output<string>;
  /** Name by which tasks of the stack reach it; absent without `discovery`. */
  readonly host: string | undefined;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("container:ContainerService", name, args.transform, opts);
  }
}
