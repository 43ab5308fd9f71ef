/** The targets of this version: each turns a workload into resources and says what the stack exports. */
import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "./app";
import { awsFaults, awsProvider } from "./aws-provider";
import type { Fault, Settings, TargetName } from "./config";
import { EcsStack, type KeptImages } from "./ecs";
import { LocalApp } from "./local";

/** What a target is given. */
export interface Deployment {
  settings: Settings;
  /** The stack's whole config, as the engine gives it: `namespace:key` -> text. */
  config: Readonly<Record<string, string>>;
  /** Name of the stack. */
  stack: string;
  workload: Workload;
  /** Secret environment variables of the application. */
  secrets: pulumi.Output<Record<string, string>>;
  /** Folder of this stack on the machine that runs the program. Absolute. */
  folder: string;
  /** True when an older release is put back: what only goes forward, such as the database, stays. */
  rollback: boolean;
  /** Images of that release, where the target keeps images. */
  reuse?: KeptImages;
}

/** One way to run an application. */
export interface Target {
  /** What the target needs from config outside Slipway's own; every fault is found before a resource is made. */
  faults?(config: Deployment["config"], stack: string): Fault[];
  /** Makes the resources and returns what the stack exports. */
  deploy(deployment: Deployment): Record<string, pulumi.Output<unknown>>;
}

const local: Target = {
  deploy({ settings, workload, secrets, folder, rollback }) {
    const app = new LocalApp(workload.name, {
      workload,
      secrets,
      local: settings.local,
      root: folder,
      keepDatabase: rollback,
    });
    return { url: app.url, release: app.release, broker: app.broker, root: app.root };
  },
};

const ecs: Target = {
  faults: (config, stack) => awsFaults(config, process.env, stack),
  deploy({ settings, config, stack, workload, secrets, folder, rollback, reuse }) {
    const tags = {
      ...settings.ecs.tags,
      "slipway:project": pulumi.getProject(),
      "slipway:stack": stack,
      "slipway:app": workload.name,
    };
    const provider = awsProvider(config, process.env, tags);
    const app = new EcsStack(
      workload.name,
      {
        workload,
        environment: settings.environment,
        ecs: settings.ecs,
        secrets,
        secretNames: Object.keys(settings.secrets).sort(),
        longestEta: settings.processes.worker?.longestEta ?? 0,
        folder,
        keepDatabase: rollback,
        ...(reuse && { reuse }),
      },
      { providers: [provider] },
    );
    const { url, release, cluster, services, definitions, images, database, queues, jobsGroup, dashboard } = app;
    const always = { url, release, cluster, services, definitions, images, database, queues };
    return { ...always, ...(jobsGroup && { jobsGroup }), ...(dashboard && { dashboard }) };
  },
};

/** The targets that exist, by their name in the config. */
export const targets: Readonly<Partial<Record<TargetName, Target>>> = { local, ecs };

/** Names of the targets that exist. */
export const availableTargets = Object.keys(targets) as TargetName[];
