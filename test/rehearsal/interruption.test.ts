/** The engine killed again and again in one deployment. */
import { expect } from "chai";
import { Account, linesOf, WEB_ONLY, type AccountStack } from "./support/account";
import { Killer } from "./support/kill-engine";
import { failed, orphansOf, pendingOf, removeLeft, twice } from "./support/left-over";

const KILLS = 20;
const MOST_UPS = 60;
/** Creates that each engine comes to before it is killed. */
const EACH = 3;
const SINGLE = ["aws:rds/instance:Instance", "aws:ecs/cluster:Cluster", "aws:lb/loadBalancer:LoadBalancer"];

describe("a deployment whose engine is killed", function () {
  this.timeout(900_000);
  let account: Account;
  let stack: AccountStack;
  let killer: Killer;

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev", WEB_ONLY);
    killer = new Killer(account, KILLS, EACH);
  });

  after(() => {
    account.close();
  });

  it(`recovers from ${KILLS} kills, and names what may have been left`, async () => {
    for (let ups = 1; ; ups += 1) {
      expect(ups).to.be.at.most(MOST_UPS);
      killer.arm();
      const error = await failed(stack.up());
      if (error === undefined) break;
      if (!error.message.includes("SIGKILL")) {
        removeLeft(account, stack, `${error.message}\n${error.mend ?? ""}`);
        continue;
      }
      killer.kills += 1;
      const pending = pendingOf(stack);
      for (const { urn = "" } of orphansOf(account, stack)) expect(pending).to.include(urn);
    }
    expect(killer.kills).to.equal(KILLS);
    expect(orphansOf(account, stack).length).to.be.greaterThan(0);
  });

  it("knows one of everything at the end, and plans nothing more", async () => {
    const deployed = await stack.deployed();
    expect(twice(deployed.map(({ type, urn }) => `${type} ${urn}`))).to.deep.equal([]);
    for (const type of SINGLE) expect(deployed.filter((each) => each.type === type).length, type).to.equal(1);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});
