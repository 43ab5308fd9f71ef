/** Backups of a SQLite file, through SQLite's own online backup in the application's Python. */
import { copyFile, link, rm, stat } from "node:fs/promises";
import * as path from "node:path";
import { templatePath } from "../../components/package-root";
import { SlipwayError } from "../errors";
import type { Contents } from "./backup";
import { withDatabase } from "./connection";
import { LOCK_SECONDS, type DatabaseEngine, type EngineContext } from "./engine";
import { run } from "./programs";

/** What SQLite leaves beside a file. */
const BESIDE = ["-journal", "-wal", "-shm"];

/** The engine for the database `file`. */
export function sqliteEngine(file: string, context: EngineContext): DatabaseEngine {
  const python = async (...words: string[]): Promise<Contents> => {
    const { cwd, environment, signal } = context;
    const argv = ["-B", templatePath("local", "sqlite_backup.py"), ...words];
    const wanted = { command: "python", words: argv, packages: "python3", environment, cwd, ...(signal && { signal }) };
    return JSON.parse(await run(wanted)) as Contents;
  };
  const drop = async (into: string): Promise<void> => {
    for (const end of ["", ...BESIDE]) await rm(`${into}${end}`, { force: true });
  };
  return {
    kind: "sqlite",
    extension: ".sqlite",
    trial: path.join(context.folder, "restored.sqlite"),
    // Python leaves what it was writing to where it is ended.
    dump: (target) => python("copy", file, target, String(LOCK_SECONDS)).finally(() => drop(`${target}.partial`)),
    restoreInto: async (backup, into) => {
      await refuseData(into);
      const partial = `${into}.${process.pid}.partial`;
      try {
        await copyFile(backup, partial);
        await python("contents", partial);
        // Unlike a rename, it takes no place that somebody else has taken meanwhile.
        await rm(into, { force: true });
        await link(partial, into);
      } finally {
        await drop(partial);
      }
    },
    replace: async (backup) => {
      await python("replace", backup, file, String(LOCK_SECONDS));
      return [];
    },
    contents: (into) => python("contents", into),
    drop,
    urlOf: (into) => withDatabase(context.url, into),
  };
}

/** @throws SlipwayError (usage) when there is a file with something in it, or no folder for one */
async function refuseData(into: string): Promise<void> {
  const found = await stat(into).catch(() => undefined);
  if (found !== undefined && (found.size > 0 || !found.isFile())) {
    throw new SlipwayError(
      "usage",
      `${into} is there already, and a restore writes over nothing.`,
      "name another file",
    );
  }
  const folder = await stat(path.dirname(into)).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    throw new SlipwayError("usage", `There is no folder ${path.dirname(into)}.`, `mkdir -p ${path.dirname(into)}`);
  }
}
