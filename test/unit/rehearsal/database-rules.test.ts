import { testRules } from "../support/rule-table";
import { basic, INSTANCE, inVpc, models, PASSWORD, withParameters } from "../support/simulated-database";
import { ROLE, network } from "../support/simulated-network";

const KEY = "arn:aws:kms:us-east-1:123456789012:key/1";

testRules(
  {
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
