/** Debian packages that some packages of PyPI need, as they come as source code and link with a library. */

interface Needed {
  /** To compile it. */
  build: readonly string[];
  /** To run it. */
  run: readonly string[];
}

/** For CPython's own image, which has its headers. */
const COMPILER = ["gcc", "libc6-dev"];

const NEEDED: Readonly<Record<string, Needed>> = {
  mysqlclient: { build: [...COMPILER, "pkg-config", "default-libmysqlclient-dev"], run: ["libmariadb3"] },
  psycopg2: { build: [...COMPILER, "libpq-dev"], run: ["libpq5"] },
};

/**
 * What an image of these requirements needs besides.
 *
 * @param requirements in pip's format
 * @returns names of Debian packages, sorted
 */
export function systemPackages(requirements: string): { build: string[]; run: string[] } {
  const names = requirements.split("\n").map((line) => /^[A-Za-z0-9][\w.-]*/.exec(line)?.[0] ?? "");
  const needed = names.map((name) => NEEDED[name.toLowerCase().replaceAll(/[-_.]+/g, "-")]);
  const all = (key: keyof Needed): string[] => [...new Set(needed.flatMap((entry) => entry?.[key] ?? []))].sort();
  return { build: all("build"), run: all("run") };
}
