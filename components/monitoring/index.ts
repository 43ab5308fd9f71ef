export type { MonitoringArgs, WatchedDatabase } from "./args";
export { Monitoring } from "./monitoring";
