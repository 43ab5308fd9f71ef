/** The engine killed again and again in one deployment. */
import { expect } from "chai";
import { Account, linesOf, WEB_ONLY, type AccountStack } from "./support/account";
import { upThroughKills } from "./support/disturbance";
import { orphansOf, twice } from "./support/left-over";

const KILLS = 20;
const MOST_UPS = 60;
/** Creates that each engine comes to before it is killed. */
const EACH = 3;
const SINGLE = ["aws:rds/instance:Instance", "aws:ecs/cluster:Cluster", "aws:lb/loadBalancer:LoadBalancer"];

describe("a deployment whose engine is killed", function () {
  this.timeout(900_000);
  let account: Account;
  let stack: AccountStack;

  before(async () => {
    account = await Account.open();
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
