import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup";
import * as pulumi from "@pulumi/pulumi";
import type { Binding } from "../binding";
import { Component } from "../component";
import { ContainerService, type ContainerHost } from "../container";
import { SecurityGroup } from "../network";
import type { CacheArgs, CacheChildren, InContainer, Kind } from "./args";
import { containerArgs, nodesArgs, PORT } from "./valkey";

const NONE: Binding = { environment: {}, secrets: {}, statements: [], ready: [] };

/**
 * The application's cache: Valkey, which speaks Redis's protocol, in a container or kept by ElastiCache. It holds
 * nothing that cannot be computed again, and forgets what was used least recently when it is full.
 *
 * The application gets a host alone, in a variable such as REDIS_HOST, and has no place for a password or for TLS: who
 * may connect is for the security group to say, and the way there stays inside private subnets.
 *
 * @example
 * ```ts
 * const cache = new Cache("shop-cache", { cache: settings.ecs.cache, host: cluster.host, variable: "REDIS_HOST" });
 * ```
 */
export class Cache extends Component<CacheChildren> {
  readonly binding: Binding;

  constructor(
    name: string,
    private readonly args: CacheArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cache:Cache", name, args.transform, opts);
    const { cache } = args;
    if (cache.kind === "none") this.binding = NONE;
    else if (cache.kind === "elasticache") this.binding = this.runNodes(cache);
    // The type of the host is what CacheArgs asks for beside such a cache.
    else this.binding = this.runContainer({ ...args, cache, host: args.host as ContainerHost });
    this.registerOutputs({});
  }

  private runContainer({ cache, host }: InContainer): Binding {
    const securityGroup = this.guard();
    // Its image comes from outside the network.
    securityGroup.allowOut("aws");
    const args = containerArgs(cache.memory, host, securityGroup);
    const service = new ContainerService(...this.child("service", args));
    const name = pulumi.output(service.host ?? `${args.discovery ?? ""}.${host.namespace.name}`);
    return this.bind(name, securityGroup, service.service);
  }

  private runNodes(cache: Kind<"elasticache">): Binding {
    const { subnetIds } = this.args.host;
    const securityGroup = this.guard();
    const subnets = new SubnetGroup(...this.child("subnets", { subnetIds, description: "Subnets of the cache" }));
    const nodes = new ReplicationGroup(
      ...this.child(
        "nodes",
        {
          ...nodesArgs(cache),
          replicationGroupId: subnets.name.apply((unique) => groupId(this.componentName, unique)),
          subnetGroupName: subnets.name,
          securityGroupIds: [securityGroup.id],
        },
        // The name is taken until the old group is gone, and what it holds can be computed again.
        { deleteBeforeReplace: true },
      ),
    );
    return this.bind(nodes.primaryEndpointAddress, securityGroup, nodes);
  }

  private guard(): SecurityGroup {
    return new SecurityGroup(
      ...this.child("guard", { vpcId: this.args.host.vpcId, description: "Cache: who may connect" }),
    );
  }

  private bind(host: pulumi.Output<string>, securityGroup: SecurityGroup, own: pulumi.Resource): Binding {
    return {
      environment: { [this.args.variable]: host },
      secrets: {},
      statements: [],
      endpoint: { host, port: PORT, securityGroup },
      ready: [own],
    };
  }
}

/** ElastiCache allows 40 characters, fewer than a long name with a random part has. */
const ID_LENGTH = 40;

/** An id of the group with the random end of `unique`, so that every stack has its own. */
function groupId(name: string, unique: string): string {
  const end = unique.slice(-7).replace(/^-+/, "");
  return `${name.slice(0, ID_LENGTH - end.length - 1).replace(/-+$/, "")}-${end}`;
}
