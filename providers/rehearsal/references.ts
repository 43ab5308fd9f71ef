/** References between things: what is named has to be there, and stays while it is named. */
import type { Cloud, Model, Reference, Thing, Values } from "./model";
import { valuesAt } from "./paths";
import { Refused, titleOf } from "./refusals";
import type { Store } from "./store";

/** The references of every type, by what they name. */
export class References {
  private readonly models: ReadonlyMap<string, Model>;
  /** Type that is named -> outputs that it is named by. */
  private readonly names = new Map<string, Set<string>>();

  constructor(clouds: readonly Cloud[]) {
    const models = clouds.flatMap((cloud) => cloud.models);
    this.models = new Map(models.map((model) => [model.type, model]));
    for (const { to, by = "id" } of models.flatMap((model) => model.references ?? [])) {
      for (const type of to) this.names.set(type, (this.names.get(type) ?? new Set<string>()).add(by));
    }
  }

  /** What a thing refers to, as keys; see {@link References.holderOf}. */
  linksOf(thing: Thing): string[] {
    return (this.models.get(thing.type)?.references ?? []).flatMap((reference) =>
      namedBy(thing.inputs, reference).flatMap((value) =>
        reference.to.map((type) => linkOf(type, reference.by ?? "id", value)),
      ),
    );
  }

  /** @throws Refused when something is named that is not there */
  check(model: Model, inputs: Values, store: Store): void {
    for (const reference of model.references ?? []) {
      const { property, to, by = "id", missing } = reference;
      for (const value of namedBy(inputs, reference)) {
        if (to.some((type) => store.find(type, by, value) !== undefined)) continue;
        const message = `${property} names the ${to.map(titleOf).join(" or ")} '${String(value)}', which does not exist`;
        throw new Refused(message, missing, ruleOf(model, reference));
      }
    }
  }

  /** @throws Refused when something that is there refers to the thing, and the cloud minds */
  release(thing: Thing, store: Store): void {
    for (const by of this.names.get(thing.type) ?? []) {
      const values = by === "id" ? [thing.id] : valuesAt(thing.outputs, by);
      for (const value of values) {
        // Another revision, or a replacement under the same name, takes the place of the one that goes.
        if (store.matching(thing.type, by, value).size > 1) continue;
        for (const holder of store.holders(linkOf(thing.type, by, value))) this.letGo(thing, value, by, holder);
      }
    }
  }

  private letGo(thing: Thing, value: unknown, by: string, holder: Thing): void {
    const model = this.models.get(holder.type);
    if (model === undefined || holder === thing) return;
    const found = (model.references ?? []).find(
      (each) =>
        each.holds !== undefined &&
        each.to.includes(thing.type) &&
        (each.by ?? "id") === by &&
        namedBy(holder.inputs, each).includes(value),
    );
    if (found?.holds === undefined) return;
    const message = `'${thing.id}' is still in use by the ${titleOf(holder.type)} '${holder.id}' (${found.property})`;
    throw new Refused(message, found.holds, ruleOf(model, found));
  }
}

function namedBy(inputs: Values, { property, except, names }: Reference): unknown[] {
  const all = names?.(inputs) ?? valuesAt(inputs, property);
  return all.filter((value) => value !== "" && except?.test(String(value)) !== true);
}

function linkOf(type: string, by: string, value: unknown): string {
  return `${type} ${by} ${String(value)}`;
}

function ruleOf(model: Model, { property }: Reference): string {
  return `ref:${model.type}.${property}`;
}
