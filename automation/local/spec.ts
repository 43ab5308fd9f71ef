import { existsSync, readFileSync } from "node:fs";
import { layout, specPath } from "../../providers/host/paths";

/** How the processes of a program are started. */
export interface Spec {
  /** The release's folder. */
  cwd: string;
  argv: string[];
  environment: Record<string, string>;
}

/** The spec of the web processes, which every application has; undefined before the first deployment. */
export function runningSpec(root: string): Spec | undefined {
  const file = specPath(layout(root), "web");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Spec) : undefined;
}
