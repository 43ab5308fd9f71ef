/** Stacks on Elastic Beanstalk: made, released anew, and changed from one kind to another. */
import { expect } from "chai";
import type { OperationResult } from "../../automation/engine/operations";
import type { Given } from "../../providers/rehearsal/given";
import { Account, linesOf, WEB_ONLY, type AccountStack, type Sections } from "./support/account";

const DATABASE = "aws:rds/instance:Instance";
const ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment";
const VERSION = "aws:elasticbeanstalk/applicationVersion:ApplicationVersion";
const ZONE: Given = {
  type: "aws:route53/zone:Zone",
  id: "Z0123456789ABC",
  outputs: { id: "Z0123456789ABC", zoneId: "Z0123456789ABC", name: "example.com" },
};

const SMALL: Sections = { targets: ["beanstalk"], beanstalk: { database: { engine: "mariadb" } } };
const APART: Sections = {
  targets: ["beanstalk"],
  beanstalk: { database: { engine: "mariadb" }, celery: { place: "worker-environment" } },
};
const PRODUCTION: Sections = {
  environment: "prod",
  targets: ["beanstalk"],
  processes: { web: { count: { min: 2, max: 6 } }, worker: { count: { min: 1, max: 4 } }, beat: {} },
  beanstalk: {
    network: { kind: "new", zones: 2 },
    cache: { kind: "elasticache" },
    loadBalancer: { domain: { name: "shop.example.com", zoneId: ZONE.id } },
    monitoring: { email: "ops@example.com" },
  },
};

/** What is done to things that keep data. */
function dataOf({ changes }: OperationResult): string[] {
  return changes
    .filter(({ type }) => /^aws:(rds|elasticache|secretsmanager)\//.test(type))
    .map(({ operation, name }) => `${operation} ${name}`);
}

describe("a stack on Elastic Beanstalk", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;
  let databases: string[];

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev", SMALL);
  });

  after(() => {
    account.close();
  });

  it("is made as one instance, and a second deployment changes nothing", async () => {
    const { outputs } = await stack.up();
    expect(outputs["url"]).to.match(/^http:\/\/dev-shop-web\.eba-[a-z0-9]{8}\.eu-central-1\.elasticbeanstalk\.com$/);
    expect(outputs["environments"]).to.equal('{"web":"dev-shop-web"}');
    expect(linesOf(await stack.preview())).to.deep.equal([]);
    databases = account.made(DATABASE).map(({ id }) => id);
    expect(databases).to.have.length(1);
  });

  it("changes its bundle, version and environment for a new release, and nothing else", async () => {
    stack.changeApp("2");
    const { changes } = await stack.up();
    expect(linesOf({ changes, outputs: {} } as unknown as OperationResult)).to.deep.equal([
      "replace shop-releases-bundle-web",
      "replace shop-releases-version-web",
      "update shop-environment-web-environment",
    ]);
    const update = changes.find(({ type }) => type === ENVIRONMENT);
    expect(update?.properties.map(({ path }) => path)).to.deep.equal(["version"]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("keeps the release before, to go back to", () => {
    const labels = account.there(VERSION).map(({ id }) => id);
    expect(labels).to.have.length(2);
    expect(account.there(ENVIRONMENT).map(({ outputs }) => outputs["version"])).to.deep.equal([labels[1]]);
    expect(account.there("aws:s3/bucketObjectv2:BucketObjectv2")).to.have.length(2);
  });

  it("takes another type of instance in place, and nothing else", async () => {
    stack.configure({
      ...SMALL,
      beanstalk: { ...SMALL.beanstalk, web: { kind: "single", instanceType: "t4g.small" } },
    });
    const plan = await stack.preview();
    expect(linesOf(plan)).to.deep.equal(["update shop-environment-web-environment"]);
    const changed = plan.changes.find(({ type }) => type === ENVIRONMENT);
    expect(changed?.properties.every(({ path }) => path.startsWith("settings"))).to.equal(true);
  });

  it("gives its workers an environment of their own, which is there first, and takes them back", async () => {
    stack.configure(APART);
    const apart = await stack.up();
    expect(linesOf(apart)).to.include.members(["create shop-environment-worker-environment"]);
    expect(dataOf(apart)).to.deep.equal([]);
    const order = account.calls.filter(({ type, operation }) => type === ENVIRONMENT && operation !== "read");
    expect(order.slice(-2).map(({ operation, name }) => `${operation} ${name}`)).to.deep.equal([
      "create shop-environment-worker-environment",
      "update shop-environment-web-environment",
    ]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
    stack.configure(SMALL);
    const back = await stack.up();
    expect(linesOf(back)).to.include.members(["delete shop-environment-worker-environment"]);
    expect(dataOf(back)).to.deep.equal([]);
    expect(account.there(ENVIRONMENT).map(({ outputs }) => outputs["name"])).to.deep.equal(["dev-shop-web"]);
  });

  it("gives up its worker and its queue, and has them again, with its database as it is", async () => {
    stack.configure({ ...SMALL, ...WEB_ONLY });
    const without = await stack.up();
    expect(linesOf(without)).to.include.members([
      "delete shop-broker-queue-celery",
      "update shop-environment-web-environment",
    ]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
    stack.configure(SMALL);
    expect(linesOf(await stack.preview())).to.include.members(["create shop-broker-queue-celery"]);
    expect(account.made(DATABASE).map(({ id }) => id)).to.deep.equal(databases);
  });
});

describe("a production stack on Elastic Beanstalk, in a network of its own", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;
  before(async () => {
    account = await Account.open([ZONE], { judged: true });
    stack = account.stack("prod", PRODUCTION);
  });

  after(() => {
    account.close();
  });

  it("is made with HTTPS, alarms and workers of its own, and a second deployment changes nothing", async () => {
    const { outputs } = await stack.up();
    expect(outputs["url"]).to.equal("https://shop.example.com");
    expect(Object.keys(JSON.parse(String(outputs["environments"])) as object).sort()).to.deep.equal(["web", "worker"]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("takes other instances, another way of deploying and another class of the database in place", async () => {
    const web = { kind: "balanced", instanceType: "m7i.large" };
    const database = { engine: "mariadb", instanceClass: "db.t4g.medium" };
    const change = { web, database, deployment: { kind: "canary" } };
    stack.configure({ ...PRODUCTION, beanstalk: { ...PRODUCTION.beanstalk, ...change } });
    expect(linesOf(await stack.preview())).to.deep.equal([
      "update shop-database-instance",
      "update shop-environment-web-environment",
      "update shop-monitoring-alarm-databaseConnections",
    ]);
  });
});
