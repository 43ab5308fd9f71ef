export { Network } from "./network";
export { SecurityGroup } from "./security-group";
export type { NetworkArgs, NetworkChildren, Place, SecurityGroupArgs, SecurityGroupChildren } from "./args";
