import { appendFileSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { Calls, type Call } from "../../providers/rehearsal/calls";
import { Faults, parseFault } from "../../providers/rehearsal/faults";
import { Refused } from "../../providers/rehearsal/refusals";
import { predictRollout, type StateResource } from "../../providers/rehearsal/rollout";
import { worldFolder } from "./support/simulated-cloud";

const TYPES = ["aws:ec2/subnet:Subnet", "aws:ecs/service:Service", "aws:servicediscovery/service:Service"];

describe("a fault that is ordered", () => {
  const accepted: [string, object][] = [
    ["fail:create", { kind: "fail", operation: "create", types: TYPES, nth: 1, lasting: false }],
    ["lost:delete:Subnet", { types: ["aws:ec2/subnet:Subnet"], operation: "delete" }],
    ["timeout:update:aws:ec2/subnet:Subnet:3", { types: ["aws:ec2/subnet:Subnet"], nth: 3, lasting: false }],
    ["throttle:create:ecs/Service:2+", { types: ["aws:ecs/service:Service"], nth: 2, lasting: true }],
    ["throttle:read:ec2 subnet", { types: ["aws:ec2/subnet:Subnet"] }],
  ];
  for (const [text, expected] of accepted) {
    it(text, () => {
      expect(parseFault(text, TYPES)).to.deep.include(expected);
    });
  }

  const refused: [string, string][] = [
    ["break:create", 'begins with "break"; allowed are fail, throttle, timeout, lost'],
    ["fail:make", 'is for "make"; allowed are create, update, delete, read, invoke'],
    ["fail:create:Bucket", 'is for "Bucket", which is no type that is simulated'],
    ["fail:create:Service", 'is for "Service", which may be ecs/Service, servicediscovery/Service'],
    ["fail:create:0", "counts from 0; the first call is 1"],
    ["", 'begins with ""'],
  ];
  for (const [text, words] of refused) {
    it(`is refused as ${JSON.stringify(text)}`, () => {
      expect(() => parseFault(text, TYPES)).to.throw(words);
    });
  }
});

describe("calls of simulated clouds", () => {
  const [SUBNET = ""] = TYPES;
  const urn = `urn:pulumi:a::b::${SUBNET}::part`;
  const open = (orders: string[], onCall?: (call: { index: number }) => unknown, folder = worldFolder()) =>
    new Calls(path.join(folder, "calls.jsonl"), new Faults(orders.map((text) => parseFault(text, TYPES))), onCall);
  const work = { operation: "create" as const, type: SUBNET, urn, seconds: 5 };

  /** How a call ends, and whether its work was done. */
  const make = async (calls: Calls): Promise<[string, boolean]> => {
    const done = { yes: false };
    const act = (timedOut: boolean): boolean => {
      done.yes = true;
      if (timedOut) throw new Refused("timed out", undefined, "fault:timeout", { id: "x", inputs: {}, outputs: {} });
      return true;
    };
    await calls.make({ ...work, act }).catch(() => undefined);
    return [calls.made.at(-1)?.result ?? "", done.yes];
  };

  it("fail before, and lose their answer after the work", async () => {
    const calls = open(["fail:create:Subnet", "lost:create:Subnet:2"]);
    expect([await make(calls), await make(calls), await make(calls)]).to.deep.equal([
      ["refused", false],
      ["lost", true],
      ["done", true],
    ]);
  });

  it("are tried again when they are throttled, which takes time, and given up when it lasts", async () => {
    const calls = open(["throttle:create:Subnet:1", "throttle:create:Subnet:3+"]);
    expect(await make(calls)).to.deep.equal(["done", true]);
    expect(calls.made[0]?.seconds).to.equal(6);
    expect(await make(calls)).to.deep.equal(["refused", false]);
    expect(calls.made[1]).to.include({ code: "Throttling", rule: "fault:throttle" });
    expect(calls.made[1]?.seconds).to.be.greaterThan(300);
  });

  it("time out with what they began left", async () => {
    const calls = open(["timeout:create:Subnet"]);
    expect(await make(calls)).to.deep.equal(["unfinished", true]);
    expect(calls.made[0]?.seconds).to.equal(1200);
  });

  it("ask whoever listens, who may refuse, wait, or order a fault", async () => {
    const seen: number[] = [];
    const calls = open([], ({ index }) => {
      seen.push(index);
      if (index === 1) throw new Error("not now");
      return index === 2 ? Promise.resolve("lost") : undefined;
    });
    expect([await make(calls), await make(calls), await make(calls)]).to.deep.equal([
      ["refused", false],
      ["lost", true],
      ["done", true],
    ]);
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it("are on record for the next process, a line that was cut left out", async () => {
    const folder = worldFolder();
    await make(open([], undefined, folder));
    appendFileSync(path.join(folder, "calls.jsonl"), '{"index":2,"oper');
    const again = open([], undefined, folder);
    expect(again.made.map(({ index, name, result }) => [index, name, result])).to.deep.equal([[1, "part", "done"]]);
    await make(again);
    expect(readFileSync(path.join(folder, "calls.jsonl"), "utf8")).to.match(/"index":2,"operation":"create".*\n$/);
    expect(open([], undefined, folder).made.map(({ index }) => index)).to.deep.equal([1, 2]);
  });
});

describe("how long a rollout takes", () => {
  const urnOf = (name: string): string => `urn:pulumi:a::b::t::${name}`;
  const call = (operation: Call["operation"], name: string, seconds: number): Call => ({
    index: 1,
    operation,
    type: "t",
    urn: urnOf(name),
    name,
    seconds,
    result: "done",
  });
  const resource = (name: string, needs: string[] = [], more: Partial<StateResource> = {}): StateResource => ({
    urn: urnOf(name),
    dependencies: needs.map(urnOf),
    ...more,
  });
  const named = (calls: Call[], after: StateResource[], before?: StateResource[]): [number, string] => {
    const { seconds, path: steps } = predictRollout(calls, after, before);
    return [seconds, steps.map(({ operation, name }) => `${operation} ${name}`).join(", ")];
  };

  it("is nothing without calls", () => {
    expect(named([], [])).to.deep.equal([0, ""]);
  });

  it("is the longest chain of what waits for each other", () => {
    const state = [resource("a"), resource("b", ["a"]), resource("c", ["a"]), resource("d", ["b", "c"])];
    const calls = [call("create", "a", 1), call("create", "b", 5), call("create", "c", 2), call("create", "d", 1)];
    expect(named(calls, state)).to.deep.equal([7, "create a, create b, create d"]);
  });

  it("goes by parents and by single properties too, and through what takes no time", () => {
    const state = [
      resource("a"),
      resource("b", [], { parent: urnOf("a") }),
      resource("c", [], { propertyDependencies: { x: [urnOf("b")], y: null } }),
    ];
    expect(named([call("create", "a", 3), call("create", "c", 4)], state)).to.deep.equal([7, "create a, create c"]);
  });

  it("makes first, and removes in the opposite order", () => {
    const before = [resource("a"), resource("b", ["a"]), resource("c")];
    const calls = [call("create", "d", 2), call("delete", "b", 3), call("delete", "a", 4), call("delete", "c", 6)];
    expect(named(calls, [resource("d")], before)).to.deep.equal([9, "create d, delete b, delete a"]);
  });

  it("counts what had to go before it could be made anew on the way", () => {
    const calls = [call("delete", "a", 3), call("create", "a", 2), call("create", "b", 1)];
    expect(named(calls, [resource("a"), resource("b", ["a"])])).to.deep.equal([6, "delete a, create a, create b"]);
  });
});
