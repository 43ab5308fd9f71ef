/** What commands that remove a stack ask and tell: what goes, what stays, and what keeps it. */
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

/** The question before a stack is removed, with its data on this machine where they are purged. */
export async function removalQuestion(stack: string, purged: boolean): Promise<string> {
  const { targetsOf } = await import("../operations");
  const targets = targetsOf({ stack });
  const clouds = targets.filter((target) => target !== "local");
  if (clouds.length === 0)
    return purged ? `Remove ${stack} AND ITS DATA for good?` : `Remove ${stack}? Its data stays.`;
  const away = `Of what it has on ${clouds.join(", ")}, only what is protected stays.`;
  if (purged) return `Remove ${stack} AND ITS DATA on this machine for good? ${away}`;
  const here = targets.length > clouds.length ? "Its data on this machine stays. " : "";
  return `Remove ${stack}? ${here}${away}`;
}

/** What was purged of a stack, and what stays of it. */
export async function purgedText(stack: string, kept: readonly string[]): Promise<string> {
  if (kept.length === 0) return `${stack} and its data are gone`;
  return [`the data of ${stack} on this machine are gone`, ...(await keptLines(stack, kept))].join("\n");
}

/** What stays of a removed stack, and how it is removed too; nothing where nothing does. */
export async function keptLines(stack: string, kept: readonly string[]): Promise<string[]> {
  if (kept.length === 0) return [];
  return [
    `kept, with what they need, because they are protected: ${kept.join(", ")}`,
    `to remove them too: ${await unprotect(stack)}, \`slipway up --stack ${stack}\`, and destroy once more`,
  ];
}

/** What takes the protection away with the next deployment. */
async function unprotect(stack: string): Promise<string> {
  const { readSettings } = await import("../configuration");
  const keys = readSettings(stack).targets.flatMap((target) => PROTECTIONS[target] ?? []);
  return keys.map((key) => `\`slipway config set ${key} false --stack ${stack}\``).join(" and ");
}
