export { readSource } from "./read-source";
export { supportsSoftShutdown } from "./celery-versions";
export { procfile, shellWord, shellWords } from "./procfile";
export { readReleaseTag, releaseTag, type TaggedRelease } from "./release-tag";
export { headsOf, readSchema, revisionsBeyond, revisionsToTakeBack, type Revision } from "./schema";
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
