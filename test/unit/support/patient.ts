/** A stack that `slipway doctor` looks at, as a test wants it. */
import { examine } from "../../../automation/doctor";
import type { Check, Finding } from "../../../automation/doctor/finding";
import type { Patient } from "../../../automation/doctor/patient";
import { awsAccess } from "../../../automation/aws/access";
import { placeOf } from "../../../automation/engine/project";
import { TABLES_DATE } from "../../../automation/doctor/support-dates";
import { NotDeployedError } from "../../../automation/engine/stack";
import type { StateEntry } from "../../../automation/engine/state";
import { checkSettings, TARGETS, type TargetName } from "../../../components/config";

export interface PatientOptions {
  targets?: TargetName[];
  environment?: "dev" | "prod";
  /** Sections of the stack file, over the least one. */
  sections?: object;
  /** Values of other namespaces: `namespace:key` -> text. */
  config?: Readonly<Record<string, string>>;
  resources?: readonly StateEntry[];
  /** @default false: the resources are deployed */
  rehearsed?: boolean;
  /** Folder of Pulumi.yaml. @default one that is not there */
  project?: string;
  /** Day that it is looked at. @default that of the tables of support dates */
  today?: string;
}

/** A stack `prod` with these resources; none when it is not deployed. */
export function patient(options: PatientOptions = {}): Patient {
  const { targets = ["ecs"], environment = "prod", sections, config = {}, resources, rehearsed = false } = options;
  const place = placeOf("prod", options.project ?? "/nowhere");
  const input = {
    app: { name: "shop", source: "app", entry: "shop:app", celery: "shop:celery" },
    processes: { web: {}, worker: {}, beat: {} },
    ...{ targets, environment },
    ...sections,
  };
  const anatomy = (): Promise<{ resources: readonly StateEntry[]; rehearsed: boolean }> =>
    resources === undefined ? Promise.reject(new NotDeployedError(place)) : Promise.resolve({ resources, rehearsed });
  return {
    ref: { stack: place.stack, project: place.project },
    place,
    now: () => Date.parse(options.today ?? TABLES_DATE),
    settings: () => checkSettings(input, { stack: place.stack, available: TARGETS }),
    config: (namespace) =>
      Promise.resolve(Object.fromEntries(Object.entries(config).filter(([key]) => key.startsWith(`${namespace}:`)))),
    anatomy,
    deployed: async () => {
      const known = await anatomy();
      if (known.rehearsed) throw new NotDeployedError(place);
      return known.resources;
    },
    aws: () => Promise.resolve(awsAccess(config, {})),
  };
}

/** What the checks with this name, or all of them, find. */
export async function found(
  checks: readonly Check[],
  of: Patient,
  name?: string,
): Promise<Pick<Finding, "state" | "found" | "mend">[]> {
  const chosen = checks.filter((check) => name === undefined || check.name === name);
  if (chosen.length === 0) throw new Error(`There is no check ${String(name)}.`);
  return examine(of, { tools: chosen });
}

/** A resource of the state; its name follows the type of its parent. */
export function resource(
  type: string,
  name: string,
  more: Partial<StateEntry> = {},
  frame = "ecs:EcsStack",
): StateEntry {
  return { type, urn: `urn:pulumi:prod::slipway::slipway:${frame}$${type}::${name}`, id: name, inputs: {}, ...more };
}

/** A value as an exported state has a secret. */
export function secret(value: unknown): object {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) };
}
