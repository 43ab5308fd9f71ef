/** Slipway for scripts: everything that the command line does, as typed functions. */
export { destroy, drift, outputs, preview, refresh, up } from "./deployments";
export type { ChangeOptions, Deployment, DestroyOptions, Removal, StackOptions, UpOptions } from "./deployments";
export { exec, hasOperations, logs, migrate, purge, releases, status, stop } from "./running";
export type { StackQuery, StackRef } from "./running";
export { promote, type PromoteOptions, type Promotion } from "./releases/promote";
export { releaseToPutBack, type OlderRelease, type PutBackOptions } from "./releases/put-back";
export { rollback, type Rollback, type RollbackOptions } from "./releases/rollback";
export type { LogOptions, ProcessStatus, ReleaseInfo, Status } from "./target";
export { backup, backups, lastRestoreTest, restore, restoreTest } from "./backup";
export type { Backup, BackupKind, BackupOptions, Contents, MadeBackup, PassedRestoreTest } from "./backup";
export type { Restored, RestoreCheck, RestoreOptions, RestoreTest } from "./backup";
export { readSettings, removeConfig, setConfig, setSecretConfig, type ConfigKey } from "./configuration";
export { pulumiEnvironment } from "./environment";
export { explainKeys, stackFileSchema, type KeyRow } from "../components/config/explain";
export { rehearse, type RehearseOptions } from "./rehearsal/rehearse";
export type { ExistingThing, RehearsalReport, RehearsalStep } from "./rehearsal/report";
export { commentHtml, commentMarkdown, postComment, postNote, readReports, stackReports } from "./comment";
export type { CommentFormat, PostedComment, PullRequestOptions, ReportOptions, StackReport } from "./comment";
export { init, type Initialised, type InitOptions } from "./init";
export { initCi, type CiOptions, type CiProvider } from "./init/ci";
export { loadTest, writeLoadScenario, type LoadOptions } from "./load/test";
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
export { EXIT, kindOf, SlipwayError, type ExitName } from "./errors";
export type { Stoppable } from "./stopping";
export type { SlipwayEvent } from "./events";
export { ConfigError, type Fault } from "../components/config";
export type { Diagnostic, PropertyChange, ResourceChange } from "./engine/changes";
export type { OperationOptions, OperationResult, Progress } from "./engine/operations";
