/** What a model sees of the cloud that it is in. */
import type { Site } from "./model";
import type { Store } from "./store";

/** Where a call is made. */
export interface Whereabouts {
  region: string;
  account: string;
  /** Host and port of a real registry. */
  registry?: string;
}

/** The site of a call; what it adds, changes and removes is kept. */
export function siteOf(store: Store, where: Whereabouts): Site {
  return {
    ...where,
    partition: partitionOf(where.region),
    all: (type) => store.all(type),
    find: (type, property, value) => store.find(type, property, value),
    fresh: (length, alphabet) => store.fresh(length, alphabet),
    next: (series) => store.next(series),
    add: (thing) => {
      store.add(thing, "cloud");
    },
    change: (thing, outputs) => {
      store.change(thing, { outputs: { ...thing.outputs, ...outputs } });
    },
    remove: (thing) => {
      store.remove(thing);
    },
  };
}

/** A site in which nothing is kept, for previews: numbers and texts that it gives out are used by nobody. */
export function previewSite(site: Site): Site {
  const nothing = (): void => undefined;
  return {
    ...site,
    fresh: (length, alphabet = "0") => alphabet.charAt(0).repeat(length),
    next: () => 0,
    add: nothing,
    change: nothing,
    remove: nothing,
  };
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
