/** Instances of RDS that are made of a snapshot. */
import {
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  waitUntilDBInstanceAvailable,
  waitUntilDBInstanceDeleted,
  type DBInstance,
  type DBSnapshot,
  type RDSClient,
  type RestoreDBInstanceFromDBSnapshotCommandInput,
} from "@aws-sdk/client-rds";
import { createWaiter, WaiterState } from "@smithy/util-waiter";
import type { OperationOptions } from "../engine/operations";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";
import { waiting, type Patience } from "../patience";
import type { RestoreCheck } from "./backup";
import { told } from "./waiting";

/** Marks instances that a restore test made, and may therefore remove. */
const TRIAL = "slipway:restore-test";

/** How a new instance differs from the one that its snapshot is of. */
export interface Wanted {
  name: string;
  /** A standby in another zone. @default false */
  multiAz?: boolean;
  /** Absent for one that is only tried, and removed again. */
  protect?: boolean;
}

/** @throws SlipwayError (state) when there is none */
export async function instanceOf(rds: RDSClient, name: string, { stack }: StackPlace): Promise<DBInstance> {
  const found = await describe(rds, name);
  if (found !== undefined) return found;
  const mend = `slipway refresh --stack ${stack} shows what is gone`;
  throw new SlipwayError("state", `AWS does not have the instance ${name} of ${stack}, whose network is needed.`, mend);
}

/** Makes an instance of a snapshot, in the network and behind the guards of `source`, and waits until it answers. */
export async function restoredInstance(
  rds: RDSClient,
  source: DBInstance,
  snapshot: DBSnapshot,
  wanted: Wanted,
  options: OperationOptions,
  patience: Patience,
): Promise<DBInstance> {
  const { name } = wanted;
  try {
    await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(inputOf(source, snapshot, wanted)));
  } catch (error) {
    if (!(error instanceof Error) || !/^DBInstanceAlreadyExists/.test(error.name)) throw error;
    const problem = `There is an instance ${name} already, and a restore writes over nothing.`;
    throw new SlipwayError("usage", problem, "name another one", { cause: error });
  }
  options.onProgress?.({ kind: "message", message: `RDS makes the instance ${name}; that takes minutes.` });
  const asked = { DBInstanceIdentifier: name };
  await told(
    `The instance ${name}`,
    options,
    () => waitUntilDBInstanceAvailable(waiting(rds, options, patience), asked),
    wanted.protect === undefined ? undefined : `AWS goes on with the instance ${name}, which costs until you remove it`,
  );
  const made = await describe(rds, name);
  if (made === undefined) throw new SlipwayError("failed", `RDS does not have the instance ${name} that it has made.`);
  return made;
}

function inputOf(
  source: DBInstance,
  snapshot: DBSnapshot,
  { name, multiAz = false, protect }: Wanted,
): RestoreDBInstanceFromDBSnapshotCommandInput {
  const own = (source.TagList ?? []).filter(({ Key = "" }) => !Key.startsWith("aws:"));
  return {
    DBInstanceIdentifier: name,
    DBSnapshotIdentifier: snapshot.DBSnapshotIdentifier,
    DBInstanceClass: source.DBInstanceClass,
    DBSubnetGroupName: source.DBSubnetGroup?.DBSubnetGroupName,
    VpcSecurityGroupIds: guardsOf(source),
    DBParameterGroupName: source.DBParameterGroups?.[0]?.DBParameterGroupName,
    PubliclyAccessible: false,
    MultiAZ: multiAz,
    DeletionProtection: protect ?? false,
    CopyTagsToSnapshot: true,
    AutoMinorVersionUpgrade: source.AutoMinorVersionUpgrade,
    ...(source.CACertificateIdentifier !== undefined && { CACertificateIdentifier: source.CACertificateIdentifier }),
    // RDS keeps the password of the master user here as it does there.
    ...(source.MasterUserSecret !== undefined && { ManageMasterUserPassword: true }),
    Tags: protect === undefined ? [...own, { Key: TRIAL, Value: "yes" }] : own,
  };
}

/** What a restored instance has to have in common with its snapshot, and with the instance that it is to stand in for. */
export function checksOf(made: DBInstance, source: DBInstance, snapshot: DBSnapshot): RestoreCheck[] {
  const engine = `${made.Engine ?? ""} ${made.EngineVersion ?? ""}`;
  const place = `${made.DBSubnetGroup?.DBSubnetGroupName ?? "no subnets"}, ${guardsOf(made).join(", ")}`;
  const there = `${source.DBSubnetGroup?.DBSubnetGroupName ?? "no subnets"}, ${guardsOf(source).join(", ")}`;
  const encrypted = made.StorageEncrypted === true;
  return [
    { name: "available", passed: made.DBInstanceStatus === "available", found: made.DBInstanceStatus ?? "unknown" },
    { name: "engine", passed: engine === `${snapshot.Engine ?? ""} ${snapshot.EngineVersion ?? ""}`, found: engine },
    {
      name: "storage",
      passed: (made.AllocatedStorage ?? 0) >= (snapshot.AllocatedStorage ?? 0),
      found: `${made.AllocatedStorage ?? 0} GiB`,
    },
    {
      name: "encryption",
      passed: encrypted === (snapshot.Encrypted === true),
      found: encrypted ? "encrypted" : "not encrypted",
    },
    { name: "network", passed: place === there && made.PubliclyAccessible !== true, found: place },
  ];
}

function guardsOf({ VpcSecurityGroups = [] }: DBInstance): string[] {
  return VpcSecurityGroups.map(({ VpcSecurityGroupId: id = "" }) => id).sort();
}

/**
 * Removes an instance that a test made, and waits until it is gone, whatever happens meanwhile.
 *
 * @throws SlipwayError (usage) when somebody else made it, (failed) when it stays
 */
export async function removeInstance(rds: RDSClient, name: string, patience: Patience): Promise<void> {
  const found = await describe(rds, name);
  if (found === undefined) return;
  if (found.TagList?.some(({ Key }) => Key === TRIAL) !== true) {
    throw new SlipwayError(
      "usage",
      `There is an instance ${name} that no restore test has made.`,
      "remove or rename it",
    );
  }
  try {
    // It may have come with the snapshot.
    if (found.DeletionProtection === true) {
      await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, DeletionProtection: false }));
    }
    const { state } = await createWaiter(waiting(rds, {}, patience), name, () => deletion(rds, name));
    if (state === WaiterState.SUCCESS) {
      await waitUntilDBInstanceDeleted(waiting(rds, {}, patience), { DBInstanceIdentifier: name });
    }
  } catch (error) {
    const mend = `aws rds delete-db-instance --skip-final-snapshot --db-instance-identifier ${name}`;
    const problem = `The instance ${name}, which a restore test made, could not be removed, and costs: ${String(error)}`;
    throw new SlipwayError("failed", problem, mend, { cause: error });
  }
}

/** One that is being made cannot be removed before it is there. */
async function deletion(rds: RDSClient, name: string): Promise<{ state: WaiterState }> {
  try {
    const removal = { DBInstanceIdentifier: name, SkipFinalSnapshot: true, DeleteAutomatedBackups: true };
    await rds.send(new DeleteDBInstanceCommand(removal));
    return { state: WaiterState.SUCCESS };
  } catch (error) {
    const code = error instanceof Error ? error.name : "";
    if (/^DBInstanceNotFound/.test(code)) return { state: WaiterState.SUCCESS };
    if (/^InvalidDBInstanceState/.test(code)) return { state: WaiterState.RETRY };
    throw error;
  }
}

async function describe(rds: RDSClient, name: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances: [found] = [] } = await rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }),
    );
    return found;
  } catch (error) {
    if (error instanceof Error && /^DBInstanceNotFound/.test(error.name)) return undefined;
    throw error;
  }
}
