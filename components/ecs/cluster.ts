import { Cluster as AwsCluster } from "@pulumi/aws/ecs/cluster";
import { ClusterCapacityProviders } from "@pulumi/aws/ecs/clusterCapacityProviders";
import { PrivateDnsNamespace } from "@pulumi/aws/servicediscovery/privateDnsNamespace";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { ContainerHost } from "../container";
import type { ClusterArgs, ClusterChildren } from "./args";
import { Instances } from "./instances";

const FARGATE = { fargate: "FARGATE", "fargate-spot": "FARGATE_SPOT" } as const;

/** An ECS cluster with one kind of capacity and a private DNS namespace: what the containers of a stack share. */
export class Cluster extends Component<ClusterChildren> {
  /** What every task and service in it is given. */
  readonly host: ContainerHost;

  constructor(
    name: string,
    private readonly args: ClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ecs:Cluster", name, args.transform, opts);
    const { clusterName, insights, capacity, vpcId, subnetIds, ready = [], logDays, exec, region } = args;
    const cluster = new AwsCluster(
      ...this.child("cluster", {
        name: clusterName,
        settings: [{ name: "containerInsights", value: insights ? "enabled" : "disabled" }],
      }),
    );
    const namespaceName = `${clusterName}.internal`;
    const namespace = new PrivateDnsNamespace(
      ...this.child("namespace", { name: namespaceName, vpc: vpcId, description: `Containers of ${clusterName}` }),
    );
    const capacityProvider = this.capacityProvider(cluster);
    const providers = new ClusterCapacityProviders(
      ...this.child("capacity", {
        clusterName: cluster.name,
        // What must not be taken away, such as a broker, asks for FARGATE by name.
        capacityProviders: capacity.kind === "fargate-spot" ? ["FARGATE", capacityProvider] : [capacityProvider],
        defaultCapacityProviderStrategies: [{ capacityProvider, weight: 1 }],
      }),
    );
    this.host = {
      clusterArn: cluster.arn,
      clusterName: cluster.name,
      capacity,
      capacityProvider,
      vpcId,
      subnetIds,
      logDays,
      exec,
      region,
      namespace: { id: namespace.id, name: namespaceName },
      ready: [...ready, providers],
    };
    this.registerOutputs({ clusterName: cluster.name });
  }

  private capacityProvider(cluster: AwsCluster): pulumi.Input<string> {
    const { capacity, vpcId, subnetIds, ready = [], tags = {} } = this.args;
    if (capacity.kind !== "ec2") return FARGATE[capacity.kind];
    const own = { capacity, clusterName: cluster.name, clusterArn: cluster.arn, vpcId, subnetIds, ready, tags };
    return new Instances(...this.child("instances", own)).capacityProvider;
  }
}
