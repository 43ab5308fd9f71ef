/** What keeps data has to be encrypted, and in production protected. */
import { jsonAt, listAt, objectAt, said, type Inputs, type PolicyRule } from "../rule";

const DATABASE = "aws:rds/instance:Instance";
const QUEUE = "aws:sqs/queue:Queue";
const FEWEST_BACKUP_DAYS = 7;

/** Type -> what says that it is encrypted. */
const ENCRYPTED: Readonly<Record<string, (inputs: Inputs) => boolean>> = {
  [DATABASE]: ({ storageEncrypted }) => storageEncrypted === true,
  "aws:efs/fileSystem:FileSystem": ({ encrypted }) => encrypted === true,
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ atRestEncryptionEnabled }) =>
    String(atRestEncryptionEnabled) === "true",
  "aws:ec2/launchTemplate:LaunchTemplate": (inputs) => {
    const disks = listAt(inputs, "blockDeviceMappings").map((mapping) => objectAt(mapping, "ebs"));
    return disks.length > 0 && disks.every(({ encrypted }) => String(encrypted) === "true");
  },
  [QUEUE]: ({ sqsManagedSseEnabled, kmsMasterKeyId }) => sqsManagedSseEnabled !== false || kmsMasterKeyId !== undefined,
};

const encrypted: PolicyRule = {
  name: "storage-encrypted",
  description: "What keeps data is encrypted.",
  level: "mandatory",
  types: Object.keys(ENCRYPTED),
  violation: (inputs, type) =>
    ENCRYPTED[type]?.(inputs) === false ? "Its storage is not encrypted; turn encryption on." : undefined,
};

const databaseProtected: PolicyRule = {
  name: "database-protected",
  description: "A production database cannot be deleted by mistake, and leaves a snapshot.",
  level: "mandatory",
  production: true,
  types: [DATABASE],
  violation: ({ deletionProtection, skipFinalSnapshot }) => {
    if (deletionProtection !== true) return "It can be deleted by mistake; set database.protect to true.";
    if (skipFinalSnapshot === true) return "It would leave no snapshot; set database.finalSnapshot to true.";
    return undefined;
  },
};

const databaseBackedUp: PolicyRule = {
  name: "database-backed-up",
  description: `A production database keeps backups for ${FEWEST_BACKUP_DAYS} days at least.`,
  level: "mandatory",
  production: true,
  types: [DATABASE],
  violation: ({ backupRetentionPeriod }) =>
    Number(backupRetentionPeriod ?? 0) >= FEWEST_BACKUP_DAYS
      ? undefined
      : `Backups are kept for ${said(backupRetentionPeriod, "0")} days; set database.backupDays to ${FEWEST_BACKUP_DAYS} or more.`,
};

const queueKeepsFailures: PolicyRule = {
  name: "queue-has-dead-letters",
  description: "A task that always fails is put aside, where it can be looked at.",
  level: "advisory",
  types: [QUEUE],
  violation: (inputs) => {
    const { redrivePolicy, redriveAllowPolicy, messageRetentionSeconds } = inputs;
    // The queue for dead letters itself keeps them for as long as there is.
    if (redriveAllowPolicy !== undefined || messageRetentionSeconds === 1_209_600) return undefined;
    const limit = jsonAt(inputs, "redrivePolicy");
    return redrivePolicy === undefined && limit === undefined
      ? "It has no queue for dead letters; set redrivePolicy."
      : undefined;
  },
};

export const dataRules: readonly PolicyRule[] = [encrypted, databaseProtected, databaseBackedUp, queueKeepsFailures];
