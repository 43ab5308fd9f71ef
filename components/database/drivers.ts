/** Which driver the application connects with, and what its URL must say so that the connection is encrypted. */
import { DRIVERS } from "../config";
import type { Managed } from "./engines";

/**
 * Certificates of the authorities that sign RDS's, as every release has them; relative to the release's folder, as
 * other paths of an application's environment are.
 */
const AUTHORITIES = ".slipway/rds-ca.pem";

/** Regions whose authorities are in that file; in others, connections are encrypted and the server is not proven. */
export const PROVEN_REGIONS: ReadonlySet<string> = new Set([
  ...["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2"],
  ...["ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ca-central-1", "eu-central-1"],
  ...["eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"],
  ...["me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"],
]);

/** The part of a URL after `?` by scheme: where the server is proven, and where it is not. */
const QUERIES: Readonly<Record<string, readonly [proven: string, encrypted: string]>> = {
  "mysql+pymysql": [`charset=utf8mb4&ssl_ca=${AUTHORITIES}`, "charset=utf8mb4&ssl_check_hostname=false"],
  "mysql+mysqldb": [`charset=utf8mb4&ssl_ca=${AUTHORITIES}`, "charset=utf8mb4&ssl_mode=REQUIRED"],
  "mysql+mysqlconnector": [`charset=utf8mb4&ssl_ca=${AUTHORITIES}&ssl_verify_cert=true`, "charset=utf8mb4"],
  "postgresql+psycopg": [`sslmode=verify-full&sslrootcert=${AUTHORITIES}`, "sslmode=require"],
  "postgresql+psycopg2": [`sslmode=verify-full&sslrootcert=${AUTHORITIES}`, "sslmode=require"],
  // It takes no certificates from a URL.
  "postgresql+asyncpg": ["ssl=require", "ssl=require"],
};

/** Dialect and driver of the application's URL, by its requirements in pip's format. */
export function schemeOf(engine: Managed["engine"], requirements: string): string {
  const required = new Set(requirements.split("\n").map(packageName));
  const drivers = DRIVERS[engine === "postgres" ? "postgres" : "mysql"];
  return (drivers.find((driver) => required.has(driver.package)) ?? drivers[0]).scheme;
}

/** What follows the `?` in a URL of this scheme, for an instance of RDS that answers at `host`. */
export function queryOf(scheme: string, host: string): string {
  const region = /\.([a-z0-9-]+)\.rds\.amazonaws\.com/.exec(host)?.[1] ?? "";
  const [proven, encrypted] = QUERIES[scheme] ?? ["", ""];
  return PROVEN_REGIONS.has(region) ? proven : encrypted;
}

/** The package of a requirement, as PEP 503 writes it. */
function packageName(requirement: string): string {
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(requirement.trim())?.[0] ?? "";
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
