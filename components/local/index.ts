export { LocalApp } from "./local-app";
export type { Children, LocalAppArgs, LocalAppTransforms, Transform } from "./args";
