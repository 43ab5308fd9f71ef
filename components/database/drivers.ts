/** Which driver the application connects with, and what its URL must say so that the connection is encrypted. */
import type { Managed } from "./engines";

/**
 * Certificates of the authorities that sign RDS's, as every release has them; relative to the release's folder, as
 * other paths of an application's environment are.
 */
const AUTHORITIES = ".slipway/rds-ca.pem";

interface Driver {
  /** Name on PyPI, in its normal form. */
  package: string;
  /** Dialect and driver of a SQLAlchemy URL. */
  scheme: string;
  query: string;
}

const MYSQL = `charset=utf8mb4&ssl_ca=${AUTHORITIES}`;
const LIBPQ = `sslmode=verify-full&sslrootcert=${AUTHORITIES}`;

/** In the order of preference; the first one is what Slipway adds where the application requires none. */
const MYSQL_DRIVERS: readonly [Driver, ...Driver[]] = [
  { package: "pymysql", scheme: "mysql+pymysql", query: MYSQL },
  { package: "mysqlclient", scheme: "mysql+mysqldb", query: MYSQL },
  { package: "mysql-connector-python", scheme: "mysql+mysqlconnector", query: `${MYSQL}&ssl_verify_cert=true` },
];
const POSTGRES_DRIVERS: readonly [Driver, ...Driver[]] = [
  { package: "psycopg", scheme: "postgresql+psycopg", query: LIBPQ },
  { package: "psycopg2", scheme: "postgresql+psycopg2", query: LIBPQ },
  { package: "psycopg2-binary", scheme: "postgresql+psycopg2", query: LIBPQ },
  // It reads certificates from no URL: encrypted all the same, to whoever answers at the instance's private name.
  { package: "asyncpg", scheme: "postgresql+asyncpg", query: "ssl=require" },
];

/** The driver that the application has, by its requirements in pip's format. */
export function driverOf(engine: Managed["engine"], requirements: string): { scheme: string; query: string } {
  const required = new Set(requirements.split("\n").map(packageName));
  const drivers = engine === "postgres" ? POSTGRES_DRIVERS : MYSQL_DRIVERS;
  const { scheme, query } = drivers.find((driver) => required.has(driver.package)) ?? drivers[0];
  return { scheme, query };
}

/** The package of a requirement, as PEP 503 writes it. */
function packageName(requirement: string): string {
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(requirement.trim())?.[0] ?? "";
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
