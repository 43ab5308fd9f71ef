export { Autoscaling } from "./autoscaling";
export { Cluster } from "./cluster";
export { EcsStack } from "./ecs-stack";
export { Instances } from "./instances";
export { LoadBalancer } from "./load-balancer";
export { Processes } from "./processes";
export type {
  AutoscalingArgs,
  AutoscalingChildren,
  ClusterArgs,
  ClusterChildren,
  InstancesArgs,
  InstancesChildren,
  LoadBalancerArgs,
  LoadBalancerChildren,
} from "./args";
export type { ProcessesArgs, ProcessesChildren } from "./processes-args";
export type { EcsStackArgs, EcsStackChildren } from "./stack-args";
