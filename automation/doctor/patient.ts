/** What checks ask of a stack, each thing found out once however many ask for it. */
import { regionOf } from "../../components/aws-provider";
import type { Settings } from "../../components/config";
import { readSettings } from "../configuration";
import type { AwsAccess } from "../aws/access";
import { configOf, plainConfigOf } from "../engine/config-values";
import { programOf } from "../engine/program";
import { placeOf, type StackPlace } from "../engine/project";
import { NotDeployedError, openStack, type OpenStack } from "../engine/stack";
import { stateOf, type StateEntry } from "../engine/state";
import { SlipwayError } from "../errors";
import type { StackRef } from "../operations";
import { rehearsedResources } from "../rehearsal/state";

/** What a stack is made of. */
export interface Anatomy {
  resources: readonly StateEntry[];
  /** True when nothing is known to be deployed, and this is what a rehearsal has made. */
  rehearsed: boolean;
  /** Why it is not known what is deployed. */
  unread?: Error;
}

/** A stack that is looked at. */
export interface Patient {
  ref: StackRef;
  place: StackPlace;
  /** @throws ConfigError with every fault */
  settings: () => Settings;
  /** Values of the config below a namespace, decrypted: `namespace:key` -> text. @throws SlipwayError */
  config: (namespace: string) => Promise<Readonly<Record<string, string>>>;
  /** By the last deployment, else by the last rehearsal. @throws SlipwayError (state) where there is neither */
  anatomy: () => Promise<Anatomy>;
  /** By the last deployment. @throws SlipwayError (state) where there was none */
  deployed: () => Promise<readonly StateEntry[]>;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** How its AWS is reached. @throws SlipwayError (config) without a region */
  aws: () => Promise<AwsAccess>;
}

/** The stack as it is on this machine and in its backend. */
export function patientOf(ref: StackRef): Patient {
  const place = placeOf(ref.stack, ref.project);
  const settings = once(() => readSettings(ref.stack, ref.project));
  const open = once(() => openStack(place, programOf(place), () => undefined, false));
  const config = async (namespace: string): Promise<Readonly<Record<string, string>>> =>
    plainConfigOf(place, namespace) ?? configOf(await open(), namespace);
  const anatomy = once(() => anatomyOf(place, open));
  return {
    ref,
    place,
    now: Date.now,
    settings,
    config,
    anatomy,
    deployed: async () => {
      const { resources, rehearsed, unread } = await anatomy();
      if (rehearsed) throw unread ?? new NotDeployedError(place);
      return resources;
    },
    aws: once(async () => accessOf(place, await config("aws"))),
  };
}

async function anatomyOf(place: StackPlace, open: () => Promise<OpenStack>): Promise<Anatomy> {
  let unread: Error | undefined;
  try {
    const { resources } = await stateOf(await open());
    if (resources.length > 0) return { resources, rehearsed: false };
  } catch (error) {
    if (!(error instanceof NotDeployedError)) unread = error as Error;
  }
  const resources = rehearsedResources(place);
  if (resources.length === 0) throw unread ?? new NotDeployedError(place);
  return { resources, rehearsed: true, ...(unread && { unread }) };
}

async function accessOf({ stack }: StackPlace, config: Readonly<Record<string, string>>): Promise<AwsAccess> {
  if (regionOf(config, process.env) === undefined) {
    const mend = `add the line "aws:region: <region>" below "config:" in Pulumi.${stack}.yaml`;
    throw new SlipwayError("config", "There is no region for AWS.", mend);
  }
  // The clients of AWS are loaded only when one is asked.
  const { awsAccess } = await import("../aws/access");
  return awsAccess(config, process.env);
}

/** A function that is called once; what it gave, or threw, is given again. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | { error: unknown } | undefined;
  return () => {
    if (made === undefined) {
      try {
        made = { value: make() };
      } catch (error) {
        made = { error };
      }
    }
    if ("error" in made) throw made.error;
    return made.value;
  };
}
