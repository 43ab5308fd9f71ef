/** A stack of the target beanstalk without an engine: what it registers, for any config. */
import { BeanstalkStack, type BeanstalkStackArgs, type SettingsInput } from "../../../components";
import { HELLO as ECS_HELLO, SHOP as ECS_SHOP } from "./ecs";
import { registerStack, type RegisteredStack } from "./registered-stack";

/** An application with everything. */
export const SHOP: SettingsInput = { ...ECS_SHOP, targets: ["beanstalk"] };

/** An application that is only web. */
export const HELLO: SettingsInput = { ...ECS_HELLO, targets: ["beanstalk"] };

export type BeanstalkInput = NonNullable<SettingsInput["beanstalk"]>;

/** What the stack registers, also as text without account, region, versions and times. */
export async function registerBeanstalk(
  input: SettingsInput,
  more: Partial<BeanstalkStackArgs> = {},
): Promise<RegisteredStack> {
  const { text, ...rest } = await registerStack("beanstalk", input, ({ settings, workload, secrets, folder }) => {
    const stack = new BeanstalkStack(settings.app.name, {
      workload,
      environment: settings.environment,
      beanstalk: settings.beanstalk,
      secrets,
      secretNames: Object.keys(settings.secrets).sort(),
      longestEta: settings.processes.worker?.longestEta ?? 0,
      folder,
      ...more,
    });
    const { url, release, environments, versions, database, queues, dashboard } = stack;
    return { url, release, environments, versions, database, queues, dashboard };
  });
  const plain = text
    .replaceAll(/-\d{8}-\d{6}\b/g, "-<time>")
    .replaceAll(/\b(web|worker)-[0-9a-f]{12}\.zip\b/g, "$1-<digest>.zip");
  return { ...rest, text: plain };
}
