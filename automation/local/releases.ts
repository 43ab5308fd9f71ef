import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { layout } from "../../providers/host/paths";
import { MANIFEST, SERVED_MARK } from "../../providers/host/specs";
import type { StackPlace } from "../engine/project";
import type { ReleaseInfo } from "../target";
import { deployedRoot, runningSpec } from "./deployed";

/** Releases kept on this machine, newest first. One that never came to serve is none to go back to. */
export function releases(place: StackPlace): Promise<ReleaseInfo[]> {
  const root = deployedRoot(place);
  const folder = layout(root).releases;
  const current = runningSpec(root)?.cwd;
  const found = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((version) => [MANIFEST, SERVED_MARK].every((file) => existsSync(path.join(folder, version, file))))
    .map((version): ReleaseInfo => {
      const { commit, createdAt } = JSON.parse(readFileSync(path.join(folder, version, MANIFEST), "utf8")) as {
        commit?: string;
        createdAt: string;
      };
      return {
        version,
        createdAt,
        current: path.join(folder, version) === current,
        ...(commit !== undefined && { commit }),
      };
    });
  return Promise.resolve(found.sort((a, b) => b.createdAt.localeCompare(a.createdAt)));
}

/** Folder of a kept release's files. */
export function releaseSource(place: StackPlace, version: string): string {
  return path.join(layout(deployedRoot(place)).releases, version);
}
