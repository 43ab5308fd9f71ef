/** Backups of the database of a stack on AWS, wherever that is. The clients are loaded with the first question. */
import type { BackupOperations } from "../backup/backup";
import { deferredBackups } from "../backup/deferred";
import type { RdsDatabase } from "../backup/rds";
import { readSettings } from "../configuration";
import type { DeployedTarget } from "../deployed";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";

type OnAws = DeployedTarget & { name: "beanstalk" | "ecs" };

/** Backups on a target of AWS. */
export function awsBackups(target: OnAws): BackupOperations {
  return deferredBackups(async ({ stack, project }) => {
    const { engine } = readSettings(stack, project)[target.name].database;
    if (engine === "url") return (await import("../backup/outside")).outsideBackups(target.name);
    if (engine !== "sqlite") return atRds(target);
    const problem = `The SQLite file of ${stack} is on its instance, and is gone with it: it cannot be backed up from here.`;
    const mend = `slipway config set ${target.name}.database '{engine: mariadb}' --stack ${stack}`;
    throw new SlipwayError("usage", problem, mend);
  });
}

async function atRds(target: OnAws): Promise<BackupOperations> {
  const own = await import("../backup/rds");
  const ask = <T>(place: StackPlace, act: (database: RdsDatabase) => Promise<T>): Promise<T> =>
    asked(place, target, act);
  return {
    create: (place, options) => ask(place, (database) => own.snapshotOfRds(database, options)),
    list: (place) => ask(place, own.backupsAtRds),
    // Both are asked about with what the one that is restored has: a snapshot is of one region.
    restore: (place, wish) =>
      ask(place, (database) =>
        ask(wish.from, ({ host }) => own.restoreAtRds(database, { ...database, place: wish.from, host }, wish)),
      ),
    test: (place, wish) => ask(place, (database) => own.testAtRds(database, wish)),
  };
}

async function asked<T>(place: StackPlace, target: OnAws, act: (database: RdsDatabase) => Promise<T>): Promise<T> {
  const [{ openDeployed, textIn }, { askWith }, { awsAccess }, { RDSClient }] = await Promise.all([
    import("../deployed"),
    import("./asking"),
    import("./access"),
    import("@aws-sdk/client-rds"),
  ]);
  const { open, outputs } = await openDeployed(place, target);
  const host = textIn(outputs, "database");
  if (host === "") {
    const problem = `The stack ${place.stack} was deployed without a database of its own.`;
    throw new SlipwayError("state", problem, `slipway up --stack ${place.stack}`);
  }
  const release = textIn(outputs, "release");
  const known = { place, target: target.name, host, ...(release !== "" && { release }) };
  return askWith(
    open,
    (config, environment) => ({ rds: new RDSClient(awsAccess(config, environment).of("rds")) }),
    ({ rds }) => act({ ...known, rds }),
  );
}
