/** What the provider says of an instance before it calls RDS. */
import type { Rule } from "../../model";
import { arn, between, excludes, matches, oneOf, rule } from "../../rules";
import { textAt } from "../read";

const SOURCE = "terraform-provider-aws internal/service/rds/instance.go";
const VALIDATE = "terraform-provider-aws internal/service/rds/validate.go";
const NAME = "letters, digits and single hyphens, starting with a letter and not ending in a hyphen";
const TIME = "([01]\\d|2[0-3]):[0-5]\\d";
const DAY = "(mon|tue|wed|thu|fri|sat|sun)";
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const BACKUP = new RegExp(`^${TIME}-${TIME}$`);
const MAINTENANCE = new RegExp(`^${DAY}:${TIME}-${DAY}:${TIME}$`, "i");
const DAY_MINUTES = 24 * 60;

export const SETTINGS: readonly Rule[] = [
  matches(
    { id: "rds-identifier", source: VALIDATE },
    "identifier",
    /^(?!.*--)(?!.*-$)[a-z][0-9a-z-]{0,62}$/,
    `1 to 63 lower-case ${NAME}`,
  ),
  excludes({ id: "rds-identifier-or-prefix", source: SOURCE }, "identifier", "identifierPrefix"),
  matches(
    { id: "rds-final-snapshot-name", source: SOURCE },
    "finalSnapshotIdentifier",
    /^(?!.*--)(?!.*-$)[A-Za-z][0-9A-Za-z-]{0,254}$/,
    `up to 255 ${NAME}`,
  ),
  between({ id: "rds-backup-days", source: SOURCE }, "backupRetentionPeriod", 0, 35),
  matches({ id: "rds-backup-window", source: VALIDATE }, "backupWindow", BACKUP, "times such as 04:00-04:30 (UTC)"),
  matches(
    { id: "rds-maintenance-window", source: VALIDATE },
    "maintenanceWindow",
    MAINTENANCE,
    "times such as sun:05:00-sun:06:00 (UTC)",
  ),
  oneOf({ id: "rds-monitoring-interval", source: SOURCE }, "monitoringInterval", [0, 1, 5, 10, 15, 30, 60]),
  arn({ id: "rds-monitoring-role", source: SOURCE }, "monitoringRoleArn", "iam"),
  arn({ id: "rds-key", source: SOURCE }, "kmsKeyId", "kms"),
  oneOf({ id: "rds-network-type", source: SOURCE }, "networkType", ["IPV4", "DUAL"]),
  oneOf({ id: "rds-storage-type", source: SOURCE }, "storageType", ["standard", "gp2", "gp3", "io1", "io2"]),
  excludes({ id: "rds-managed-or-own-password", source: SOURCE }, "manageMasterUserPassword", "password"),
  excludes({ id: "rds-password-once", source: SOURCE }, "password", "passwordWo"),
  excludes({ id: "rds-replica-user", source: SOURCE }, "replicateSourceDb", "username"),
  excludes({ id: "rds-replica-database", source: SOURCE }, "replicateSourceDb", "dbName"),
  excludes({ id: "rds-one-origin", source: SOURCE }, "snapshotIdentifier", "replicateSourceDb"),
];

/** Windows of backup and maintenance that have minutes in common. */
export const windowsApart: Rule = rule(
  {
    id: "rds-windows-overlap",
    source: "Amazon RDS API Reference, CreateDBInstance, PreferredBackupWindow",
    code: "InvalidParameterValue",
  },
  ["backupWindow", "maintenanceWindow"],
  ({ inputs }) => {
    const backup = /^(\d+):(\d+)-(\d+):(\d+)$/.exec(textAt(inputs, "backupWindow") ?? "");
    const window = /^(\w+):(\d+):(\d+)-(\w+):(\d+):(\d+)$/.exec(
      (textAt(inputs, "maintenanceWindow") ?? "").toLowerCase(),
    );
    if (backup === null || window === null) return undefined;
    const [, backupHour, backupMinute, backupEndHour, backupEndMinute] = backup;
    const [, day, hour, minute, endDay, endHour, endMinute] = window;
    const daily = span(minutes(backupHour, backupMinute), minutes(backupEndHour, backupEndMinute), DAY_MINUTES);
    const weekly = span(minutes(hour, minute, day), minutes(endHour, endMinute, endDay), 7 * DAY_MINUTES);
    const met = DAYS.some((_, index) =>
      overlap(
        daily.map((at) => at + index * DAY_MINUTES),
        weekly,
      ),
    );
    return met ? "The backup window and maintenance window must not overlap." : undefined;
  },
);

function minutes(hour = "0", minute = "0", day = "mon"): number {
  return (DAYS.indexOf(day) * 24 + Number(hour)) * 60 + Number(minute);
}

/** Start and end, where an end before its start is one of the next day or week. */
function span(start: number, end: number, turn: number): number[] {
  return [start, end <= start ? end + turn : end];
}

function overlap([start = 0, end = 0]: readonly number[], [from = 0, to = 0]: readonly number[]): boolean {
  const week = 7 * DAY_MINUTES;
  return [-week, 0, week].some((turn) => start + turn < to && from < end + turn);
}
