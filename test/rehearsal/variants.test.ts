/** Stacks of other kinds, and what changes of their config come to. */
import { expect } from "chai";
import type { OperationResult } from "../../automation/engine/operations";
import type { Given } from "../../providers/rehearsal/given";
import { Account, linesOf, NETWORK, type AccountStack, type Sections } from "./support/account";

const ZONE: Given = {
  type: "aws:route53/zone:Zone",
  id: "Z0123456789ABC",
  outputs: { id: "Z0123456789ABC", zoneId: "Z0123456789ABC", name: "example.com" },
};

const PRODUCTION: Sections = {
  environment: "prod",
  processes: { web: { count: { min: 2, max: 6 } }, worker: { count: { min: 1, max: 4 } }, beat: {} },
  ecs: {
    network: { kind: "new", zones: 2 },
    capacity: { kind: "ec2", instanceType: "t3.large", size: 2 },
    broker: { kind: "rabbitmq-container" },
    cache: { kind: "elasticache" },
    loadBalancer: { domain: { name: "shop.example.com", zoneId: ZONE.id } },
    monitoring: { email: "ops@example.com" },
  },
};

const SMALL: Sections = {
  ecs: {
    capacity: { kind: "fargate-spot", architecture: "arm64" },
    database: { engine: "postgres" },
    broker: { kind: "amazon-mq" },
    cache: { kind: "redis-container" },
    exec: true,
  },
};

/** Operations on what keeps data. */
function dataOf({ changes }: OperationResult): string[] {
  return changes
    .filter(({ type }) => /^aws:(rds|efs|elasticache|mq)\//.test(type))
    .map(({ operation, name }) => `${operation} ${name}`);
}

function withEcs({ ecs, ...sections }: Sections, change: Record<string, unknown>): Sections {
  return { ...sections, ecs: { ...ecs, ...change } };
}

describe("a production stack on EC2, in a network of its own", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;
  const planned = async (change: Record<string, unknown>): Promise<OperationResult> => {
    stack.configure(withEcs(PRODUCTION, change));
    return stack.preview();
  };
  const ecs = PRODUCTION.ecs as Record<string, Record<string, unknown>>;

  before(async () => {
    account = await Account.open([ZONE], { judged: true });
    stack = account.stack("prod", PRODUCTION);
  });

  after(() => {
    account.close();
  });

  it("is made with HTTPS, alarms and scaling, and a second deployment changes nothing", async () => {
    const { outputs } = await stack.up();
    expect(outputs["url"]).to.equal("https://shop.example.com");
    expect(outputs["dashboard"]).to.match(/#dashboards\/dashboard\/prod-shop$/);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("takes another type of instance by a new version of its launch template", async () => {
    const plan = await planned({ capacity: { ...ecs["capacity"], instanceType: "m6i.large" } });
    expect(linesOf(plan)).to.deep.equal([
      "update shop-cluster-instances-group",
      "update shop-cluster-instances-template",
    ]);
  });

  it("takes another size of the cluster in place", async () => {
    expect(linesOf(await planned({ capacity: { ...ecs["capacity"], size: 3 } }))).to.deep.equal([
      "update shop-cluster-instances-group",
    ]);
  });

  it("takes another class of the database in place, and tells its alarm", async () => {
    const plan = await planned({ database: { engine: "mariadb", instanceClass: "db.t4g.medium" } });
    expect(linesOf(plan)).to.deep.equal([
      "update shop-database-instance",
      "update shop-monitoring-alarm-databaseConnections",
    ]);
  });

  it("takes a third zone without moving anything that is there", async () => {
    const plan = await planned({ network: { ...ecs["network"], zones: 3 } });
    // Jobs run in the network: in another one they run again, and find nothing to do.
    expect(linesOf(plan).filter((line) => /^(replace|delete)/.test(line))).to.deep.equal([
      "replace shop-jobs-run-bootstrap",
      "replace shop-jobs-run-migrate",
    ]);
    expect(linesOf(plan)).to.include.members(["create shop-network-private-c", "update shop-database-subnets"]);
    expect(dataOf(plan).filter((line) => line.includes("shop-database-instance"))).to.deep.equal([]);
  });

  it("is brought there all at once, and then to another broker, with its database as it is", async () => {
    const change = {
      capacity: { ...ecs["capacity"], instanceType: "m6i.large", size: 3 },
      network: { ...ecs["network"], zones: 3 },
    };
    stack.configure(withEcs(PRODUCTION, change));
    await stack.up();
    const before = account.made("aws:rds/instance:Instance").map(({ id }) => id);
    stack.configure(withEcs(PRODUCTION, { ...change, broker: { kind: "sqs" } }));
    const { changes } = await stack.up();
    expect(changes.map(({ operation, name }) => `${operation} ${name}`)).to.include("create shop-broker-queue-celery");
    expect(account.made("aws:rds/instance:Instance").map(({ id }) => id)).to.deep.equal(before);
    expect(account.made("aws:efs/fileSystem:FileSystem"), "storage of the broker that is gone").to.have.length(0);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});

describe("a small stack on spot machines, in a network that is there", function () {
  this.timeout(300_000);

  it("is made, and a second deployment changes nothing", async () => {
    const account = await Account.open(NETWORK, { judged: true });
    try {
      const stack = account.stack("dev", SMALL);
      await stack.up();
      expect(linesOf(await stack.preview())).to.deep.equal([]);
      expect(account.made().filter(({ type }) => /^aws:ec2\/(vpc|subnet|natGateway):/.test(type))).to.deep.equal([]);
    } finally {
      account.close();
    }
  });
});
