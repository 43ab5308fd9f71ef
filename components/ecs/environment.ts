/** What the containers of an application are told: plain variables, secrets by reference, and what they may do. */
import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../app";
import type { Binding } from "../binding";
import type { TaskArgs } from "../container";
import type { StoredSecret } from "../secrets";

/** What every container of an application has in common. */
export type AppBinding = Required<Pick<TaskArgs, "environment" | "secrets" | "statements">>;

/** The secrets of an application. */
export interface AppSecrets {
  /** The generated signing key. */
  key: StoredSecret;
  /** The application's own, as a JSON object; absent where it has none. */
  own: StoredSecret | undefined;
  /** Names of the application's own. */
  names: readonly string[];
}

/** Binds an application to what its stack provides. */
export function bindTasks(
  workload: Workload,
  bindings: readonly Binding[],
  { key, own, names }: AppSecrets,
): AppBinding {
  const secrets: AppBinding["secrets"] = {};
  if (own !== undefined) for (const name of names) secrets[name] = keyOf(own, name);
  const environment: AppBinding["environment"] = { ...workload.environment };
  for (const binding of bindings) {
    Object.assign(environment, binding.environment);
    Object.assign(secrets, binding.secrets);
  }
  secrets[workload.variables.secretKey] = key.arn;
  return { environment, secrets, statements: bindings.flatMap(({ statements }) => statements) };
}

/**
 * How ECS names one key of a secret, in the version that this release was made with: another text is another version,
 * and replaces the tasks that have the old one.
 */
function keyOf({ arn, version }: StoredSecret, name: string): pulumi.Output<string> {
  return pulumi.interpolate`${arn}:${name}::${version}`;
}
