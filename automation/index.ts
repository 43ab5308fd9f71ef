/** Slipway for scripts: everything that the command line does, as typed functions. */
export { destroy, drift, outputs, preview, refresh, up } from "./deployments";
export type { Deployment, DestroyOptions, Removal, StackOptions, UpOptions } from "./deployments";
export { exec, hasOperations, logs, migrate, purge, releases, releaseToPutBack, status, stop } from "./running";
export type { OlderRelease, StackRef } from "./running";
export type { LogOptions, ProcessStatus, ReleaseInfo, Status } from "./target";
export { readSettings, removeConfig, setConfig, setSecretConfig, type ConfigKey } from "./configuration";
export { rehearse, type RehearseOptions } from "./rehearsal/rehearse";
export type { ExistingThing, RehearsalReport, RehearsalStep } from "./rehearsal/report";
export { commentHtml, commentMarkdown, postComment, stackReports } from "./comment";
export type { CommentFormat, PostedComment, PullRequestOptions, ReportOptions, StackReport } from "./comment";
export { loadTest, type LoadOptions } from "./load/test";
export type { Limit, LoadReport } from "./load/report";
export { renderCompose } from "./render/compose";
export type { Rendered, RenderOptions } from "./render/output";
export { renderProcfile } from "./render/procfile";
export { renderRepository, type RepositoryOptions } from "./render/repository";
export {
  doctor,
  type DoctorOptions,
  type Finding,
  type Group as FindingGroup,
  type State as FindingState,
} from "./doctor";
export { drawStack, mermaidOf, svgOf, type DrawOptions, type Drawing } from "./graph";
export { scanImages, type ScannedImage, type ScanOptions, type Severity } from "./scan";
export { defaultStack, stackNames } from "./stacks";
export { EXIT, SlipwayError } from "./errors";
export { ConfigError, type Fault } from "../components/config";
export type { Diagnostic, PropertyChange, ResourceChange } from "./engine/changes";
export type { OperationOptions, OperationResult, Progress } from "./engine/operations";
