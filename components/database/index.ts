export type { Bootstrap, DatabaseArgs, DatabaseChildren } from "./args";
export { Database } from "./database";
export { outsidePort } from "./outside";
