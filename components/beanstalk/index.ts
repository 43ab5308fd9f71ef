export { BeanstalkStack } from "./beanstalk-stack";
export { Environment } from "./environment";
export { Releases } from "./releases";
export { ServiceRole } from "./service-role";
export type {
  EnvironmentArgs,
  EnvironmentChildren,
  ReleasesArgs,
  ReleasesChildren,
  ServiceRoleArgs,
  ServiceRoleChildren,
} from "./args";
export type { BeanstalkStackArgs, BeanstalkStackChildren, KeptVersions } from "./stack-args";
