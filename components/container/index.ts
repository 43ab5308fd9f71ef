export { ContainerService } from "./service";
export { Task } from "./task";
export { TaskRunner } from "./runner";
export type {
  ContainerHost,
  HealthCheck,
  ServiceArgs,
  ServiceChildren,
  StorageChildren,
  TaskArgs,
  TaskChildren,
} from "./args";
export type { RunArgs, TaskRunnerArgs, TaskRunnerChildren } from "./runner-args";
export { CONTAINER } from "./definition";
