/** What the chosen targets on AWS have in common, for whoever cares for their needs and not for where they run. */
import { DRIVERS } from "./aws/drivers";
import type { Settings } from "./schema";

type Ecs = Settings["ecs"];
type Beanstalk = Settings["beanstalk"];

/** What a target on AWS is asked for. */
export type AwsSection = {
  /** Name of the target, and the key of its section. */
  target: "beanstalk" | "ecs";
  database: Ecs["database"] | Beanstalk["database"];
  broker: Ecs["broker"] | Beanstalk["broker"];
};

/** Sections of the targets on AWS that a stack chooses. */
export function awsSections(settings: Settings): AwsSection[] {
  const { targets } = settings;
  return (["beanstalk", "ecs"] as const)
    .filter((target) => targets.includes(target))
    .map((target) => ({ target, database: settings[target].database, broker: settings[target].broker }));
}

/** What a database that a target makes at RDS is spoken to in; undefined for any other. */
export function rdsDialect({ engine }: AwsSection["database"]): keyof typeof DRIVERS | undefined {
  if (engine === "url" || engine === "sqlite") return undefined;
  return engine === "postgres" ? "postgres" : "mysql";
}
