import { expect } from "chai";
import type { Values } from "../../../providers/rehearsal/model";
import { testRules } from "../support/rule-table";
import { basic, INSTANCE, inVpc, models, PARAMETERS, SUBNETS, withParameters } from "../support/simulated-database";
import { network } from "../support/simulated-network";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

const SECRET = "aws:secretsmanager/secret:Secret";
const SNAPSHOT = "aws:rds/snapshot:Snapshot";

const parameter = (name: string, applyMethod = "pending-reboot"): Values => ({
  parameters: [{ name, value: "1", applyMethod }],
});

testRules(
  {
    [SUBNETS]: {
      base: { subnetIds: ["subnet-1a", "subnet-1b"] },
      rules: {
        "rds-subnet-group-name": { accepted: { name: "my group_1.a" }, refused: { name: "MyGroup" } },
        "rds-subnet-group-name-taken": {
          given: (cloud) => inVpc(cloud, 1),
          accepted: { name: "net-9" },
          refused: { name: "net-1" },
        },
        "rds-subnet-group-vpc": { accepted: {}, refused: { subnetIds: ["subnet-1a", "subnet-2b"] } },
        "rds-subnet-group-zones": { accepted: {}, refused: { subnetIds: ["subnet-1a", "subnet-1a2"] } },
      },
    },
    [PARAMETERS]: {
      base: { family: "mariadb11.4" },
      rules: {
        "rds-parameter-group-name": { accepted: { name: "own-11.4" }, refused: { name: "own--11" } },
        "rds-parameter-apply-method": {
          accepted: parameter("max_connections"),
          refused: parameter("max_connections", "now"),
        },
        "rds-parameter-group-name-taken": {
          given: (cloud) => withParameters(cloud, "mysql8.4"),
          accepted: { name: "own-mariadb" },
          refused: { name: "own-mysql8.4" },
        },
        "rds-parameter-family": { accepted: { family: "postgres17" }, refused: { family: "postgres17.2" } },
        "rds-parameter-unknown": { accepted: parameter("slow_query_log"), refused: parameter("slow_querry_log") },
        "rds-parameter-static": {
          accepted: parameter("max_connections", "immediate"),
          refused: parameter("innodb_read_only", "immediate"),
        },
      },
    },
  },
  { models, things: network },
);

describe("a simulated database", () => {
  let cloud: SimulatedCloud;
  beforeEach(() => {
    cloud = simulated({ models });
    for (const thing of network) cloud.open.world.store.add(structuredClone(thing), "cloud");
  });

  it("has an endpoint, a resource id and what RDS chooses", async () => {
    const group = await inVpc(cloud, 1);
    const made = await cloud.create(INSTANCE, { ...basic, ...group });
    expect(made.id).to.match(/^db-[A-Z0-9]{26}$/);
    expect(made["address"]).to.match(/^blog\.[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com$/);
    expect(made["endpoint"]).to.equal(`${String(made["address"])}:3306`);
    expect(made["arn"]).to.equal("arn:aws:rds:us-east-1:123456789012:db:blog");
    expect(made).to.include({ status: "available", engineVersion: "11.4", engineVersionActual: "11.4.7" });
    expect(made).to.include({ parameterGroupName: "default.mariadb11.4", multiAz: false });
    expect(made["vpcSecurityGroupIds"]).to.deep.equal(["sg-vpc-1"]);
    expect(made["masterUserSecrets"]).to.deep.equal([]);
  });

  it("lets neither the subnets, the group of them nor the parameters go", async () => {
    const inputs = { ...basic, ...(await inVpc(cloud, 1)), ...(await withParameters(cloud, "mariadb11.4")) };
    const { id } = await cloud.create(INSTANCE, inputs);
    const subnets = await cloud.refusal(() => cloud.delete(SUBNETS, "net-1"));
    expect(subnets).to.include({ code: "InvalidDBSubnetGroupStateFault", rule: `ref:${INSTANCE}.dbSubnetGroupName` });
    const parameters = await cloud.refusal(() => cloud.delete(PARAMETERS, "own-mariadb11.4"));
    expect(parameters).to.include({ code: "InvalidDBParameterGroupState" });
    await cloud.delete(INSTANCE, id);
    await cloud.delete(SUBNETS, "net-1");
    await cloud.delete(PARAMETERS, "own-mariadb11.4");
  });

  for (const [property, value, code] of [
    ["dbSubnetGroupName", "gone", "DBSubnetGroupNotFoundFault"],
    ["parameterGroupName", "gone", "DBParameterGroupNotFound"],
    ["vpcSecurityGroupIds", ["sg-0"], "InvalidParameterValue"],
    ["snapshotIdentifier", "gone", "DBSnapshotNotFound"],
  ] as const) {
    it(`is refused when ${property} names nothing`, async () => {
      const refusal = await cloud.refusal(() => cloud.create(INSTANCE, { ...basic, [property]: value }));
      expect(refusal).to.include({ code, rule: `ref:${INSTANCE}.${property}` });
    });
  }

  it("keeps the managed password in a secret, which comes and goes with it", async () => {
    const managed = { ...basic, password: undefined, manageMasterUserPassword: true };
    const { id, ...made } = await cloud.create(INSTANCE, JSON.parse(JSON.stringify(managed)) as Values);
    const [secret] = made["masterUserSecrets"] as { secretArn: string; secretStatus: string }[];
    expect(secret?.secretStatus).to.equal("active");
    expect(secret?.secretArn).to.match(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:rds!db-[0-9a-f-]{36}-\w{6}$/);
    expect(cloud.all(SECRET).map((each) => each.outputs["arn"])).to.deep.equal([secret?.secretArn]);
    await cloud.update(INSTANCE, id, { ...(JSON.parse(JSON.stringify(managed)) as Values), backupRetentionPeriod: 3 });
    expect(cloud.all(SECRET)).to.have.length(1);
    await cloud.update(INSTANCE, id, basic);
    expect(cloud.all(SECRET)).to.have.length(0);
    const again = await cloud.create(INSTANCE, {
      ...(JSON.parse(JSON.stringify(managed)) as Values),
      identifier: "two",
    });
    expect(cloud.all(SECRET)).to.have.length(1);
    await cloud.delete(INSTANCE, again.id);
    expect(cloud.all(SECRET)).to.have.length(0);
  });

  it("leaves a snapshot, which another one is restored from", async () => {
    const first = { ...basic, dbName: "blog", skipFinalSnapshot: false, finalSnapshotIdentifier: "blog-final" };
    const { id } = await cloud.create(INSTANCE, first);
    await cloud.delete(INSTANCE, id);
    expect(cloud.all(SNAPSHOT).map((each) => each.id)).to.deep.equal(["blog-final"]);
    const second = { instanceClass: "db.t4g.small", identifier: "again", snapshotIdentifier: "blog-final" };
    const restored = await cloud.create(INSTANCE, second);
    expect(restored).to.include({ engine: "mariadb", username: "master", dbName: "blog", allocatedStorage: 30 });
  });

  it("waits for the maintenance window unless it is told not to", async () => {
    const { id } = await cloud.create(INSTANCE, basic);
    const bigger = { ...basic, instanceClass: "db.t4g.small", backupRetentionPeriod: 3 };
    const later = await cloud.update(INSTANCE, id, bigger);
    expect(later).to.include({ instanceClass: "db.t4g.micro", backupRetentionPeriod: 3 });
    const now = await cloud.update(INSTANCE, id, { ...bigger, applyImmediately: true });
    expect(now["instanceClass"]).to.equal("db.t4g.small");
  });

  it("refuses to go back to an older version", async () => {
    const { id } = await cloud.create(INSTANCE, basic);
    const older = { ...basic, engineVersion: "10.11", allowMajorVersionUpgrade: true };
    const refusal = await cloud.refusal(() => cloud.update(INSTANCE, id, older));
    expect(refusal.message).to.contain("Cannot upgrade mariadb from 11.4 to 10.11");
  });

  it("says of a password what is wrong, not what it is", async () => {
    const refusal = await cloud.refusal(() => cloud.create(INSTANCE, { ...basic, password: "hunter2 hunter2" }));
    expect(refusal.rule).to.equal("rds-password");
    expect(refusal.message).to.not.contain("hunter2");
  });

  it("knows the parameters of PostgreSQL too", async () => {
    const create = (inputs: Values): Promise<Values> => cloud.create(PARAMETERS, { family: "postgres17", ...inputs });
    await create(parameter("shared_buffers"));
    await create(parameter("rds.force_ssl", "immediate"));
    await create(parameter("transaction_timeout", "immediate"));
    expect(await cloud.refusal(() => create(parameter("innodb_buffer_pool_size")))).to.include({
      rule: "rds-parameter-unknown",
    });
    expect(await cloud.refusal(() => create(parameter("shared_buffers", "immediate")))).to.include({
      rule: "rds-parameter-static",
    });
  });
});
