/** A small stack on ECS: made, released anew, and a second application beside it. */
import { expect } from "chai";
import { Account, linesOf, type AccountStack } from "./support/account";

describe("a stack on ECS", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev");
  });

  after(() => {
    account.close();
  });

  it("is made, and a second deployment changes nothing", async () => {
    const { outputs } = await stack.up();
    expect(outputs["url"]).to.match(/^http:\/\/[a-z0-9-]+\.eu-central-1\.elb\.amazonaws\.com$/);
    expect(outputs["cluster"]).to.equal("dev-shop");
    expect(Object.keys(JSON.parse(String(outputs["services"])) as object).sort()).to.deep.equal([
      "beat",
      "web",
      "worker",
    ]);
    expect(outputs["images"]).to.match(/^\{"web":"sha256:[0-9a-f]{64}","worker":"sha256:[0-9a-f]{64}"\}$/);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("changes its images, tasks, migration and services for a new release, and nothing else", async () => {
    stack.changeApp("2");
    const definitions = ["beat", "bootstrap", "migrate", "web", "worker"].map(
      (role) => `replace shop-${role}-definition`,
    );
    expect(linesOf(await stack.preview())).to.deep.equal(
      [
        ...definitions,
        "replace shop-image-web-image",
        "replace shop-image-worker-image",
        "replace shop-jobs-run-migrate",
        "update shop-beat-service",
        "update shop-web-service",
        "update shop-worker-service",
      ].sort(),
    );
  });

  it("migrates before the first service is changed, one service after the other", async () => {
    const first = account.calls.length;
    await stack.up();
    const order = account.calls
      .slice(first)
      .filter(({ operation }) => operation === "create" || operation === "update")
      .map(({ name }) => name)
      .filter((name) => /-service$|-run-/.test(name));
    expect(order).to.deep.equal([
      "shop-jobs-run-migrate",
      "shop-worker-service",
      "shop-web-service",
      "shop-beat-service",
    ]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("keeps the tasks and images of the release before, to go back to", () => {
    const families = account.there("aws:ecs/taskDefinition:TaskDefinition").map(({ outputs }) => outputs["family"]);
    expect(families.filter((family) => family === "dev-shop-shop-web")).to.have.length(2);
    expect(account.there("aws:ecr/image"), "two releases, two images").to.have.length(4);
  });

  it("leaves room for another application in the same account and network", async () => {
    const other = account.stack("other", { app: { ...stack.section("app"), name: "forum" } });
    const { outputs } = await other.up();
    expect(outputs["cluster"]).to.equal("dev-forum");
    expect(linesOf(await other.preview())).to.deep.equal([]);
    expect(linesOf(await stack.preview()), "the first application").to.deep.equal([]);
  });
});
