/** One simulated cloud at work: what its provider answers to each operation of the engine. */
import type { Calls } from "./calls";
import { topOf } from "../protocol/values";
import { DEFAULTS, changesBetween, likeInput, type Change } from "./differences";
import { checkInputs, isFilledIn, questionOf, withoutMarks, type Asked, type Checked } from "./inputs";
import { CloudError, type Cloud, type Lookup, type Model, type Question, type Rule, type Seconds } from "./model";
import type { Environment, Settings, Site, Thing, Values } from "./model";
import type { References } from "./references";
import { Refused, nameOf, type Operation, type Refusal } from "./refusals";
import { previewSite, siteOf, type Whereabouts } from "./site";
import type { Store } from "./store";

/** What the clouds of one rehearsal share. */
export interface World {
  store: Store;
  calls: Calls;
  references: References;
  account: string;
  registry?: string;
  /** Region of the cloud that has regions, for a provider that has none, such as docker. */
  region: string;
  /** Everything that was refused so far, by the clouds and by their providers. */
  refusals: Refusal[];
}

/** A resource that an operation is about. */
export interface Subject {
  type: string;
  urn: string;
  /** Blanks out what must not be told, in messages. @default nothing is secret */
  hide?: (message: string) => string;
}

/** A resource as the state has it. */
export interface Known extends Subject {
  id: string;
  outputs: Values;
}

/** What a provider finds when it compares. */
export interface Comparison {
  changes: Change[];
  /** True when the new one cannot be made while the old one is there. */
  deleteBeforeReplace: boolean;
}

const QUICK = 1;
const ID_LENGTH = 26;
const TAGS = "tags";

export class Simulation {
  private readonly models: ReadonlyMap<string, Model>;
  private readonly lookups: ReadonlyMap<string, Lookup>;

  constructor(
    readonly cloud: Cloud,
    private readonly world: World,
  ) {
    this.models = new Map(cloud.models.map((model) => [model.type, model]));
    this.lookups = new Map(cloud.lookups.map((lookup) => [lookup.token, lookup]));
  }

  /** @throws Error when nothing is known of the type */
  model(type: string): Model {
    const model = this.models.get(type);
    if (model === undefined) throw new Error(`the rehearsal has no model of ${type}`);
    return model;
  }

  /** @throws Error as the provider refuses its config */
  configure(config: Values, environment: Environment): Settings {
    const settings = this.cloud.configure?.(config, environment) ?? {};
    this.world.region = settings.region ?? this.world.region;
    return settings;
  }

  check({ type, urn, hide = asItIs }: Subject, asked: Asked, settings: Settings): Checked {
    const old = asked.olds === undefined ? undefined : this.world.store.madeFor(urn);
    const site = previewSite(this.site(settings, asked.inputs));
    const model = this.model(type);
    const checked = checkInputs(this.cloud, model, asked, { settings, site, ...(old !== undefined && { old }) });
    for (const { rule, reason } of checked.failures) {
      this.world.refusals.push({ operation: "check", type, name: asked.name, rule, message: hide(reason) });
    }
    return checked;
  }

  diff(type: string, olds: Values, news: Values): Comparison {
    const model = this.model(type);
    const changes = changesBetween(this.cloud, model, olds, news);
    const name = model.name?.property;
    // One name cannot be had twice; a name with a random end is another one each time.
    const isTaken =
      name !== undefined && news[name] !== undefined && !isFilledIn(news, name) && olds[name] === news[name];
    return { changes, deleteBeforeReplace: isTaken && changes.some(({ replaces }) => replaces) };
  }

  /** What is known of a new resource before it is made. */
  plan(type: string, inputs: Values, settings: Settings): Values {
    this.model(type);
    return { ...withoutMarks(inputs), ...this.cloud.following?.(type, inputs, settings) };
  }

  /** What is known of a changed resource before it is changed; `undefined` values are not. */
  planUpdate(subject: Known, inputs: Values, settings: Settings): Values {
    const { type, outputs } = subject;
    const model = this.model(type);
    const asked = questionOf(inputs, this.site(settings, inputs)).inputs;
    const old = this.own(subject);
    const changed =
      old === undefined ? {} : model.updated?.(asked, snapshot(old), previewSite(this.site(settings, asked)));
    const unknown = Object.keys(changed ?? {}).filter(
      (key) => JSON.stringify(changed?.[key]) !== JSON.stringify(outputs[key]),
    );
    const kept = Object.entries(outputs).filter(([key]) => !unknown.includes(key) && !this.isDropped(old, inputs, key));
    return { ...Object.fromEntries(kept), ...this.plan(type, inputs, settings) };
  }

  /** @throws Refused */
  create(subject: Subject, inputs: Values, settings: Settings): Promise<Thing> {
    const model = this.model(subject.type);
    const asked = this.asked(model, inputs);
    return this.call("create", subject, secondsOf(model.seconds.create, asked), (timedOut) => {
      const site = this.site(settings, asked);
      const question = questionOf(asked, site);
      this.refuse(model, question);
      const named = withName(model, asked, site);
      const { id, ...computed } = model.computed(named, site);
      const outputs = { ...this.plan(model.type, named, settings), ...computed, id };
      const thing = { type: model.type, id, inputs: asked, outputs };
      this.world.store.add(thing, "call", subject.urn);
      model.settled?.(thing, site);
      this.settle(model, question, thing, timedOut);
      return thing;
    });
  }

  /** @throws Refused */
  update(subject: Known, inputs: Values, settings: Settings): Promise<Thing> {
    const model = this.model(subject.type);
    const asked = this.asked(model, inputs);
    return this.call("update", subject, secondsOf(model.seconds.update, asked), (timedOut) => {
      const thing = this.own(subject);
      if (thing === undefined) throw new Refused(`'${subject.id}' does not exist`, "ResourceNotFound");
      const site = this.site(settings, asked);
      const old = snapshot(thing);
      const question = questionOf(asked, site, old);
      this.refuse(model, question);
      const kept = Object.entries(old.outputs).filter(([key]) => !this.isDropped(old, asked, key));
      const outputs = { ...Object.fromEntries(kept), ...this.plan(model.type, asked, settings) };
      this.world.store.change(thing, { inputs: asked, outputs: { ...outputs, ...model.updated?.(asked, old, site) } });
      model.settled?.(thing, site);
      this.settle(model, question, thing, timedOut);
      return thing;
    });
  }

  /** What is there; undefined when nothing is. Without inputs, as for an import, by the id alone. */
  read(subject: Known): Promise<Thing | undefined> {
    this.model(subject.type);
    return this.call("read", subject, 0, () => this.own(subject));
  }

  /**
   * The inputs that fit what is there now: those that the state has, changed where the thing has changed; those that it
   * was made from, where the state has none.
   */
  inputsNow(thing: Thing, inputs: Values): Values {
    if (Object.keys(inputs).length === 0) return { ...thing.inputs, [DEFAULTS]: [] };
    const model = this.model(thing.type);
    const now = Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [
        key,
        // Nothing but what is asked for is among the tags: one more is a change.
        key === TAGS ? thing.outputs[key] : likeInput(value, thing.outputs[key]),
      ]),
    );
    const drifted = changesBetween(this.cloud, model, inputs, now).map(({ path }) => topOf(path));
    return Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, drifted.includes(key) ? (now[key] ?? null) : value]),
    );
  }

  /** What is gone already is removed. @throws Refused */
  async delete(subject: Known, inputs: Values, settings: Settings): Promise<void> {
    const model = this.model(subject.type);
    const asked = { ...this.own(subject)?.inputs, ...withoutMarks(inputs) };
    await this.call("delete", subject, secondsOf(model.seconds.delete, asked), (timedOut) => {
      const thing = this.own(subject);
      if (thing === undefined) return;
      const site = this.site(settings, asked);
      ask(model.deletion, questionOf(asked, site, snapshot(thing)));
      this.world.references.release(thing, this.world.store);
      if (timedOut) throw new Refused("timed out while waiting for it to be gone", undefined, "fault:timeout");
      this.world.store.remove(thing);
      model.removed?.(thing, site);
    });
  }

  /** @throws Error for a function without a model; Refused */
  invoke(token: string, args: Values, settings: Settings): Promise<Values> {
    const lookup = this.lookups.get(token);
    if (lookup === undefined) throw new Error(`the rehearsal has no model of the function ${token}`);
    return this.call("invoke", { type: token, urn: "" }, 0, (timedOut) => {
      if (timedOut) throw new Refused("timed out", undefined, "fault:timeout");
      return lookup.answer(args, this.site(settings, args));
    });
  }

  private call<T>(operation: Operation, subject: Subject, seconds: number, act: (timedOut: boolean) => T): Promise<T> {
    const { type, urn, hide = asItIs } = subject;
    const attempt = (timedOut: boolean): T => {
      try {
        return act(timedOut);
      } catch (error) {
        if (error instanceof CloudError) throw new Refused(hide(error.message), error.code);
        if (!(error instanceof Refused)) throw error;
        throw new Refused(hide(error.message), error.code, error.rule, error.left);
      }
    };
    const made = this.world.calls.make({ operation, type, urn, seconds, act: attempt });
    return made.catch((error: unknown) => {
      if (error instanceof Refused) this.world.refusals.push(refusalOf(operation, subject, error));
      throw error;
    });
  }

  private refuse(model: Model, question: Question): void {
    this.world.references.check(model, question.inputs, this.world.store);
    ask(model.call, question);
  }

  /** What the provider finds while it waits for the thing to be as it should. */
  private settle(model: Model, question: Question, thing: Thing, timedOut: boolean): void {
    const left = { id: thing.id, inputs: thing.inputs, outputs: thing.outputs };
    if (timedOut) throw new Refused("timed out while waiting for it to be ready", undefined, "fault:timeout", left);
    ask(model.wait, question, left);
  }

  /** Inputs without those that are kept nowhere. */
  private asked({ quiet = [] }: Model, inputs: Values): Values {
    return Object.fromEntries(Object.entries(withoutMarks(inputs)).filter(([key]) => !quiet.includes(key)));
  }

  /** True for an output that was only there because it was asked for. */
  private isDropped(old: Thing | undefined, inputs: Values, key: string): boolean {
    return old !== undefined && key in old.inputs && !(key in inputs);
  }

  /** The thing with an id; of several, as revisions of one family, the one that the state means, or the resource's own. */
  private own({ type, id, urn, outputs }: Known): Thing | undefined {
    const { store } = this.world;
    const found = [...store.matching(type, "id", id)];
    const meant = found.filter((thing) => thing.outputs["arn"] === outputs["arn"]);
    return meant.find((thing) => store.urnOf(thing) === urn) ?? meant[0] ?? found.at(-1);
  }

  private site(settings: Settings, { region }: Values): Site {
    const { account, registry } = this.world;
    const where: Whereabouts = {
      region: typeof region === "string" ? region : (settings.region ?? this.world.region),
      account,
      ...(registry !== undefined && { registry }),
    };
    return siteOf(this.world.store, where);
  }
}

function ask(rules: readonly Rule[] | undefined, question: Question, left?: Refused["left"]): void {
  for (const rule of rules ?? []) {
    const message = rule.refuses(question);
    if (message !== undefined) throw new Refused(message, rule.code, rule.id, left);
  }
}

/** A name that begins as the program says goes on with digits, in terraform-plugin-sdk helper/id. */
function withName({ name }: Model, inputs: Values, site: Site): Values {
  const prefix = name === undefined ? undefined : inputs[`${name.property}Prefix`];
  if (name === undefined || typeof prefix !== "string" || inputs[name.property] !== undefined) return inputs;
  return { ...inputs, [name.property]: `${prefix}${site.fresh(ID_LENGTH, "0123456789")}`.slice(0, name.longest) };
}

function asItIs(message: string): string {
  return message;
}

function refusalOf(operation: Operation, { type, urn }: Subject, { code, rule, message }: Refused): Refusal {
  const name = urn === "" ? type : nameOf(urn);
  return { operation, type, name, message, ...(code !== undefined && { code }), ...(rule !== undefined && { rule }) };
}

function snapshot(thing: Thing): Thing {
  return { ...thing };
}

function secondsOf(seconds: Seconds = QUICK, inputs: Values): number {
  return typeof seconds === "number" ? seconds : seconds(inputs);
}
