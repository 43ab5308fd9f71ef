/** What a stack of the target beanstalk ships to its environments, and what it tells them. */
import type { SettingsInput } from "../../../components";
import { registerBeanstalk, type BeanstalkInput } from "../../unit/support/beanstalk";
import type { Registered } from "../../unit/support/resource-graph";
import type { Sample } from "./samples";

/** What an environment is told and runs. */
export interface Shipped {
  /** The bundle. */
  file: string;
  /** Environment properties, and what its secrets hold. */
  variables: Record<string, string>;
}

/**
 * What a stack of the target ships to each of its environments.
 *
 * @param folder where the bundles stay
 * @param provided what stands for databases and brokers: environment variable -> URL
 */
export async function shipped(
  sample: Sample,
  beanstalk: BeanstalkInput,
  provided: Record<string, string>,
  folder: string,
  more: Partial<SettingsInput> = {},
): Promise<{ web: Shipped; worker: Shipped | undefined; release: string }> {
  const input: SettingsInput = { ...sample.settings, ...more, targets: ["beanstalk"], beanstalk };
  const { registered, outputs } = await registerBeanstalk(input, { folder });
  const environment = (role: "web" | "worker"): Shipped | undefined => {
    const bundle = registered.find(({ name }) => name.endsWith(`-bundle-${role}`));
    const inputs = registered.find(({ name }) => name.endsWith(`-environment-${role}-environment`))?.inputs;
    if (bundle === undefined || inputs === undefined) return undefined;
    const { path: file } = bundle.inputs["source"] as { path: string };
    return { file, variables: { ...variablesOf(inputs, registered), ...provided } };
  };
  const web = environment("web");
  if (web === undefined) throw new Error("The program registers no environment for the web process.");
  return { web, worker: environment("worker"), release: String(outputs["release"]) };
}

interface Setting {
  namespace: string;
  name: string;
  value: string;
}

function variablesOf(inputs: Record<string, unknown>, registered: readonly Registered[]): Record<string, string> {
  const settings = inputs["settings"] as Setting[];
  const of = (namespace: string): Setting[] => settings.filter((setting) => setting.namespace.endsWith(namespace));
  const secret = (arn: string): string => {
    const name = arn.slice(arn.lastIndexOf(":") + 1).replace(/-secret$/, "");
    const version = registered.find((one) => one.name === `${name}-version`);
    return (version?.inputs["secretString"] as { value: string }).value;
  };
  return Object.fromEntries([
    ...of(":application:environment").map(({ name, value }) => [name, value]),
    ...of(":application:environmentsecrets").map(({ name, value }) => [name, secret(value)]),
  ]) as Record<string, string>;
}
