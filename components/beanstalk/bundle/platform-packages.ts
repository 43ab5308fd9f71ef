/** Packages of Amazon Linux 2023 that some packages of PyPI need, as they come as source code and link with a library. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  mysqlclient: ["gcc", "mariadb-connector-c-devel", "pkgconf", "python3.13-devel"],
  psycopg2: ["gcc", "libpq-devel", "python3.13-devel"],
};

/**
 * What an instance needs besides to install these requirements.
 *
 * @param requirements in pip's format
 * @returns names of packages, sorted
 */
export function platformPackages(requirements: string): string[] {
  const names = requirements.split("\n").map((line) => /^[A-Za-z0-9][\w.-]*/.exec(line)?.[0] ?? "");
  const needed = names.flatMap((name) => NEEDED[name.toLowerCase().replaceAll(/[-_.]+/g, "-")] ?? []);
  return [...new Set(needed)].sort();
}
