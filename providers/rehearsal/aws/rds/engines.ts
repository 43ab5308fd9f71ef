/**
 * What RDS offers, as of October 2026. Where it is known from: "Amazon RDS User Guide" (MariaDB, MySQL and PostgreSQL
 * versions; DB instance classes; quotas and constraints), and the answers of DescribeDBEngineVersions and
 * DescribeOrderableDBInstanceOptions that github.com/aws-cloudformation/cfn-lint keeps for its schemas.
 */

/** A database engine. */
export interface Engine {
  /** Major versions, each with a minor version that it stands for where the program names the major one only. */
  majors: Readonly<Record<string, string>>;
  port: number;
  license: string;
  /** Longest password of the master user; the shortest is 8 everywhere. */
  password: number;
  /** Longest name of the master user: probed in github.com/floci-io/floci/pull/3730. */
  username: number;
  /** Names that the master user must not have. */
  reserved: readonly string[];
  /** Logs that can be sent to CloudWatch. */
  logs: readonly string[];
}

const SQL_LOGS = ["audit", "error", "general", "slowquery"];

export const ENGINES: Readonly<Record<string, Engine>> = {
  mariadb: {
    majors: { "10.6": "10.6.22", "10.11": "10.11.13", "11.4": "11.4.7", "11.8": "11.8.3" },
    port: 3306,
    license: "general-public-license",
    password: 41,
    username: 16,
    reserved: ["rdsadmin", "rdsrepladmin"],
    logs: SQL_LOGS,
  },
  mysql: {
    majors: { "8.0": "8.0.43", "8.4": "8.4.6" },
    port: 3306,
    license: "general-public-license",
    password: 41,
    username: 32,
    reserved: ["rdsadmin", "rdsrepladmin"],
    logs: SQL_LOGS,
  },
  postgres: {
    majors: { "14": "14.19", "15": "15.14", "16": "16.10", "17": "17.6", "18": "18.1" },
    port: 5432,
    license: "postgresql-license",
    password: 128,
    username: 63,
    reserved: ["admin", "rdsadmin", "rdsrepladmin", "rds_superuser"],
    logs: ["postgresql", "upgrade", "iam-db-auth-error"],
  },
};

const SMALL = ["micro", "small", "medium", "large", "xlarge", "2xlarge"];
const TO_16 = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"];
const TO_24 = [...TO_16, "24xlarge"];
const TO_32 = [...TO_24, "32xlarge"];
const TO_48 = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"];

/** Families of instance classes with their sizes; older ones, such as db.t2, run no version in {@link ENGINES}. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  t3: SMALL,
  t4g: SMALL,
  ...sized(["m5", "m5d", "r5", "r5b", "r5d"], TO_24),
  ...sized(["m6g", "m6gd", "m7g", "r6g", "r6gd", "r7g", "x2g"], TO_16),
  ...sized(["m6i", "m6id", "m6idn", "m6in", "r6i", "r6id", "r6idn", "r6in"], TO_32),
  ...sized(["m7i", "m8g", "r7i", "r8g"], TO_48),
  x2iedn: ["xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge", "24xlarge", "32xlarge"],
};

/** True when instances of a class can be had for the engines of {@link ENGINES}. */
export function isOffered(instanceClass: string): boolean {
  const [, family = "", size = ""] = /^db\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(instanceClass) ?? [];
  return CLASSES[family]?.includes(size) ?? false;
}

/** The major version that a version belongs to; undefined when the engine has none such. */
export function majorOf(engine: string, version: string): string | undefined {
  const majors = Object.keys(ENGINES[engine]?.majors ?? {});
  return majors.find((major) => version === major || (version.startsWith(`${major}.`) && /^[\d.]+$/.test(version)));
}

/** The newest major version: what an instance gets that names none. */
export function newestMajor(engine: string): string | undefined {
  return Object.keys(ENGINES[engine]?.majors ?? {})
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .at(-1);
}

/** The full version that a given one stands for. */
export function fullVersion(engine: string, version: string): string {
  return ENGINES[engine]?.majors[version] ?? version;
}

/** Family of parameter groups, such as `mariadb11.4`, of an engine's version. */
export function familyOf(engine: string, version: string | undefined): string | undefined {
  const major = version === undefined ? newestMajor(engine) : majorOf(engine, version);
  return major === undefined ? undefined : `${engine}${major}`;
}

/** Engine and major version of a family of parameter groups; undefined when there is no such family. */
export function engineOfFamily(family: string): { engine: string; major: string } | undefined {
  const [, engine = "", major = ""] = /^([a-z]+)([\d.]+)$/.exec(family) ?? [];
  return ENGINES[engine]?.majors[major] === undefined ? undefined : { engine, major };
}

function sized(families: readonly string[], sizes: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(families.map((family) => [family, sizes]));
}
