/** Sessions of Session Manager on the caller's terminal, by its plugin. */
import { spawnSync } from "node:child_process";
import { runOnTerminal } from "../child";
import { SlipwayError } from "../errors";
import type { Stoppable } from "../stopping";

const PLUGIN = "session-manager-plugin";
/** The last version that took a session as an argument alone, where everybody on the machine can read it. */
const TOO_OLD = [1, 2, 497, 0];
/** Variable from which later versions take the session (aws/session-manager-plugin, session.go). */
const VARIABLE = "AWS_SSM_START_SESSION_RESPONSE";

/** A session that was opened, and what it was asked for with. */
export interface OpenSession {
  region: string;
  asked: object;
  session: { SessionId?: string | undefined; StreamUrl?: string | undefined; TokenValue?: string | undefined };
}

/** @throws SlipwayError (tool) when the plugin is not installed, or too old */
export function requirePlugin(): void {
  const { error, stdout } = spawnSync(PLUGIN, ["--version"], { encoding: "utf8" });
  const mend =
    "install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";
  if (error !== undefined) {
    throw new SlipwayError("tool", `${PLUGIN} is not on the PATH; commands in the cloud go through it.`, mend);
  }
  const version = stdout.trim();
  const parts = version.split(".").map(Number);
  const difference = TOO_OLD.map((part, at) => (parts[at] ?? 0) - part).find((each) => each !== 0) ?? 0;
  if (difference <= 0) {
    const problem = `${PLUGIN} ${version} is too old: it takes a session only where others can read it.`;
    throw new SlipwayError("tool", problem, `${mend}; any version after ${TOO_OLD.join(".")}`);
  }
}

/**
 * Hands the terminal over to the plugin; what opens the session is in its environment, for nobody else to see.
 *
 * @returns exit code of the session: the plugin does not tell that of the command
 */
export function converse({ region, asked, session }: OpenSession, options: Stoppable): Promise<number> {
  const { SessionId, StreamUrl, TokenValue } = session;
  const words = [VARIABLE, region, "StartSession", "", JSON.stringify(asked), `https://ssm.${region}.amazonaws.com`];
  const env = { ...process.env, [VARIABLE]: JSON.stringify({ SessionId, StreamUrl, TokenValue }) };
  return runOnTerminal([PLUGIN, ...words], { ...options, env });
}
