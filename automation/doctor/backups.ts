/** Whether the data could be had back. */
import { awsSections, setCommand, type TargetName } from "../../components/config";
import { lastRestoreTest } from "../backup/record";
import { fail, ok, warn, type Check, type Look } from "./finding";
import type { Patient } from "./patient";

/** Days after which a restore test says little of the backups of today. */
const OLD_DAYS = 90;
const DAY_MS = 86_400_000;
/** Days of backups that a stack in production is given where it does not say. */
const PROD_DAYS = "14";

/** Databases that AWS backs up, if it is told to. */
function kept({ place, settings }: Patient): Look[] {
  const { environment } = settings();
  return awsSections(settings()).flatMap(({ target, database }): Look[] => {
    if (database.engine === "url" || database.engine === "sqlite") return [];
    if (database.backupDays > 0) return [ok(`${target}: kept for ${database.backupDays} days`)];
    const mend = setCommand(`${target}.database.backupDays`, place.stack, PROD_DAYS);
    const found = `${target}: none are made of the database`;
    return [environment === "dev" ? warn(found, mend) : fail(found, mend)];
  });
}

/** A backup that was never restored is a hope. */
function restored({ ref, place, settings, now }: Patient): Look[] {
  const { targets, environment } = settings();
  const withData = targets.filter((target) => hasData(settings(), target));
  return withData.flatMap((target): Look[] => {
    const last = lastRestoreTest(ref, target);
    const mend = `slipway restore-test --stack ${place.stack}`;
    if (last === undefined) {
      const found = `${target}: this machine has never seen a backup restored`;
      return [environment === "dev" ? ok(`${found}, which an environment dev may do without`) : warn(found, mend)];
    }
    const days = Math.floor((now() - Date.parse(last.at)) / DAY_MS);
    const found = `${target}: ${last.backup} was restored ${days} days ago`;
    return [days > OLD_DAYS ? warn(found, mend) : ok(found)];
  });
}

/** Whether a target keeps data of the application's: what is elsewhere is for others to back up. */
function hasData(settings: ReturnType<Patient["settings"]>, target: TargetName): boolean {
  if (target === "heroku") return settings.heroku.database.kind === "postgres";
  if (target === "local") return settings.local.database.kind !== "url";
  return settings[target].database.engine !== "url";
}

export const BACKUPS: readonly Check[] = [
  { name: "backups", targets: ["ecs", "beanstalk"], look: kept },
  { name: "restore test", look: restored },
];
