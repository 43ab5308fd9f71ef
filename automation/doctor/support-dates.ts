/**
 * Until when what an application stands on is supported, as its makers say. The tables are of the date below; a newer version
 * is added here.
 */

/** When the tables were last compared with their sources. */
export const TABLES_DATE = "2026-11-25";

/** What is supported for a while. */
export interface Product {
  /** What a reader calls it. */
  title: string;
  /** What comes to an end, and what that means. */
  after: string;
  /** Where the dates are from. */
  source: string;
  /** Versions, the newest one first, each with its last day; without one where no end has been told. */
  until: readonly (readonly [version: string, end?: string])[];
}

const RDS_AFTER = "AWS charges for extended support, or upgrades it in a maintenance window";

/** By the name that the checks have for them. */
export const PRODUCTS = {
  python: {
    title: "Python",
    after: "no fault of its security is mended",
    source: "https://devguide.python.org/versions/",
    until: [
      ["3.14", "2030-10-31"],
      ["3.13", "2029-10-31"],
      ["3.12", "2028-10-31"],
      ["3.11", "2027-10-31"],
      ["3.10", "2026-10-31"],
      ["3.9", "2025-10-31"],
      ["3.8", "2024-10-07"],
      ["3.7", "2023-06-27"],
    ],
  },
  heroku: {
    title: "Heroku's stack",
    after: "Heroku builds nothing on it, so that nothing can be deployed",
    source: "https://devcenter.heroku.com/articles/stack",
    until: [
      ["heroku-24", "2029-04-30"],
      ["heroku-22", "2027-04-30"],
      ["heroku-20", "2025-04-30"],
      ["heroku-18", "2023-04-30"],
    ],
  },
  mariadb: {
    title: "MariaDB at RDS",
    after: "AWS upgrades it in a maintenance window",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MariaDB.Concepts.VersionMgmt.html",
    until: [
      ["11.4", "2029-05-31"],
      ["10.11", "2028-02-29"],
      ["10.6", "2026-07-31"],
      ["10.5", "2026-02-28"],
    ],
  },
  mysql: {
    title: "MySQL at RDS",
    after: RDS_AFTER,
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html",
    until: [
      ["8.4", "2029-07-31"],
      ["8.0", "2026-07-31"],
      ["5.7", "2024-02-29"],
    ],
  },
  postgres: {
    title: "PostgreSQL at RDS",
    after: RDS_AFTER,
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html",
    until: [
      ["18", "2031-02-28"],
      ["17", "2030-02-28"],
      ["16", "2029-02-28"],
      ["15", "2028-02-29"],
      ["14", "2027-02-28"],
      ["13", "2026-02-28"],
      ["12", "2025-02-28"],
    ],
  },
  herokuPostgres: {
    title: "PostgreSQL at Heroku",
    after: "its makers mend no fault of it, and Heroku upgrades it",
    source: "https://www.postgresql.org/support/versioning/",
    until: [
      ["18", "2030-11-14"],
      ["17", "2029-11-08"],
      ["16", "2028-11-09"],
      ["15", "2027-11-11"],
      ["14", "2026-11-12"],
      ["13", "2025-11-13"],
    ],
  },
  rabbitmq: {
    title: "RabbitMQ",
    after: "its makers mend no fault of it",
    source: "https://endoflife.date/rabbitmq, https://www.rabbitmq.com/release-information",
    until: [["4.2"], ["4.1", "2026-01-30"], ["4.0", "2025-04-15"], ["3.13", "2024-09-17"], ["3.12", "2024-02-21"]],
  },
  amazonMq: {
    title: "RabbitMQ at Amazon MQ",
    after: "AWS upgrades it in a maintenance window",
    source: "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-version-management.html",
    until: [["4.2"], ["3.13"]],
  },
} as const satisfies Record<string, Product>;

export type ProductName = keyof typeof PRODUCTS;
