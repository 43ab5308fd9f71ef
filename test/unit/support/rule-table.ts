/** Rules of models as tables: for each one a case that is accepted and one that is refused, by it and no other. */
import { expect } from "chai";
import type { Cloud, Model, Thing, Values } from "../../../providers/rehearsal/model";
import { rulesOf } from "./rule-cases";
import { simulated, type SimulatedCloud } from "./simulated-cloud";

/** Inputs over those that every case of a type has; undefined takes one away. */
export type Patch = Values | ((cloud: SimulatedCloud) => Promise<Values>);

/** What shows a rule at work. */
export interface RuleCase {
  accepted: Patch;
  refused: Patch;
  /** Made first, and then changed to the other two: a rule about a change. */
  from?: Patch;
  /** Done first. */
  given?: (cloud: SimulatedCloud) => Promise<unknown>;
  /** True for a rule about deletion: both are made, and the refused one cannot be deleted. */
  deleted?: boolean;
}

/** Cases of one type. */
export interface TypeCases {
  /** What every case has. */
  base: Values;
  rules: Readonly<Record<string, RuleCase>>;
}

/** How the clouds of the cases are made. */
export interface TableOptions {
  models: readonly Model[];
  /** @default an aws cloud of the models */
  clouds?: readonly Cloud[];
  /** What is there before. */
  things?: readonly Thing[];
}

/** Runs a table, and fails for a rule of its types that is not in it, or one in it that there is not. */
export function testRules(
  table: Readonly<Record<string, TypeCases>>,
  { models, clouds, things = [] }: TableOptions,
): void {
  const world = (): SimulatedCloud => {
    const cloud = simulated({ models, ...(clouds && { clouds }) });
    for (const thing of things) cloud.open.world.store.add(structuredClone(thing), "cloud");
    return cloud;
  };
  for (const [type, { base, rules }] of Object.entries(table)) {
    const model = models.find((each) => each.type === type);
    if (model === undefined) throw new Error(`There is no model of ${type}.`);
    describe(type, () => {
      it("has cases of every rule", () => {
        expect(Object.keys(rules)).to.have.members(rulesOf([model]).map(({ id }) => id));
      });
      it("says of every rule where it is known from", () => {
        expect(rulesOf([model]).filter(({ source }) => source.length < 10)).to.deep.equal([]);
      });
      for (const [id, example] of Object.entries(rules)) {
        const code = rulesOf([model]).find((rule) => rule.id === id)?.code;
        it(`${id}: accepts`, async () => run(world(), type, base, example, example.accepted));
        it(`${id}: refuses`, async () => {
          const cloud = world();
          const refusal = await cloud.refusal(() => run(cloud, type, base, example, example.refused));
          expect(refusal.rule, refusal.message).to.equal(id);
          expect(refusal.code).to.equal(code);
        });
      }
    });
  }
}

async function run(
  cloud: SimulatedCloud,
  type: string,
  base: Values,
  { from, given, deleted }: RuleCase,
  patch: Patch,
): Promise<void> {
  await given?.(cloud);
  if (from !== undefined) {
    const { id } = await cloud.create(type, await patched(base, from, cloud));
    await cloud.update(type, id, await patched(base, patch, cloud));
    return;
  }
  const { id } = await cloud.create(type, await patched(base, patch, cloud));
  if (deleted === true) await cloud.delete(type, id);
}

async function patched(base: Values, patch: Patch, cloud: SimulatedCloud): Promise<Values> {
  const all = { ...base, ...(typeof patch === "function" ? await patch(cloud) : patch) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
