/** Slipway for scripts: everything that the command line does, as typed functions. */
export { destroy, outputs, preview, refresh, up } from "./deployments";
export type { Deployment, DestroyOptions, Removal, StackOptions, UpOptions } from "./deployments";
export { render, type RenderOptions } from "./render";
export { exec, hasOperations, keepsData, logs, purge, releases, releaseToPutBack, status, stop } from "./running";
export type { StackRef } from "./running";
export type { LogOptions, ProcessStatus, ReleaseInfo, Status } from "./target";
export { readSettings, removeConfig, setConfig, setSecretConfig, type ConfigKey } from "./configuration";
export { rehearse, type RehearseOptions } from "./rehearsal/rehearse";
export type { ExistingThing, RehearsalReport, RehearsalStep } from "./rehearsal/report";
export { defaultStack, stackNames } from "./stacks";
export { EXIT, SlipwayError } from "./errors";
export { ConfigError, type Fault } from "../components/config";
export type { Diagnostic, PropertyChange, ResourceChange } from "./engine/changes";
export type { OperationOptions, OperationResult, Progress } from "./engine/operations";
