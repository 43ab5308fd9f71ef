/** Starts simulated clouds for an engine to attach to. */
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { serve } from "../protocol/serve";
import { Calls, type Call, type OnCall } from "./calls";
import { Faults, parseFault } from "./faults";
import { thingOf, type Given } from "./given";
import type { Cloud, Thing } from "./model";
import { References } from "./references";
import { serviceOf } from "./server";
import { Simulation, type World } from "./simulation";
import { siteOf } from "./site";
import { Store, type Origin } from "./store";

/** The account that everything is in, as AWS's own examples have it. */
export const ACCOUNT = "123456789012";

/** How clouds are simulated. */
export interface WorldOptions {
  /** Folder that holds what exists in the clouds; nobody else may read it. */
  folder: string;
  clouds: readonly Cloud[];
  /** Faults as `<kind>:<operation>[:<type>][:<nth>]`. @default none */
  faults?: readonly string[];
  /** What is in the account already, if the folder is new. @default nothing */
  given?: readonly Given[];
  /** Region of what is there already. @default `us-east-1` */
  region?: string;
  /** Host and port of a real registry that stands for the cloud's own. @default images are only named */
  registry?: string;
  /** Told of each call before it is made. */
  onCall?: OnCall;
}

/** What exists, with where it comes from. */
export type Existing = Thing & { origin: Origin; urn?: string };

/** A world of simulated clouds, and how to look into it. */
export interface OpenWorld {
  world: World;
  simulations: Simulation[];
  things: () => Existing[];
}

/**
 * Opens what simulated clouds share, and makes it where the folder is new.
 *
 * @throws Error for a fault or something given that cannot be
 */
export function openWorld({ folder, clouds, registry, onCall, ...options }: WorldOptions): OpenWorld {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const references = new References(clouds);
  const store = new Store(folder, (thing) => references.linksOf(thing));
  const types = clouds.flatMap(({ models, lookups }) => [
    ...models.map(({ type }) => type),
    ...lookups.map(({ token }) => token),
  ]);
  const faults = new Faults((options.faults ?? []).map((text) => parseFault(text, types)));
  const calls = new Calls(path.join(folder, "calls.jsonl"), faults, onCall);
  const shared = { account: ACCOUNT, ...(registry !== undefined && { registry }) };
  const region = options.region ?? "us-east-1";
  if (store.all().length === 0) {
    const site = siteOf(store, { ...shared, region });
    for (const given of options.given ?? []) store.add(thingOf(given, clouds, site), "given");
  }
  const world: World = { store, calls, references, region, refusals: [], ...shared };
  const things = (): Existing[] =>
    store.all().map((thing) => {
      const urn = store.urnOf(thing);
      return { ...thing, origin: store.originOf(thing) ?? "cloud", ...(urn !== undefined && { urn }) };
    });
  return { world, simulations: clouds.map((cloud) => new Simulation(cloud, world)), things };
}

/** Simulated clouds that serve. */
export interface Rehearsal {
  /** Value of `PULUMI_DEBUG_PROVIDERS` for an engine that is to use them: `aws:4711,docker:4712`. */
  debugProviders: string;
  /** Every call so far. */
  calls: readonly Call[];
  /** Everything that exists now. */
  things: () => Existing[];
  /** What the clouds share; to look into, and to change behind the program's back. */
  world: World;
  /** Ends the servers; what exists stays on disk. */
  close: () => void;
}

/** Serves simulated clouds on free loopback ports. @throws as {@link openWorld} */
export async function startRehearsal(options: WorldOptions): Promise<Rehearsal> {
  const { world, simulations, things } = openWorld(options);
  const serving = await Promise.all(simulations.map((simulation) => serve(serviceOf(simulation))));
  const names = simulations.map(({ cloud }, at) => `${cloud.plugin ?? cloud.name}:${serving[at]?.port ?? 0}`);
  return {
    debugProviders: names.join(","),
    calls: world.calls.made,
    things,
    world,
    close: () => {
      for (const each of serving) each.close();
    },
  };
}
