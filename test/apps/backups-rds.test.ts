/** Backups that RDS makes, as moto has it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { expect } from "chai";
import * as aws from "../../automation/backup/rds";
import { WAIT_FOR_LOCK } from "../../automation/engine/locks";
import { patiently } from "../../automation/waiting";
import { lastRestoreTest } from "../../automation/backup/record";
import { CANARY } from "../platforms/support/services";
import { failureOf } from "../support/failure";
import * as harness from "./fixtures/servers/harness";

const PATIENCE = { maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 };

describe("backups of RDS, as moto has it", function () {
  this.timeout(60_000);
  let folder: string;
  let rds: RDSClient;
  let database: aws.RdsDatabase;

  before(async function () {
    this.timeout(300_000);
    folder = mkdtempSync(path.join(tmpdir(), "slipway-backups-"));
    await harness.makeVenv();
    const port = await harness.freePort();
    const moto = harness.start([harness.MOTO, "-H", "127.0.0.1", "-p", String(port)], {});
    await harness.until(() => moto.output().includes("Running on"), `moto; it wrote ${moto.output()}`);
    const endpoint = `http://127.0.0.1:${port}`;
    const credentials = { accessKeyId: "none", secretAccessKey: "none" };
    rds = new RDSClient({ region: "eu-central-1", endpoint, credentials });
    const ec2 = async (body: Record<string, string>, tag: string): Promise<string> => {
      const credential = "none/20260304/eu-central-1/ec2/aws4_request";
      const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`;
      const text = new URLSearchParams({ ...body, Version: "2016-11-15" });
      const answer = await (await fetch(endpoint, { method: "POST", headers: { authorization }, body: text })).text();
      return new RegExp(`<${tag}>(.*?)</${tag}>`).exec(answer)?.[1] ?? "";
    };
    const VpcId = await ec2({ Action: "CreateVpc", CidrBlock: "10.0.0.0/16" }, "vpcId");
    const subnet = await ec2({ Action: "CreateSubnet", VpcId, CidrBlock: "10.0.0.0/24" }, "subnetId");
    const guard = await ec2(
      { Action: "CreateSecurityGroup", VpcId, GroupName: "guard", GroupDescription: "guard" },
      "groupId",
    );
    await rds.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: "shop-subnets",
        DBSubnetGroupDescription: "shop",
        SubnetIds: [subnet],
      }),
    );
    const { DBInstance } = await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "shop-database-0a1b2c3",
        Engine: "postgres",
        EngineVersion: "17.5",
        DBInstanceClass: "db.t4g.micro",
        AllocatedStorage: 30,
        StorageEncrypted: true,
        MasterUsername: "admin",
        MasterUserPassword: `${CANARY}-password`,
        DBSubnetGroupName: "shop-subnets",
        VpcSecurityGroupIds: [guard],
        PubliclyAccessible: false,
        DeletionProtection: true,
        MultiAZ: true,
        Tags: [{ Key: "slipway:stack", Value: "prod" }],
      }),
    );
    const host = DBInstance?.Endpoint?.Address ?? "";
    database = { place: { project: folder, stack: "prod" }, target: "ecs", rds, host, release: "0a1b2c3d4e5f" };
  });
  after(async () => {
    await harness.stopAll();
    rmSync(folder, { recursive: true });
  });

  const instances = async (): Promise<string[]> => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.map(({ DBInstanceIdentifier: name = "" }) => name).sort();
  };

  it("are snapshots, which say the release that served; those of others are listed and never removed", async () => {
    await rds.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: "shop-database-0a1b2c3", DBSnapshotIdentifier: "by-hand" }),
    );
    const first = await aws.snapshotOfRds(database, {}, PATIENCE);
    expect(first).to.include({ target: "ecs", kind: "rds", complete: true, release: "0a1b2c3d4e5f" });
    expect(first.id).to.match(/^shop-database-0a1b2c3-slipway-\d{8}t\d{9}z$/);
    const second = await aws.snapshotOfRds(database, { keep: 1 }, PATIENCE);
    expect(second.removed).to.deep.equal([first.id]);
    const left = (await aws.backupsAtRds(database)).map(({ id }) => id);
    expect(left).to.include.members([second.id, "by-hand"]).and.not.to.include(first.id);
  });

  it("are restored into an instance of their own, as the stack's is: in its network, behind its guard, not public", async () => {
    const told: string[] = [];
    const onProgress = (progress: { kind: string; message?: string }): void => void told.push(progress.message ?? "");
    const wish = { from: database.place, into: "shop-again", onProgress };
    const { into, notes } = await aws.restoreAtRds(database, database, wish, PATIENCE);
    expect([into, told.length > 0]).to.deep.equal(["the instance shop-again", true]);
    const { DBInstances: all = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    const [old, made] = ["shop-database-0a1b2c3", "shop-again"].map((name) =>
      all.find(({ DBInstanceIdentifier: id }) => id === name),
    );
    expect(made?.DBSubnetGroup?.DBSubnetGroupName).to.equal("shop-subnets");
    expect(made?.VpcSecurityGroups).to.deep.equal(old?.VpcSecurityGroups).and.to.have.length(1);
    expect(made).to.include({
      PubliclyAccessible: false,
      DeletionProtection: true,
      MultiAZ: true,
      StorageEncrypted: true,
    });
    expect(notes.join())
      .to.contain(made?.Endpoint?.Address ?? "no address")
      .and.to.contain("ecs.database");
  });

  it("wait for an instance that is being changed, as long as they are told to", async () => {
    const busy: RDSClient = Object.create(rds) as RDSClient;
    let refusals = 1;
    busy.send = ((...[command]: Parameters<RDSClient["send"]>) => {
      if (!(command instanceof CreateDBSnapshotCommand) || refusals-- <= 0) return rds.send(command);
      const refusal = new Error("Instance shop-database-0a1b2c3 is not in available state.");
      return Promise.reject(Object.assign(refusal, { name: "InvalidDBInstanceStateFault" }));
    }) as RDSClient["send"];
    const snapshot = () => aws.snapshotOfRds({ ...database, rds: busy }, {}, PATIENCE);
    const refused = await failureOf(snapshot());
    expect([refused.kind, refused.mend]).to.deep.equal(["locked", WAIT_FOR_LOCK]);
    refusals = 1;
    expect(await patiently({ waitForLock: 30 }, snapshot)).to.include({ complete: true });
  });

  it("take the place of nothing", async () => {
    const before = await instances();
    const again = await failureOf(
      aws.restoreAtRds(database, database, { from: database.place, into: "shop-again" }, PATIENCE),
    );
    expect(again).to.include({ kind: "usage" });
    expect(again.message).to.contain("writes over nothing");
    const live = await failureOf(aws.restoreAtRds(database, database, { from: database.place }, PATIENCE));
    expect(live.mend).to.contain("--into");
    expect(await instances()).to.deep.equal(before);
  });

  it("pass a test on an instance that is removed, and so is one that a killed test has left", async () => {
    const before = await instances();
    for (const time of ["first", "again"]) {
      const { passed, checks, backup } = await aws.testAtRds(database, {}, PATIENCE);
      expect(
        checks.filter((check) => !check.passed),
        time,
      ).to.deep.equal([]);
      expect(passed).to.equal(true);
      expect(await instances()).to.deep.equal(before);
      expect(lastRestoreTest({ project: folder, stack: "prod" }, "ecs")?.backup).to.equal(backup.id);
    }
  });

  it("are not tried on an instance that somebody else has made", async () => {
    const other = {
      DBInstanceIdentifier: "shop-database-0a1b2c3-slipway-test",
      Engine: "postgres",
      EngineVersion: "17.5",
    };
    await rds.send(new CreateDBInstanceCommand({ ...other, DBInstanceClass: "db.t4g.micro", AllocatedStorage: 20 }));
    const before = await instances();
    expect((await failureOf(aws.testAtRds(database, {}, PATIENCE))).message).to.contain("no restore test has made");
    expect(await instances()).to.deep.equal(before);
    // Marked as one's own, it goes.
    const name = "arn:aws:rds:eu-central-1:123456789012:db:shop-database-0a1b2c3-slipway-test";
    const Tags = [{ Key: "slipway:restore-test", Value: "yes" }];
    await rds.send(new AddTagsToResourceCommand({ ResourceName: name, Tags }));
    expect((await aws.testAtRds(database, {}, PATIENCE)).passed).to.equal(true);
    expect(await instances()).to.not.include("shop-database-0a1b2c3-slipway-test");
  });

  it("that are interrupted while the instance is made leave nothing of it", async () => {
    const before = await instances();
    const controller = new AbortController();
    const { signal } = controller;
    // Moto's instances are there at once: this one is seen once before it is.
    let looks = 0;
    const slow: RDSClient = Object.create(rds) as RDSClient;
    slow.send = (async (...[command]: Parameters<RDSClient["send"]>) => {
      const answer = await rds.send(command);
      if (!controller.signal.aborted || looks > 0 || !("DBInstances" in answer)) return answer;
      looks += 1;
      return { ...answer, DBInstances: [{ DBInstanceStatus: "creating" }] };
    }) as RDSClient["send"];
    const onProgress = (): void => {
      controller.abort();
    };
    const stopped = await failureOf(aws.testAtRds({ ...database, rds: slow }, { signal, onProgress }, PATIENCE));
    expect([stopped.kind, stopped.mend, looks]).to.deep.equal(["cancelled", undefined, 1]);
    expect(await instances()).to.deep.equal(before);
  });
});
