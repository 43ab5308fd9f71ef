/** The targets of this version: each turns a workload into resources and says what the stack exports. */
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "./app";
import type { Settings, TargetName } from "./config";
import { LocalApp } from "./local";

/** What a target is given. */
export interface Deployment {
  settings: Settings;
  workload: Workload;
  /** Secret environment variables of the application. */
  secrets: pulumi.Output<Record<string, string>>;
  /** Folder of this stack on the machine that runs the program. Absolute. */
  folder: string;
  /** True when an older release is put back: what only goes forward, such as the database, stays. */
  rollback: boolean;
}

/** Makes the resources of one target and returns what the stack exports for it. */
export type Target = (deployment: Deployment) => Record<string, pulumi.Output<unknown>>;

const local: Target = ({ settings, workload, secrets, folder, rollback }) => {
  const app = new LocalApp(workload.name, {
    workload,
    secrets,
    local: settings.local,
    root: folder,
    keepDatabase: rollback,
  });
  return { url: app.url, release: app.release, broker: app.broker, root: app.root };
};

/** The targets that exist, by their name in the config. */
export const targets: Readonly<Partial<Record<TargetName, Target>>> = { local };

/** Names of the targets that exist. */
export const availableTargets = Object.keys(targets) as TargetName[];
