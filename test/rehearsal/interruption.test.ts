/** The engine killed again and again in one deployment. */
import { expect } from "chai";
import { Account, linesOf, WEB_ONLY, type AccountStack } from "./support/account";
import { killEngine } from "./support/kill-engine";
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
  let kills = 0;

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev", WEB_ONLY);
  });

  after(() => {
    account.close();
  });

  /** Kills the next engine when it comes to its nth create, which goes through every second time. */
  const arm = (): void => {
    let creates = 0;
    account.onCall = ({ operation }) => {
      if (operation !== "create" || kills >= KILLS) return undefined;
      creates += 1;
      if (creates === EACH) killEngine();
      return creates >= EACH && kills % 2 === 0 ? "fail" : undefined;
    };
  };

  it(`recovers from ${KILLS} kills, and names what may have been left`, async () => {
    for (let ups = 1; ; ups += 1) {
      expect(ups).to.be.at.most(MOST_UPS);
      arm();
      const error = await failed(stack.up());
      if (error === undefined) break;
      if (!error.message.includes("SIGKILL")) {
        removeLeft(account, stack, `${error.message}\n${error.mend ?? ""}`);
        continue;
      }
      kills += 1;
      const pending = pendingOf(stack);
      for (const { urn = "" } of orphansOf(account, stack)) expect(pending).to.include(urn);
    }
    expect(kills).to.equal(KILLS);
    expect(orphansOf(account, stack).length).to.be.greaterThan(0);
  });

  it("knows one of everything at the end, and plans nothing more", async () => {
    const deployed = await stack.deployed();
    expect(twice(deployed.map(({ type, urn }) => `${type} ${urn}`))).to.deep.equal([]);
    for (const type of SINGLE) expect(deployed.filter((each) => each.type === type).length, type).to.equal(1);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});
