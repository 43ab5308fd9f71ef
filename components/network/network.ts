import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { NetworkArgs, NetworkChildren } from "./args";

/** The network that everything of a stack lies in: public subnets for the load balancer, private ones for the rest. */
export class Network extends Component<NetworkChildren> {
  readonly vpcId!: pulumi.Output<string>;
  readonly publicSubnetIds!: pulumi.Output<string>[];
  readonly privateSubnetIds!: pulumi.Output<string>[];
  /** Ways out of the private subnets: a task that starts earlier cannot pull its image. */
  readonly ready: pulumi.Resource[] = [];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("network:Network", name, args.transform, opts);
  }
}
