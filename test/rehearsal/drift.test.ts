/** What somebody changes behind the program's back. */
import { expect } from "chai";
import type { Thing, Values } from "../../providers/rehearsal/model";
import { Account, linesOf, type AccountStack } from "./support/account";

const ANYBODY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
});

/** Name of a resource, and what is made of its outputs. */
const CHANGES: Readonly<Record<string, Values>> = {
  "shop-guard-jobs-out-https": { cidrIpv4: "10.0.0.0/8" },
  "shop-web-service": { desiredCount: 0 },
  "shop-broker-queue-celery": { tags: { "slipway:app": "shop", "slipway:stack": "another", owner: "someone" } },
  "shop-database-instance": { deletionProtection: false, instanceClass: "db.m7g.large" },
  "shop-web-taskPolicy": { policy: ANYBODY },
};
const REMOVED = "shop-image-web-lifecycle";
const EXPECTED = [...Object.keys(CHANGES).map((name) => `update ${name}`), `delete ${REMOVED}`].sort();

describe("drift of a stack on ECS", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev", { ecs: { database: { engine: "mariadb", protect: true } } });
    await stack.up();
  });

  after(() => {
    account.close();
  });

  const thing = (name: string): Thing => {
    const { store } = account.world;
    const found = store.all().find((each) => store.urnOf(each)?.endsWith(`::${name}`) === true);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };

  it("is found, each with its property", async () => {
    for (const [name, outputs] of Object.entries(CHANGES)) {
      const changed = thing(name);
      account.world.store.change(changed, { outputs: { ...changed.outputs, ...outputs } });
    }
    account.world.store.remove(thing(REMOVED));
    const { changes, drift } = await stack.preview();
    expect(drift.map(({ name, operation }) => `${operation} ${name}`).sort()).to.deep.equal(EXPECTED);
    const found = changes.map(({ name, operation, properties }) => [
      name,
      operation,
      ...new Set(properties.map(({ path }) => path.split(/[.[]/)[0])),
    ]);
    expect(found.sort()).to.deep.equal(
      [
        ...Object.entries(CHANGES).map(([name, outputs]) => [name, "update", ...Object.keys(outputs)]),
        [REMOVED, "create"],
      ].sort(),
    );
  });

  it("is told beforehand, and changes neither the cloud nor the state", async () => {
    const state = stack.stateText();
    const calls = account.calls.length;
    const found = await stack.drift();
    expect(linesOf(found)).to.deep.equal(EXPECTED);
    expect(found.drift).to.deep.equal(found.changes);
    const service = found.changes.find(({ name }) => name === "shop-web-service");
    expect(service?.properties).to.deep.equal([
      { path: "desiredCount", kind: "update", replaces: false, old: "2", new: "0" },
    ]);
    const operations = new Set(account.calls.slice(calls).map(({ operation }) => operation));
    expect([...operations].filter((operation) => operation !== "read")).to.deep.equal([]);
    expect(JSON.parse(stack.stateText()).checkpoint.latest.resources).to.deep.equal(
      JSON.parse(state).checkpoint.latest.resources,
    );
  });

  it("is told by a refresh, which changes nothing in the cloud", async () => {
    const calls = account.calls.length;
    const drift = await stack.refresh();
    expect(linesOf(drift)).to.deep.equal(EXPECTED);
    const policy = drift.changes.find(({ name }) => name === "shop-web-taskPolicy");
    expect(policy?.properties.map(({ path, new: now }) => [path, now])).to.deep.equal([["policy", ANYBODY]]);
    const operations = new Set(account.calls.slice(calls).map(({ operation }) => operation));
    expect([...operations].filter((operation) => operation !== "read" && operation !== "invoke")).to.deep.equal([]);
  });

  it("is mended by the next up, and nothing else is changed", async () => {
    const calls = account.calls.length;
    await stack.up();
    const changing = account.calls.slice(calls).filter(({ operation }) => !["read", "invoke"].includes(operation));
    expect(changing.map(({ operation, name }) => `${operation} ${name}`).sort()).to.deep.equal(
      [...Object.keys(CHANGES).map((name) => `update ${name}`), `create ${REMOVED}`].sort(),
    );
    expect(thing("shop-guard-jobs-out-https").outputs["cidrIpv4"]).to.equal("0.0.0.0/0");
    expect(thing("shop-web-service").outputs["desiredCount"]).to.equal(2);
    expect(thing("shop-database-instance").outputs).to.include({
      deletionProtection: true,
      instanceClass: "db.t4g.micro",
    });
    expect(thing("shop-web-taskPolicy").outputs["policy"]).not.to.include("sqs:*");
    expect(thing(REMOVED).type).to.equal("aws:ecr/lifecyclePolicy:LifecyclePolicy");
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});
