export { readSource } from "./read-source";
export { releaseTag } from "./release-tag";
export { supportsSoftShutdown } from "./celery-versions";
export { contentVersion, listSource, type SourceFile } from "./source";
export {
  bindEnvironment,
  describeWorkload,
  placeCommand,
  type Jobs,
  type Needs,
  type Process,
  type Provided,
  type Release,
  type Role,
  type Workload,
} from "./workload";
