export { Network } from "./network";
export { SecurityGroup } from "./security-group";
export type { NetworkArgs, NetworkChildren, SecurityGroupArgs, SecurityGroupChildren } from "./args";
