import type { PolicyArgs } from "@pulumi/aws/appautoscaling/policy";
import type { TargetArgs } from "@pulumi/aws/appautoscaling/target";
import type { GroupArgs } from "@pulumi/aws/autoscaling/group";
import type { LaunchTemplateArgs } from "@pulumi/aws/ec2/launchTemplate";
import type { CapacityProviderArgs } from "@pulumi/aws/ecs/capacityProvider";
import type { ClusterArgs as AwsClusterArgs } from "@pulumi/aws/ecs/cluster";
import type { ClusterCapacityProvidersArgs } from "@pulumi/aws/ecs/clusterCapacityProviders";
import type { InstanceProfileArgs } from "@pulumi/aws/iam/instanceProfile";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { ListenerArgs } from "@pulumi/aws/lb/listener";
import type { LoadBalancerArgs as AwsLoadBalancerArgs } from "@pulumi/aws/lb/loadBalancer";
import type { TargetGroupArgs } from "@pulumi/aws/lb/targetGroup";
import type { RecordArgs } from "@pulumi/aws/route53/record";
import type { PrivateDnsNamespaceArgs } from "@pulumi/aws/servicediscovery/privateDnsNamespace";
import type * as pulumi from "@pulumi/pulumi";
import type { DomainCertificateArgs } from "../certificate";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { SecurityGroup } from "../network";

type GuardArgs = ConstructorParameters<typeof SecurityGroup>[1];
type Capacity = Settings["ecs"]["capacity"];

/** Children of a cluster, by role. */
export interface ClusterChildren {
  cluster: AwsClusterArgs;
  namespace: PrivateDnsNamespaceArgs;
  /** EC2 instances; none on Fargate. */
  instances: InstancesArgs;
  capacity: ClusterCapacityProvidersArgs;
}

/** Arguments of a {@link Cluster}. */
export interface ClusterArgs {
  /** Name of the cluster: 1 to 255 letters, digits, hyphens and underscores. The private DNS names end in it. */
  clusterName: string;
  capacity: Capacity;
  /** Whether Container Insights measures it. */
  insights: boolean;
  vpcId: pulumi.Output<string>;
  /** Private subnets. */
  subnetIds: pulumi.Output<string>[];
  /** What tasks in those subnets need, such as routes. @default nothing */
  ready?: pulumi.Resource[];
  /** Days that logs of its containers are kept. */
  logDays: number;
  /** Whether a shell can be opened in its containers. */
  exec: boolean;
  region: pulumi.Input<string>;
  /** Tags of the instances and their volumes, which default tags do not reach. @default none */
  tags?: Record<string, string>;
  transform?: Transforms<ClusterChildren>;
}

/** Children of EC2 instances, by role. */
export interface InstancesChildren {
  guard: GuardArgs;
  role: RoleArgs;
  policy: RolePolicyArgs;
  profile: InstanceProfileArgs;
  template: LaunchTemplateArgs;
  group: GroupArgs;
  provider: CapacityProviderArgs;
}

/** Arguments of {@link Instances}. */
export interface InstancesArgs {
  capacity: Extract<Capacity, { kind: "ec2" }>;
  clusterName: pulumi.Output<string>;
  clusterArn: pulumi.Output<string>;
  vpcId: pulumi.Output<string>;
  subnetIds: pulumi.Output<string>[];
  /** What instances in those subnets need to reach ECS. */
  ready: pulumi.Resource[];
  tags: Record<string, string>;
  transform?: Transforms<InstancesChildren>;
}

/** Children of a load balancer, by role. */
export interface LoadBalancerChildren {
  guard: GuardArgs;
  balancer: AwsLoadBalancerArgs;
  targets: TargetGroupArgs;
  http: ListenerArgs;
  https: ListenerArgs;
  certificate: DomainCertificateArgs;
  /** The application's name in Route 53. */
  address: RecordArgs;
}

/** Arguments of a {@link LoadBalancer}. */
export interface LoadBalancerArgs {
  loadBalancer: Settings["ecs"]["loadBalancer"];
  /** Name of the application: names that AWS limits to 32 characters start with it. */
  appName: string;
  vpcId: pulumi.Output<string>;
  /** Public subnets in at least two zones. */
  subnetIds: pulumi.Output<string>[];
  /** Ways in to these subnets. */
  ready: pulumi.Resource[];
  /** Port that the targets answer HTTP on. */
  port: number;
  /** Path that answers below 500 when a target can serve. */
  healthPath: string;
  transform?: Transforms<LoadBalancerChildren>;
}

/** Children of an autoscaling, by role. */
export interface AutoscalingChildren {
  target: TargetArgs;
  cpu: PolicyArgs;
  memory: PolicyArgs;
  requests: PolicyArgs;
  backlog: PolicyArgs;
}

/** Arguments of an {@link Autoscaling}. */
export interface AutoscalingArgs {
  clusterName: pulumi.Output<string>;
  serviceName: pulumi.Output<string>;
  /** Tasks at least and at most. */
  count: { min: number; max: number };
  autoscaling: Settings["ecs"]["autoscaling"];
  /** `<load balancer's suffix>/<target group's suffix>`, to scale by requests. @default requests do not matter */
  requestsOf?: pulumi.Output<string>;
  /** Names in SQS of the queues that it empties, to scale by their backlog. @default no backlog matters */
  queueNames?: pulumi.Output<string>[];
  transform?: Transforms<AutoscalingChildren>;
}
