/** What a deployment on this machine has left on disk. */
import { existsSync, readFileSync } from "node:fs";
import { stackFolder } from "../../components/deploy";
import { layout, programConfig, specPath } from "../../providers/host/paths";
import type { LaunchSpec } from "../../providers/host/specs";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";

/**
 * Folder of a stack that was deployed here.
 *
 * @throws SlipwayError (state) when it was not
 */
export function deployedRoot({ project, stack }: StackPlace): string {
  const root = stackFolder(project, stack);
  if (!existsSync(layout(root).run)) {
    throw new SlipwayError(
      "state",
      `The stack ${stack} is not deployed on this machine.`,
      `slipway up --stack ${stack}`,
    );
  }
  return root;
}

/** Where the web processes that were deployed last answer; empty where there are none. */
export function deployedUrl(root: string): string {
  const file = programConfig(layout(root), "web");
  const socket = existsSync(file) ? /^socket = tcp:\/\/(\S+)$/m.exec(readFileSync(file, "utf8"))?.[1] : undefined;
  return socket === undefined ? "" : `http://${socket}`;
}

/** The spec of the web processes, which every application has; undefined before the first deployment. */
export function runningSpec(root: string): LaunchSpec | undefined {
  const file = specPath(layout(root), "web");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as LaunchSpec) : undefined;
}
