export type { CacheArgs, CacheChildren } from "./args";
export { Cache } from "./cache";
