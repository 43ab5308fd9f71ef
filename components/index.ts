/**
 * Slipway's components as a library: describe an application once, then instantiate the targets in a Pulumi program of
 * your own.
 */
export { describeWorkload, type Workload } from "./app";
export { checkSettings, ConfigError, type Fault, type Settings, type SettingsInput } from "./config";
export { BeanstalkStack, type BeanstalkStackArgs, type BeanstalkStackChildren, type KeptVersions } from "./beanstalk";
export { deploy, stackFolder, type DeployOptions, type PromotedRelease } from "./deploy";
export { HerokuStack, type HerokuStackArgs, type HerokuStackChildren, type KeptSlug } from "./heroku";
export { EcsStack, type EcsStackArgs, type EcsStackChildren, type KeptImages } from "./ecs";
export { LocalApp, type LocalAppArgs, type LocalAppTransforms } from "./local";
export type { KeptRelease } from "./targets";
