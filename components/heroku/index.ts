export { Addons } from "./addons";
export { HerokuStack } from "./heroku-stack";
export { Pipeline } from "./pipeline";
export { Release } from "./release";
export { reviewAppFiles } from "./review-app";
export type {
  AddonsArgs,
  AddonsChildren,
  HerokuStackArgs,
  HerokuStackChildren,
  KeptSlug,
  PipelineArgs,
  PipelineChildren,
  ReleaseArgs,
  ReleaseChildren,
} from "./args";
