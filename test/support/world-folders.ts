/** Folders of simulated clouds that tests make, removed by a hook that mocha runs when a file, or all, are through. */
import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** How the names of this process's folders begin: mocha loads this file apart from the tests, so it shares nothing else. */
export function worldPrefix(): string {
  return `slipway-world-${process.pid}-`;
}

export const mochaHooks = {
  // Not at the end of the process: mocha gives a process of its pool a second for that, then kills it.
  afterAll(): void {
    for (const name of readdirSync(tmpdir())) {
      if (name.startsWith(worldPrefix())) rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
    }
  },
};
