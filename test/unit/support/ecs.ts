/** A stack of the target ecs without an engine: what it registers, for any config. */
import * as path from "node:path";
import { EcsStack, type EcsStackArgs, type SettingsInput } from "../../../components";
import { packageRoot } from "../../../components/package-root";
import { registerStack, type RegisteredStack } from "./registered-stack";
import type { Registered } from "./resource-graph";

/** Part of every secret that a test gives: it must not be seen anywhere. */
export const CANARY = "canary-canary";

const SAMPLES = path.join(packageRoot, "test", "apps", "fixtures", "own");

/** An application with everything. */
export const SHOP: SettingsInput = {
  app: {
    name: "shop",
    source: path.join(SAMPLES, "factory-requirements"),
    entry: "shop:create_app",
    celery: "shop.worker:celery",
    migrate: "flask db upgrade",
    seed: "flask seed",
    health: { live: "/healthz", ready: "/readyz" },
    variables: { database: "DATABASE_URL", resultBackend: "CELERY_RESULT_BACKEND" },
  },
  processes: { web: { count: 2 }, worker: { count: 1 }, beat: {} },
  env: { GREETING: "hello" },
  secrets: { API_TOKEN: CANARY, MAIL_PASSWORD: `${CANARY}-2` },
  targets: ["ecs"],
};

/** An application that is only web. */
export const HELLO: SettingsInput = {
  app: { name: "shop", source: path.join(SAMPLES, "module-app"), entry: "app:app" },
  targets: ["ecs"],
};

export type EcsInput = NonNullable<SettingsInput["ecs"]>;

/** What the stack registers. */
export async function registerEcs(input: SettingsInput, more: Partial<EcsStackArgs> = {}): Promise<Registered[]> {
  return (await registerWithText(input, more)).registered;
}

/** What the stack registers, also as text without account, region, versions and times. */
export async function registerWithText(
  input: SettingsInput,
  more: Partial<EcsStackArgs> = {},
): Promise<RegisteredStack> {
  const { text, ...rest } = await registerStack("ecs", input, ({ settings, workload, secrets, folder }) => {
    const stack = new EcsStack(settings.app.name, {
      workload,
      environment: settings.environment,
      ecs: settings.ecs,
      secrets,
      secretNames: Object.keys(settings.secrets).sort(),
      longestEta: settings.processes.worker?.longestEta ?? 0,
      folder,
      ...more,
    });
    const { url, release, cluster, services, definitions, images, database, queues, jobsGroup, dashboard } = stack;
    return { url, release, cluster, services, definitions, images, database, queues, jobsGroup, dashboard };
  });
  const plain = text
    .replaceAll(/-\d{8}-\d{6}\b/g, "-<time>")
    .replaceAll(/images\/(web|worker)-[0-9a-f]{12}\b/g, "images/$1-<digest>");
  return { ...rest, text: plain };
}
