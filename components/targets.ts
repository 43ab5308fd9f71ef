/** The targets of this version: each turns a workload into resources and says what the stack exports. */
import type { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Revision, Workload } from "./app";
import { awsFaults, awsProvider } from "./aws-provider";
import { BeanstalkStack, type KeptVersions } from "./beanstalk";
import type { Fault, Settings, TargetName } from "./config";
import { EcsStack, type KeptImages } from "./ecs";
import { HerokuStack, type KeptSlug } from "./heroku";
import { herokuProvider } from "./heroku-provider";
import { LocalApp } from "./local";

/** A release that a target keeps as it was built, by the form in which it does. */
export type KeptRelease = KeptImages | KeptVersions | KeptSlug;

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
  /** That release, where a target keeps it as it was built. */
  reuse?: KeptRelease;
  /** What its migrations make of the database, where the source here does not say it. */
  revisions?: readonly Revision[];
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
  faults: (config, stack) => awsFaults("ecs", config, process.env, stack),
  deploy(deployment) {
    const { settings, workload, reuse, revisions } = deployment;
    const app = new EcsStack(
      workload.name,
      {
        ecs: settings.ecs,
        ...onAws(deployment),
        ...(reuse?.kind === "images" && { reuse, ...(revisions && { revisions }) }),
      },
      { providers: [provider("aws", deployment, settings.ecs.tags)] },
    );
    const { url, release, cluster, services, definitions, images, database, queues, jobsGroup, dashboard } = app;
    const always = { url, release, cluster, services, definitions, images, database, queues };
    return { ...always, ...(jobsGroup && { jobsGroup }), ...(dashboard && { dashboard }) };
  },
};

const heroku: Target = {
  deploy({ settings, config, workload, secrets, folder, rollback, reuse, revisions }) {
    const provider = herokuProvider(config);
    const stack = new HerokuStack(
      workload.name,
      {
        workload,
        heroku: settings.heroku,
        secrets,
        folder,
        keepDatabase: rollback,
        ...(reuse?.kind === "slug" && { reuse }),
        ...(revisions && { revisions }),
      },
      { providers: [provider] },
    );
    const { url, release, app, appId, releaseId, slugId, domains, pipelineId } = stack;
    return { url, release, app, appId, releaseId, slugId, domains, ...(pipelineId && { pipelineId }) };
  },
};

const beanstalk: Target = {
  faults: (config, stack) => awsFaults("beanstalk", config, process.env, stack),
  deploy(deployment) {
    const { settings, workload, reuse } = deployment;
    const app = new BeanstalkStack(
      workload.name,
      { beanstalk: settings.beanstalk, ...onAws(deployment), ...(reuse?.kind === "versions" && { reuse }) },
      { providers: [provider("aws-beanstalk", deployment, settings.beanstalk.tags)] },
    );
    const { url, release, environments, versions, database, queues, dashboard } = app;
    return { url, release, environments, versions, database, queues, ...(dashboard && { dashboard }) };
  },
};

/** What every target on AWS is told. */
function onAws({ settings, workload, secrets, folder, rollback }: Deployment) {
  return {
    workload,
    environment: settings.environment,
    secrets,
    secretNames: Object.keys(settings.secrets).sort(),
    longestEta: settings.processes.worker?.longestEta ?? 0,
    folder,
    keepDatabase: rollback,
  };
}

/** The provider of a target, which tags what it makes. */
function provider(
  name: string,
  { config, stack, workload }: Deployment,
  own: Readonly<Record<string, string>>,
): Provider {
  const tags = {
    ...own,
    "slipway:project": pulumi.getProject(),
    "slipway:stack": stack,
    "slipway:app": workload.name,
  };
  return awsProvider(name, config, process.env, tags);
}

/** The targets that exist, by their name in the config. */
export const targets: Readonly<Partial<Record<TargetName, Target>>> = { local, heroku, beanstalk, ecs };

/** Names of the targets that exist. */
export const availableTargets = Object.keys(targets) as TargetName[];
