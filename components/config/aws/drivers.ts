/** A package that connects SQLAlchemy to a database. */
export interface Driver {
  /** Name on PyPI, in its normal form. */
  package: string;
  /** Dialect and driver of a SQLAlchemy URL. */
  scheme: string;
}

/**
 * Drivers that Slipway writes URLs for, in the order of preference. The first of each is what it adds to the
 * requirements of an application that has none.
 */
export const DRIVERS: Readonly<Record<"mysql" | "postgres", readonly [Driver, ...Driver[]]>> = {
  mysql: [
    { package: "pymysql", scheme: "mysql+pymysql" },
    { package: "mysqlclient", scheme: "mysql+mysqldb" },
    { package: "mysql-connector-python", scheme: "mysql+mysqlconnector" },
  ],
  postgres: [
    { package: "psycopg", scheme: "postgresql+psycopg" },
    { package: "psycopg2", scheme: "postgresql+psycopg2" },
    { package: "psycopg2-binary", scheme: "postgresql+psycopg2" },
    { package: "asyncpg", scheme: "postgresql+asyncpg" },
  ],
};
