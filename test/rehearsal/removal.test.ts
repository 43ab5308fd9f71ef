/** What goes when a stack on ECS is removed, what stays, and why. */
import { expect } from "chai";
import { Account, linesOf, WEB_ONLY, type AccountStack, type Sections } from "./support/account";

const DATABASE = "aws:rds/instance:Instance";

/** Database and load balancer, protected or not. */
function sections(protect: boolean): Sections {
  return { ...WEB_ONLY, ecs: { database: { engine: "mariadb", protect }, loadBalancer: { protect } } };
}

describe("the removal of a stack on ECS", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev", sections(true));
    await stack.up();
  });

  after(() => {
    account.close();
  });

  it("keeps what is protected, what that needs, and nothing else", async () => {
    await stack.destroyUnprotected();
    const names = (await stack.deployed()).map(({ urn }) => urn.split("::").at(-1)).sort();
    expect(names).to.deep.equal([
      "shop-database-guard-group",
      "shop-database-instance",
      "shop-database-parameters",
      "shop-database-subnets",
      "shop-loadBalancer-balancer",
      "shop-loadBalancer-guard-group",
      "shop-loadBalancer-guard-ingress-http-0.0.0.0/0",
    ]);
    expect(
      (await stack.deployed())
        .filter(({ protect }) => protect === true)
        .map(({ type }) => type)
        .sort(),
    ).to.deep.equal(["aws:lb/loadBalancer:LoadBalancer", DATABASE]);
  });

  it("leads back to a whole stack, with the database that was kept", async () => {
    const [kept] = account.made(DATABASE);
    stack.configure(sections(false));
    await stack.up();
    expect(account.made(DATABASE).map(({ id }) => id)).to.deep.equal([kept?.id]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("leaves a last snapshot, secrets that can be had back, and old revisions once nothing is protected", async () => {
    await stack.destroyUnprotected();
    expect(await stack.deployed()).to.deep.equal([]);
    expect(account.made()).to.deep.equal([]);
    const { store } = account.world;
    const left = store.all().filter((thing) => store.originOf(thing) === "cloud");
    expect([...new Set(left.map(({ type }) => type))].sort()).to.deep.equal([
      "aws:ecs/taskDefinition:TaskDefinition",
      "aws:rds/snapshot:Snapshot",
      "aws:secretsmanager/secret:Scheduled",
    ]);
    expect(left.filter(({ type }) => type === "aws:rds/snapshot:Snapshot").length).to.equal(1);
  });
});
