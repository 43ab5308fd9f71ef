import { expect } from "chai";
import { interruptedCreates } from "../../automation/engine/interrupted";
import type { OpenStack } from "../../automation/engine/stack";

const urn = (name: string): string => `urn:pulumi:dev::shop::aws:ecs/cluster:Cluster::${name}`;

/** A stack in whose state there are these; nothing else of it is asked. */
function withState(deployment: unknown): OpenStack {
  return { stack: { exportStack: () => Promise.resolve({ version: 3, deployment }) } } as unknown as OpenStack;
}

describe("what was being made when an engine was killed", () => {
  const begun = (name: string, inputs: object = {}, type = "creating"): object => ({
    type,
    resource: { urn: urn(name), inputs },
  });

  it("is named, each once, but nothing that was being changed or removed", async () => {
    const pending_operations = [begun("one"), begun("one"), begun("two"), begun("three", {}, "deleting")];
    expect(await interruptedCreates(withState({ resources: [], pending_operations }))).to.deep.equal(["one", "two"]);
  });

  it("is known once it was made, and not because of what it was to replace", async () => {
    const resources = [
      { urn: urn("made"), inputs: { name: "a" } },
      { urn: urn("old"), inputs: { name: "a" } },
    ];
    const pending_operations = [begun("made", { name: "a" }), begun("old", { name: "b" })];
    expect(await interruptedCreates(withState({ resources, pending_operations }))).to.deep.equal(["old"]);
  });

  it("is nothing in a state without any, in none, and in one that cannot be read", async () => {
    expect(await interruptedCreates(withState({ resources: [], pending_operations: null }))).to.deep.equal([]);
    expect(await interruptedCreates(withState(null))).to.deep.equal([]);
    const broken = { stack: { exportStack: () => Promise.reject(new Error("no")) } } as unknown as OpenStack;
    expect(await interruptedCreates(broken)).to.deep.equal([]);
  });
});
