export type { BrokerArgs, BrokerChildren } from "./args";
export { Broker } from "./broker";
export { tlsOnly } from "./sqs";
