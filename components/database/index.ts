export type { Bootstrap, DatabaseArgs, DatabaseChildren } from "./args";
export { Database } from "./database";
export { ENGINES } from "./engines";
export { outsidePort } from "./outside";
