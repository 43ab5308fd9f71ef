/** Instance types that the program's machines can be. Source: Amazon EC2 instance types, general and compute families. */
import type { Architecture } from "../account/images";

export const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

/** An instance type. */
export interface InstanceType {
  architecture: Architecture;
  cpus: number;
  /** GiB. */
  memory: number;
}

/** CPUs of the sizes of the larger families; `medium` is one of Graviton's. */
const CPUS: Readonly<Record<string, number>> = {
  medium: 1,
  large: 2,
  xlarge: 4,
  "2xlarge": 8,
  "4xlarge": 16,
  "8xlarge": 32,
  "12xlarge": 48,
  "16xlarge": 64,
};

/** GiB of the sizes of the burstable families, and CPUs where they are not 2. */
const BURSTABLE: Readonly<Record<string, readonly [memory: number, cpus: number]>> = {
  nano: [0.5, 2],
  micro: [1, 2],
  small: [2, 2],
  medium: [4, 2],
  large: [8, 2],
  xlarge: [16, 4],
  "2xlarge": [32, 8],
};

/** GiB for each CPU, by the first letter of a family. */
const MEMORY_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

const FAMILIES: Readonly<Record<Architecture, readonly string[]>> = {
  x86_64: [
    "t2",
    "t3",
    "t3a",
    ..."cmr".split("").flatMap((kind) => ["5", "5a", "6a", "6i", "7a", "7i"].map((rest) => kind + rest)),
  ],
  arm64: ["t4g", ..."cmr".split("").flatMap((kind) => ["6g", "7g", "8g"].map((rest) => kind + rest))],
};

/** Families that every zone has; the newer ones are missing in the oldest zones. */
const EVERYWHERE = ["t2"] as const;
/** Zones that have only the oldest types. Source: compiler-explorer/infra#601, hashicorp/terraform-provider-aws#26377. */
const OLD_ZONES = ["us-east-1e"] as const;

/** The instance type of a name such as `t3.medium`; undefined when there is none. */
export function instanceType(name: string): InstanceType | undefined {
  const [family = "", size = ""] = name.split(".");
  const architecture = (["x86_64", "arm64"] as const).find((each) => FAMILIES[each].includes(family));
  if (architecture === undefined) return undefined;
  const burstable = family.startsWith("t") ? BURSTABLE[size] : undefined;
  if (burstable !== undefined) return { architecture, memory: burstable[0], cpus: burstable[1] };
  const cpus = family.startsWith("t") ? undefined : CPUS[size];
  if (cpus === undefined || (cpus === 1 && architecture !== "arm64" && !family.endsWith("7a"))) return undefined;
  return { architecture, cpus, memory: cpus * (MEMORY_PER_CPU[family.charAt(0)] ?? 1) };
}

/** Whether instances of a type can be started in a zone. */
export function isOffered(name: string, zone: string): boolean {
  const old: readonly string[] = OLD_ZONES;
  return !old.includes(zone) || EVERYWHERE.some((family) => name.startsWith(`${family}.`));
}
