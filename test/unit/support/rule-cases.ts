/** Tables of rules: for each one something that it lets through, and something that it refuses. */
import { expect } from "chai";
import type { Model, Rule } from "../../../providers/rehearsal/model";
import { simulated, type SimulatedCloud } from "./simulated-cloud";

/** Something that is done in a new cloud. */
export type Step = (cloud: SimulatedCloud) => Promise<unknown>;

/** The two sides of a rule. */
export interface Case {
  passes: Step;
  refused: Step;
}

/** Every rule of models, but the references. */
export function rulesOf(models: readonly Model[]): Rule[] {
  return models.flatMap(({ plan = [], call = [], wait = [], deletion = [] }) => [
    ...plan,
    ...call,
    ...wait,
    ...deletion,
  ]);
}

/** Tests that `cases` has every rule of the models, and that each rule does as its case says. */
export function testRules(
  models: readonly Model[],
  all: readonly Model[],
  cases: Readonly<Record<string, Case>>,
): void {
  const rules = new Map(rulesOf(models).map((rule) => [rule.id, rule]));

  it("every rule has a case, and no case is of another", () => {
    const ids = Object.keys(cases).filter((id) => !id.startsWith("ref:"));
    expect(ids.sort()).to.deep.equal([...rules.keys()].sort());
  });

  it("no two rules have one name, and each says where it is known from", () => {
    expect(rules.size).to.equal(rulesOf(models).length);
    for (const rule of rules.values()) expect(rule.source, rule.id).to.match(/\S{3}/);
  });

  for (const [id, { passes, refused }] of Object.entries(cases)) {
    it(id, async () => {
      await passes(simulated({ models: all }));
      const cloud = simulated({ models: all });
      const refusal = await cloud.refusal(() => refused(cloud));
      expect(refusal.rule, refusal.message).to.equal(id);
      const rule = rules.get(id);
      if (rule !== undefined) expect(refusal.code).to.equal(rule.code);
    });
  }
}
