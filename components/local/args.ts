import type * as pulumi from "@pulumi/pulumi";
import type * as host from "../../providers/host/resources";
import type { Workload } from "../app";
import type { Settings } from "../config";
import type { Wrapped } from "./resources";

/** Arguments of `LocalApp`. */
export interface LocalAppArgs {
  /** The application, as `describeWorkload` returns it. */
  workload: Workload;
  /** Secret environment variables of the application. @default none */
  secrets?: pulumi.Input<Record<string, string>>;
  /** Where and with what it runs on this machine. */
  local: Settings["local"];
  /**
   * Folder that holds everything of this deployment: releases, virtual environments, data, logs. Made with mode 0700.
   * Absolute.
   */
  root: string;
  /** True leaves the database as it is, as a rollback to an older release must. @default false */
  keepDatabase?: boolean;
  /** Changes to single children before they are made. @default none */
  transform?: LocalAppTransforms;
}

/** Changes the arguments and options of one child in place. */
export type Transform<T> = (args: Wrapped<T>, opts: pulumi.CustomResourceOptions) => void;

/** The children of a `LocalApp` by role, with what each is made from. */
export interface Children {
  secretKey: host.SecretInputs;
  tools: host.VirtualenvInputs;
  supervisor: host.SupervisorInputs;
  broker: host.BrokerInputs;
  release: host.ReleaseInputs;
  virtualenv: host.VirtualenvInputs;
  preflight: host.PreflightInputs;
  migrate: host.JobInputs;
  seed: host.JobInputs;
  /** What the state says of the database. */
  schema: pulumi.StashArgs;
  worker: host.ProgramInputs;
  web: host.ProgramInputs;
  beat: host.ProgramInputs;
}

/** One transform for each child, by its role. */
export type LocalAppTransforms = { [Role in keyof Children]?: Transform<Children[Role]> };
