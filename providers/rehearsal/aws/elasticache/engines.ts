/** What ElastiCache offers, as of October 2026: "Amazon ElastiCache User Guide", supported engines and node types. */

/** Versions that can be had, each with the full one that it stands for; the newest is last. */
export const VERSIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  redis: {
    "4.0.10": "4.0.10",
    "5.0.6": "5.0.6",
    "6.0": "6.0.5",
    "6.2": "6.2.6",
    "6.x": "6.2.6",
    "7.0": "7.0.7",
    "7.1": "7.1.0",
  },
  valkey: { "7.2": "7.2.6", "8.0": "8.0.1", "8.1": "8.1.0", "8.2": "8.2.0", "9.0": "9.0.0", "9.1": "9.1.0" },
};

const SMALL = ["micro", "small", "medium"];
const LARGE = ["large", "xlarge", "2xlarge", "4xlarge"];
const TO_16 = [...LARGE, "8xlarge", "12xlarge", "16xlarge"];
const TO_24 = [...LARGE, "12xlarge", "24xlarge"];
const SIZES: Readonly<Record<string, readonly string[]>> = {
  t2: SMALL,
  t3: SMALL,
  t4g: SMALL,
  m5: TO_24,
  r5: TO_24,
  m6g: TO_16,
  m7g: TO_16,
  r6g: TO_16,
  r7g: TO_16,
  r6gd: ["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
  c7gn: TO_16,
};

/** True when nodes of a type can be had. */
export function isOffered(nodeType: string): boolean {
  const [, family = "", size = ""] = /^cache\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(nodeType) ?? [];
  return SIZES[family]?.includes(size) ?? false;
}

/** Family of parameter groups of a version: redis7, valkey8, redis6.x, redis5.0. */
export function familyOf(engine: string, version: string): string {
  const [major = "", minor = ""] = version.split(".");
  if (Number(major) >= 7) return `${engine}${major}`;
  return Number(major) === 6 ? "redis6.x" : `${engine}${major}.${minor}`;
}
