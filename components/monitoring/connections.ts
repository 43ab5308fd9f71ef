/** How many connections an RDS instance accepts by default. */
import type { WatchedDatabase } from "./args";

/** Memory of each size in GiB; of the burstable and general classes, memory-optimised ones have twice as much. */
const MEMORY: Readonly<Record<string, number>> = { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16 };
const GIB = 2 ** 30;
/** Bytes of memory for each connection in the default parameter groups, and the most that they allow. */
const DEFAULTS = {
  mariadb: { bytes: 12_582_880, most: 12_000 },
  mysql: { bytes: 12_582_880, most: 16_000 },
  postgres: { bytes: 9_531_392, most: 5_000 },
} as const;

/**
 * The default `max_connections` of an instance class, about.
 *
 * @returns undefined for a size that is not known
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
export function defaultConnections({ engine, instanceClass }: Pick<WatchedDatabase, "engine" | "instanceClass">) {
  const [, family = "", size = ""] = instanceClass.split(".");
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  const memory = times === undefined ? MEMORY[size] : Number(times) * 16;
  if (memory === undefined) return undefined;
  const { bytes, most } = DEFAULTS[engine];
  const gib = /^[rx]/.test(family) ? memory * 2 : memory;
  return Math.min(most, Math.floor((gib * GIB) / bytes));
}
