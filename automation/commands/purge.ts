/** What `--purge` cannot remove, and what keeps it. */
import type { TargetName } from "../../components/config";
import { readSettings } from "../configuration";
import { SlipwayError } from "../errors";

/** Keys that protect what a target keeps. */
const PROTECTIONS: Readonly<Partial<Record<TargetName, readonly string[]>>> = {
  beanstalk: ["beanstalk.database.protect"],
  ecs: ["ecs.database.protect", "ecs.loadBalancer.protect"],
  heroku: ["heroku.database.protect"],
};

/** Only what runs on this machine keeps its data by itself; elsewhere it is protected, or gone. */
export function nothingToPurge(stack: string): SlipwayError {
  return new SlipwayError("usage", `--purge is for stacks on this machine, and ${stack} is none.`, unprotect(stack));
}

/** What takes the protection away with the next deployment. */
export function unprotect(stack: string): string {
  const keys = readSettings(stack).targets.flatMap((target) => PROTECTIONS[target] ?? []);
  return keys.map((key) => `\`slipway config set ${key} false --stack ${stack}\``).join(" and ");
}
