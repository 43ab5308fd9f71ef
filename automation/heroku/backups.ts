/** Backups of the database of a stack at Heroku, wherever that is. */
import type { BackupOperations } from "../backup/backup";
import { deferredBackups } from "../backup/deferred";
import type { HerokuDatabase } from "../backup/heroku";
import { readSettings } from "../configuration";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";

export const backups = deferredBackups(async ({ stack, project }) => {
  const { kind } = readSettings(stack, project).heroku.database;
  if (kind === "url") return (await import("../backup/outside")).outsideBackups("heroku");
  if (kind === "postgres") return atHeroku();
  throw new SlipwayError("usage", `The application of ${stack} has no database.`);
});

async function atHeroku(): Promise<BackupOperations> {
  const own = await import("../backup/heroku");
  return {
    create: async (place, options) => own.captureAtHeroku(await databaseAt(place), options),
    list: async (place) => own.backupsAtHeroku(await databaseAt(place)),
    restore: async (place, wish) => own.restoreAtHeroku(await databaseAt(place), await databaseAt(wish.from), wish),
    test: async (place, wish) => own.testAtHeroku(await databaseAt(place), wish),
  };
}

async function databaseAt(place: StackPlace): Promise<HerokuDatabase> {
  const [{ deployedApp }, { DataApi }] = await Promise.all([import("./deployed"), import("./data-api")]);
  const { app, access } = await deployedApp(place);
  return { place, api: new DataApi(access), app };
}
