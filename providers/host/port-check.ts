/** Whether a program may listen where it is told to. */
import type { Layout } from "./paths";
import { holdersOf, holds, isFree } from "./ports";
import { belongsTo } from "./processes";
import { Supervisord } from "./supervisord";

/** Undefined when `port` is free or held by this stack; else who holds it and what to do, as a message. */
export async function freeOrOwn(
  paths: Layout,
  { host, port }: { host: string; port: number },
): Promise<string | undefined> {
  const mend = "Set another with `slipway config set local.port <port>`, or end that process.";
  try {
    if (await isFree(host, port)) return undefined;
  } catch (error) {
    return `${host}:${port} cannot be listened on (${error instanceof Error ? error.message : String(error)}). ${mend}`;
  }
  const supervisord = await new Supervisord(paths).pid();
  if (supervisord !== undefined && (await holds(supervisord, port))) return undefined;
  const holders = await holdersOf(port);
  const own = await Promise.all(holders.map((holder) => belongsTo(paths.root, holder)));
  if (own.includes(true)) return undefined;
  const who =
    holders.map(({ pid, command }) => `process ${pid} (${command})`).join(", ") || "a process of another user";
  return `${host}:${port} is taken by ${who}; allowed: a port that is free. ${mend}`;
}
