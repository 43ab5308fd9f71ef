import { expect } from "chai";
import type { Values } from "../../../providers/rehearsal/model";
import { rds } from "../../../providers/rehearsal/aws/rds";
import { secretsmanager } from "../../../providers/rehearsal/aws/secretsmanager";
import { testRules } from "../support/rule-table";
import { ROLE, network } from "../support/simulated-network";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

const SUBNETS = "aws:rds/subnetGroup:SubnetGroup";
const PARAMETERS = "aws:rds/parameterGroup:ParameterGroup";
const INSTANCE = "aws:rds/instance:Instance";
const SECRET = "aws:secretsmanager/secret:Secret";
const SNAPSHOT = "aws:rds/snapshot:Snapshot";
const models = [...rds, ...secretsmanager];
const PASSWORD = "correct-horse-battery";
const KEY = "arn:aws:kms:us-east-1:123456789012:key/1";

const basic: Values = {
  identifier: "blog",
  instanceClass: "db.t4g.micro",
  engine: "mariadb",
  engineVersion: "11.4",
  allocatedStorage: 30,
  storageType: "gp3",
  username: "master",
  password: PASSWORD,
  skipFinalSnapshot: true,
};

/** A group of subnets of one of the networks. */
async function inVpc(cloud: SimulatedCloud, number: number, more: Values = {}): Promise<Values> {
  const subnetIds = [`subnet-${number}a`, `subnet-${number}b`];
  const { name } = await cloud.create(SUBNETS, { name: `net-${number}`, subnetIds });
  return { dbSubnetGroupName: name, ...more };
}

async function withParameters(cloud: SimulatedCloud, family: string): Promise<Values> {
  const { name } = await cloud.create(PARAMETERS, { name: `own-${family}`, family });
  return { parameterGroupName: name };
}

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
    [INSTANCE]: {
      base: basic,
      rules: {
        "rds-identifier": { accepted: { identifier: "blog-2" }, refused: { identifier: "2-blog" } },
        "rds-identifier-or-prefix": {
          accepted: { identifier: undefined, identifierPrefix: "blog-" },
          refused: { identifierPrefix: "blog-" },
        },
        "rds-final-snapshot-name": {
          accepted: { finalSnapshotIdentifier: "blog-final" },
          refused: { finalSnapshotIdentifier: "blog-final-" },
        },
        "rds-backup-days": { accepted: { backupRetentionPeriod: 35 }, refused: { backupRetentionPeriod: 36 } },
        "rds-backup-window": { accepted: { backupWindow: "23:30-00:00" }, refused: { backupWindow: "24:00-24:30" } },
        "rds-maintenance-window": {
          accepted: { maintenanceWindow: "Sun:05:00-Sun:06:00" },
          refused: { maintenanceWindow: "05:00-06:00" },
        },
        "rds-monitoring-interval": {
          accepted: { monitoringInterval: 60, monitoringRoleArn: ROLE },
          refused: { monitoringInterval: 20, monitoringRoleArn: ROLE },
        },
        "rds-monitoring-role": { accepted: { monitoringRoleArn: ROLE }, refused: { monitoringRoleArn: "worker" } },
        "rds-key": {
          accepted: { kmsKeyId: KEY, storageEncrypted: true },
          refused: { kmsKeyId: "alias/own", storageEncrypted: true },
        },
        "rds-network-type": { accepted: { networkType: "DUAL" }, refused: { networkType: "IPV6" } },
        "rds-storage-type": { accepted: { storageType: "gp2" }, refused: { storageType: "gp4" } },
        "rds-managed-or-own-password": {
          accepted: { password: undefined, manageMasterUserPassword: true },
          refused: { manageMasterUserPassword: true },
        },
        "rds-password-once": {
          accepted: { password: undefined, passwordWo: PASSWORD, passwordWoVersion: 1 },
          refused: { passwordWo: PASSWORD },
        },
        "rds-replica-user": {
          accepted: { replicateSourceDb: "other", username: undefined },
          refused: { replicateSourceDb: "other" },
        },
        "rds-replica-database": {
          accepted: { replicateSourceDb: "other", username: undefined },
          refused: { replicateSourceDb: "other", username: undefined, dbName: "blog" },
        },
        "rds-one-origin": {
          accepted: { replicateSourceDb: "other", username: undefined },
          refused: { replicateSourceDb: "other", username: undefined, snapshotIdentifier: "old" },
        },
        "rds-new-complete": { accepted: {}, refused: { username: undefined } },
        "rds-version": { accepted: { engineVersion: "10.11.9" }, refused: { engineVersion: "10.4" } },
        "rds-class": { accepted: { instanceClass: "db.m7g.large" }, refused: { instanceClass: "db.t2.micro" } },
        "rds-major-upgrade": {
          from: {},
          accepted: { engineVersion: "11.8", allowMajorVersionUpgrade: true },
          refused: { engineVersion: "11.8" },
        },
        "rds-parameter-group-family": {
          accepted: (cloud) => withParameters(cloud, "mariadb11.4"),
          refused: (cloud) => withParameters(cloud, "mariadb10.11"),
        },
        "rds-username": { accepted: { username: "sixteen_letters_" }, refused: { username: "rdsadmin" } },
        "rds-password": { accepted: { password: "a%b&c!d?" }, refused: { password: "name@host/" } },
        "rds-database-name": { accepted: { dbName: "blog_2" }, refused: { dbName: "my-blog" } },
        "rds-logs": {
          accepted: { enabledCloudwatchLogsExports: ["error", "slowquery"] },
          refused: { enabledCloudwatchLogsExports: ["postgresql"] },
        },
        "rds-performance-insights": {
          accepted: { performanceInsightsEnabled: true, instanceClass: "db.t4g.medium" },
          refused: { performanceInsightsEnabled: true },
        },
        "rds-storage-size": { accepted: { allocatedStorage: 20 }, refused: { allocatedStorage: 10 } },
        "rds-storage-shrinks": {
          from: { allocatedStorage: 40, applyImmediately: true },
          accepted: { allocatedStorage: 50 },
          refused: { allocatedStorage: 30 },
        },
        "rds-storage-limit": { accepted: { maxAllocatedStorage: 33 }, refused: { maxAllocatedStorage: 32 } },
        "rds-gp3-small": {
          accepted: { allocatedStorage: 400, iops: 12000 },
          refused: { allocatedStorage: 399, storageThroughput: 500 },
        },
        "rds-gp3-iops": {
          accepted: { allocatedStorage: 400, iops: 64000 },
          refused: { allocatedStorage: 400, iops: 3000 },
        },
        "rds-io-iops": {
          accepted: { allocatedStorage: 100, storageType: "io1", iops: 1000 },
          refused: { allocatedStorage: 100, storageType: "io1" },
        },
        "rds-identifier-taken": {
          given: (cloud) => cloud.create(INSTANCE, { ...basic, identifier: "taken" }),
          accepted: {},
          refused: { identifier: "taken" },
        },
        "rds-security-group-vpc": {
          accepted: (cloud) => inVpc(cloud, 1, { vpcSecurityGroupIds: ["sg-1"] }),
          refused: (cloud) => inVpc(cloud, 1, { vpcSecurityGroupIds: ["sg-2"] }),
        },
        "rds-public-without-gateway": {
          accepted: (cloud) => inVpc(cloud, 1, { publiclyAccessible: true }),
          refused: (cloud) => inVpc(cloud, 2, { publiclyAccessible: true }),
        },
        "rds-public-without-names": {
          accepted: (cloud) => inVpc(cloud, 3),
          refused: (cloud) => inVpc(cloud, 3, { publiclyAccessible: true }),
        },
        "rds-multi-az-pinned": {
          accepted: { multiAz: true },
          refused: { multiAz: true, availabilityZone: "us-east-1a" },
        },
        "rds-monitoring-without-role": {
          accepted: { monitoringInterval: 60, monitoringRoleArn: ROLE },
          refused: { monitoringInterval: 60 },
        },
        "rds-windows-overlap": {
          accepted: { backupWindow: "03:00-03:30", maintenanceWindow: "mon:03:30-mon:04:00" },
          refused: { backupWindow: "23:50-00:20", maintenanceWindow: "mon:00:00-mon:01:00" },
        },
        "rds-final-snapshot-unnamed": {
          deleted: true,
          accepted: { skipFinalSnapshot: false, finalSnapshotIdentifier: "blog-final" },
          refused: { skipFinalSnapshot: false },
        },
        "rds-deletion-protection": { deleted: true, accepted: {}, refused: { deletionProtection: true } },
        "rds-final-snapshot-taken": {
          deleted: true,
          given: async (cloud) => {
            const kept = {
              ...basic,
              identifier: "old",
              skipFinalSnapshot: false,
              finalSnapshotIdentifier: "old-final",
            };
            const { id } = await cloud.create(INSTANCE, kept);
            await cloud.delete(INSTANCE, id);
          },
          accepted: { skipFinalSnapshot: false, finalSnapshotIdentifier: "blog-final" },
          refused: { skipFinalSnapshot: false, finalSnapshotIdentifier: "old-final" },
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
