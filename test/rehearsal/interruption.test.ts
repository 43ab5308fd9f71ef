/** The engine killed again and again in one deployment. */
import { expect } from "chai";
import type { Coming } from "../../providers/rehearsal/calls";
import { Account, linesOf, NETWORK, WEB_ONLY, type AccountStack } from "./support/account";
import { killEngine, removeLeft, upThroughKills } from "./support/disturbance";
import { failed, orphansOf, twice } from "./support/left-over";

const KILLS = 20;
const MOST_UPS = 60;
/** Creates that each engine comes to before it is killed. */
const EACH = 3;
/** A group takes each of them once. */
const NAMED = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const SINGLE = ["aws:rds/instance:Instance", "aws:ecs/cluster:Cluster", "aws:lb/loadBalancer:LoadBalancer"];

describe("a deployment whose engine is killed", function () {
  this.timeout(900_000);
  let account: Account;
  let stack: AccountStack;

  before(async () => {
    account = await Account.open(NETWORK, { killed: true });
    stack = account.stack("dev", WEB_ONLY);
  });

  after(() => {
    account.close();
  });

  it(`recovers from ${KILLS} kills, and names what may have been left`, async () => {
    expect(await upThroughKills(account, stack, { kills: KILLS, each: EACH, ups: MOST_UPS })).to.equal(KILLS);
    expect(orphansOf(account, stack).length).to.be.greaterThan(0);
  });

  it("knows one of everything at the end, and plans nothing more", async () => {
    const deployed = await stack.deployed();
    expect(twice(deployed.map(({ type, urn }) => `${type} ${urn}`))).to.deep.equal([]);
    for (const type of SINGLE) expect(deployed.filter((each) => each.type === type).length, type).to.equal(1);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});

describe("two deployments after one another whose engines are killed", function () {
  this.timeout(60_000);
  let account: Account;

  before(async () => {
    account = await Account.open(NETWORK, { killed: true });
  });

  after(() => {
    account.close();
  });

  it("are told apart: what the first may have left is named", async () => {
    const stack = account.stack("dev", WEB_ONLY);
    const killAt = (fits: (call: Coming) => boolean): void => {
      let killed = false;
      account.onCall = (call) => {
        // What was asked for at the same time.
        if (killed) return "fail";
        if (!fits(call)) return undefined;
        killed = true;
        killEngine();
        return undefined;
      };
    };
    killAt(({ operation, type }) => operation === "create" && type === NAMED);
    expect((await failed(stack.up()))?.message).to.contain("SIGKILL");
    const left = orphansOf(account, stack).filter(({ type }) => type === NAMED);
    expect(left).to.have.length(1);
    killAt(({ operation }) => operation === "create" || operation === "read");
    expect((await failed(stack.up()))?.message).to.contain("SIGKILL");
    account.onCall = () => undefined;
    const error = await failed(stack.up());
    expect(error?.mend).to.contain(`${left[0]?.urn?.split("::").at(-1) ?? ""} was being made when a deployment was`);
    removeLeft(account, stack, `${error?.message ?? ""}\n${error?.mend ?? ""}`);
  });
});
