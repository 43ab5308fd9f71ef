/** Calls of the cloud that go wrong while a stack is deployed. */
import { expect } from "chai";
import type { FaultKind } from "../../providers/rehearsal/faults";
import { Account, linesOf, WEB_ONLY } from "./support/account";
import { failFirst, nothingTwice, upThroughFailures } from "./support/disturbance";
import { failureOf, orphansOf } from "./support/left-over";

const DATABASE = "aws:rds/instance:Instance";
const CLUSTER = "aws:ecs/cluster:Cluster";
const MOST_UPS = 25;

describe("a deployment whose calls fail", function () {
  this.timeout(600_000);
  let account: Account;

  beforeEach(async () => {
    account = await Account.open();
  });

  afterEach(() => {
    delete process.env["PULUMI_CONTINUE_ON_ERROR"];
    account.close();
  });

  it("gets one layer further with each up when every create fails once, and leaves nothing behind", async () => {
    // As it is, an up ends with its first failure: this lets it come to all that do not wait for what has failed.
    process.env["PULUMI_CONTINUE_ON_ERROR"] = "true";
    const stack = account.stack("dev", WEB_ONLY);
    const { ups, creates } = await upThroughFailures(account, stack, MOST_UPS);
    expect(ups).to.be.within(5, MOST_UPS);
    const deployed = await stack.deployed();
    expect(creates.size).to.equal(deployed.length);
    const refused = account.calls.filter(({ rule }) => rule === "fault:fail").map(({ urn }) => urn);
    expect(refused.sort()).to.deep.equal(deployed.map(({ urn }) => urn).sort());
    expect(orphansOf(account, stack)).to.deep.equal([]);
    await nothingTwice(account, stack);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("goes on after a throttled call, a create that is not seen to its end, and one that nobody answers", async () => {
    const stack = account.stack("dev", WEB_ONLY);
    const kinds: Record<string, FaultKind> = { [DATABASE]: "timeout", [CLUSTER]: "throttle" };
    const seen = new Set<string>();
    account.onCall = ({ operation, type }) => {
      if (operation !== "create" || seen.has(type)) return undefined;
      seen.add(type);
      return kinds[type];
    };
    expect(await failureOf(stack.up())).to.match(
      /^shop-database-instance: .*creating RDS Instance \(shop-database-instance\): timed out while waiting/s,
    );
    const [cluster] = account.calls.filter(({ type, operation }) => type === CLUSTER && operation === "create");
    expect(cluster).to.include({ result: "done" });
    const [begun] = (await stack.deployed()).filter(({ type }) => type === DATABASE);
    expect(account.made(DATABASE).map(({ id }) => id)).to.deep.equal([begun?.id]);

    failFirst(account, "lost", ({ type }) => type === "aws:lb/targetGroup:TargetGroup" || type.endsWith(":Service"));
    const said = await failureOf(stack.up());
    expect(said).to.include("the connection was reset before the answer came");
    const lost = orphansOf(account, stack);
    expect(lost.map(({ urn = "" }) => urn.split("::").at(-1)).sort()).to.deep.equal(
      said
        .split("\n")
        .flatMap((line) => /^(\S+): .*the connection was reset/.exec(line)?.[1] ?? [])
        .sort(),
    );
    account.onCall = () => undefined;
    await stack.up();
    expect(account.made(DATABASE).map(({ id }) => id)).to.deep.equal([begun?.id]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});
