/** Finds things by type, by what their outputs say, and by what they refer to. */
import type { Thing } from "./model";
import { valuesAt } from "./paths";

const NONE: ReadonlySet<Thing> = new Set();

export class Index {
  private readonly byType = new Map<string, Set<Thing>>();
  /** Type -> property -> value -> things; a property is indexed when it is first asked for. */
  private readonly byProperty = new Map<string, Map<string, Map<string, Set<Thing>>>>();
  private readonly byLink = new Map<string, Set<Thing>>();
  /** What each thing was indexed under, so that it is found again when it has changed. */
  private readonly links = new Map<Thing, readonly string[]>();

  constructor(private readonly linksOf: (thing: Thing) => readonly string[]) {}

  ofType(type: string): ReadonlySet<Thing> {
    return this.byType.get(type) ?? NONE;
  }

  matching(type: string, property: string, value: unknown): ReadonlySet<Thing> {
    const key = keyOf(value);
    return key === undefined ? NONE : (this.indexOf(type, property).get(key) ?? NONE);
  }

  holders(key: string): ReadonlySet<Thing> {
    return this.byLink.get(key) ?? NONE;
  }

  add(thing: Thing): void {
    put(this.byType, thing.type, thing);
    for (const [property, index] of this.byProperty.get(thing.type) ?? []) enter(index, property, thing);
    const links = this.linksOf(thing);
    this.links.set(thing, links);
    for (const link of links) put(this.byLink, link, thing);
  }

  /** Has to be called before a thing changes, too. */
  remove(thing: Thing): void {
    this.byType.get(thing.type)?.delete(thing);
    for (const [property, index] of this.byProperty.get(thing.type) ?? []) {
      for (const key of keysOf(thing, property)) index.get(key)?.delete(thing);
    }
    for (const link of this.links.get(thing) ?? []) this.byLink.get(link)?.delete(thing);
    this.links.delete(thing);
  }

  private indexOf(type: string, property: string): Map<string, Set<Thing>> {
    const ofType = this.byProperty.get(type) ?? new Map<string, Map<string, Set<Thing>>>();
    this.byProperty.set(type, ofType);
    let index = ofType.get(property);
    if (index === undefined) {
      index = new Map();
      for (const thing of this.ofType(type)) enter(index, property, thing);
      ofType.set(property, index);
    }
    return index;
  }
}

function enter(index: Map<string, Set<Thing>>, property: string, thing: Thing): void {
  for (const key of keysOf(thing, property)) put(index, key, thing);
}

function keysOf(thing: Thing, property: string): string[] {
  const values = property === "id" ? [thing.id] : valuesAt(thing.outputs, property);
  return values.map(keyOf).filter((key) => key !== undefined);
}

/** Only plain values name things. */
function keyOf(value: unknown): string | undefined {
  return ["string", "number", "boolean"].includes(typeof value) ? `${typeof value} ${String(value)}` : undefined;
}

function put(map: Map<string, Set<Thing>>, key: string, thing: Thing): void {
  const things = map.get(key) ?? new Set<Thing>();
  map.set(key, things.add(thing));
}
