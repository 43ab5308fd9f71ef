export { ContainerService } from "./service";
export { Task } from "./task";
export { TaskRunner } from "./runner";
export type {
  ContainerHost,
  HealthCheck,
  RunArgs,
  ServiceArgs,
  ServiceChildren,
  StorageChildren,
  TaskArgs,
  TaskChildren,
  TaskRunnerArgs,
  TaskRunnerChildren,
} from "./args";
