/** A simulated cloud without an engine: the same functions that the provider server calls. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { Comparison, Simulation } from "../../../providers/rehearsal/simulation";
import type { Checked } from "../../../providers/rehearsal/inputs";
import type { Cloud, Lookup, Model, Settings, Thing, Values } from "../../../providers/rehearsal/model";
import { provider } from "../../../providers/rehearsal/aws/provider";
import { Refused } from "../../../providers/rehearsal/refusals";
import { worldPrefix } from "../../support/world-folders";
import { openWorld, type OpenWorld, type WorldOptions } from "../../../providers/rehearsal/start";

/** What is simulated, and how. */
export interface SimulatedOptions extends Partial<Omit<WorldOptions, "clouds">> {
  models?: readonly Model[];
  lookups?: readonly Lookup[];
  /** @default an aws cloud of `models` and `lookups` */
  clouds?: readonly Cloud[];
  settings?: Settings;
}

/** A refusal, as tests look at it. */
export interface Refusal {
  code: string | undefined;
  rule: string | undefined;
  message: string;
}

/** Folder for one test; removed when its file is through. */
export function worldFolder(): string {
  return mkdtempSync(path.join(tmpdir(), worldPrefix()));
}

/** A new, empty cloud. */
export function simulated(options: SimulatedOptions = {}): SimulatedCloud {
  const { models = [], lookups = [], settings, ...rest } = options;
  const clouds = options.clouds ?? [{ name: "aws", version: "7.48.0", models, lookups, ...provider }];
  return new SimulatedCloud(openWorld({ folder: worldFolder(), ...rest, clouds }), settings ?? { region: "us-east-1" });
}

export class SimulatedCloud {
  private count = 0;
  /** Ids that were made by {@link create}, with the resource that each belongs to. */
  private readonly urns = new Map<string, string>();

  constructor(
    readonly open: OpenWorld,
    private readonly settings: Settings,
  ) {}

  /**
   * Checks and makes a resource.
   *
   * @param name the resource's name in the program @default another one each time
   * @returns everything that can be read of it
   * @throws Refused
   */
  async create(type: string, inputs: Values, name = `thing${(this.count += 1)}`): Promise<Values & { id: string }> {
    const checked = this.accepted(type, inputs, name);
    const thing = await this.of(type).create(this.subject(type, name), checked, this.settings);
    this.urns.set(`${type} ${thing.id}`, name);
    return { ...thing.outputs, id: thing.id };
  }

  /** Checks and changes a resource. @returns everything that can be read of it @throws Refused */
  async update(type: string, id: string, inputs: Values): Promise<Values & { id: string }> {
    const name = this.urns.get(`${type} ${id}`) ?? id;
    const before = this.thing(type, id);
    const checked = this.accepted(type, inputs, name, before.inputs);
    const known = { ...this.subject(type, name), id, outputs: before.outputs };
    const thing = await this.of(type).update(known, checked, this.settings);
    return { ...thing.outputs, id };
  }

  /** @throws Refused */
  async delete(type: string, id: string): Promise<void> {
    const found = this.open.world.store.find(type, "id", id);
    const name = this.urns.get(`${type} ${id}`) ?? id;
    const known = { ...this.subject(type, name), id, outputs: found?.outputs ?? {} };
    await this.of(type).delete(known, found?.inputs ?? {}, this.settings);
  }

  /** What is there; undefined when nothing is. */
  async read(type: string, id: string): Promise<Values | undefined> {
    return (await this.of(type).read({ ...this.subject(type, id), id, outputs: {} }))?.outputs;
  }

  /** What the provider makes of inputs, and what it refuses. @param olds inputs that the resource has now */
  check(type: string, inputs: Values, name = "thing", olds?: Values): Checked {
    const asked = { inputs, name, ...(olds !== undefined && { olds }) };
    return this.of(type).check(this.subject(type, name), asked, this.settings);
  }

  diff(type: string, olds: Values, news: Values): Comparison {
    return this.of(type).diff(type, olds, news);
  }

  lookup(token: string, args: Values = {}): Promise<Values> {
    return this.of(token).invoke(token, args, this.settings);
  }

  /** What is there of a type. */
  all(type?: string): Thing[] {
    return this.open.world.store.all(type);
  }

  /** @throws AssertionError when it is not there */
  thing(type: string, id: string): Thing {
    const thing = this.open.world.store.find(type, "id", id);
    expect(thing, `${type} ${id}`).to.not.equal(undefined);
    return thing as Thing;
  }

  /** Fails unless `run` is refused. @returns by what */
  async refusal(run: () => Promise<unknown>): Promise<Refusal> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { code: error.code, rule: error.rule, message: error.message };
    }
    throw new Error("This was accepted, and had to be refused.");
  }

  private of(type: string): Simulation {
    const found = this.open.simulations.find(({ cloud }) => type.startsWith(`${cloud.name}:`));
    if (found === undefined) throw new Error(`No cloud here has ${type}.`);
    return found;
  }

  private subject(type: string, name: string): { type: string; urn: string } {
    return { type, urn: `urn:pulumi:test::test::${type}::${name}` };
  }

  private accepted(type: string, inputs: Values, name: string, olds?: Values): Values {
    const { inputs: checked, failures } = this.check(type, inputs, name, olds);
    const [failure] = failures;
    if (failure !== undefined) throw new Refused(failure.reason, undefined, failure.rule);
    return checked;
  }
}
