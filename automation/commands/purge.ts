/** What `--purge` cannot remove, and what keeps it. */
import type { TargetName } from "../../components/config";
import { SlipwayError } from "../errors";

/** Keys that protect what a target keeps. */
const PROTECTIONS: Readonly<Partial<Record<TargetName, readonly string[]>>> = {
  beanstalk: ["beanstalk.database.protect"],
  ecs: ["ecs.database.protect", "ecs.loadBalancer.protect"],
  heroku: ["heroku.database.protect"],
};

/** Only what runs on this machine keeps its data by itself; elsewhere it is protected, or gone. */
export async function nothingToPurge(stack: string): Promise<SlipwayError> {
  const mend = await unprotect(stack);
  return new SlipwayError("usage", `--purge is for stacks on this machine, and ${stack} is none.`, mend);
}

/** What takes the protection away with the next deployment. */
export async function unprotect(stack: string): Promise<string> {
  const { readSettings } = await import("../configuration");
  const keys = readSettings(stack).targets.flatMap((target) => PROTECTIONS[target] ?? []);
  return keys.map((key) => `\`slipway config set ${key} false --stack ${stack}\``).join(" and ");
}
