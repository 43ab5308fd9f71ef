/** Snapshots of databases: what a deleted instance leaves behind, and another one is restored from. */
import type { Site, Thing, Values } from "../../model";
import { regionalArn, textAt } from "../read";

export const SNAPSHOT = "aws:rds/snapshot:Snapshot";

/** What an instance that is restored from a snapshot takes over from it. */
const TAKEN_OVER = ["engine", "engineVersion", "allocatedStorage", "storageType", "username", "dbName", "port"];

/** The snapshot that an instance is to be restored from; undefined when it names none, or none that is there. */
export function snapshotOf(inputs: Values, site: Site): Thing | undefined {
  const id = textAt(inputs, "snapshotIdentifier");
  return id === undefined ? undefined : (site.find(SNAPSHOT, "id", id) ?? site.find(SNAPSHOT, "arn", id));
}

/** What comes from the snapshot where the program says nothing. */
export function restored(inputs: Values, site: Site): Values {
  const kept = snapshotOf(inputs, site)?.outputs ?? {};
  return Object.fromEntries(TAKEN_OVER.flatMap((name) => (kept[name] === undefined ? [] : [[name, kept[name]]])));
}

/** Puts the final snapshot of an instance into the account, where it stays. */
export function keepFinalSnapshot({ outputs }: Thing, site: Site): void {
  const id = textAt(outputs, "finalSnapshotIdentifier");
  if (outputs["skipFinalSnapshot"] === true || id === undefined) return;
  const kept = Object.fromEntries(TAKEN_OVER.map((name) => [name, outputs[name]]));
  const values = { ...kept, id, arn: regionalArn(site, "rds", `snapshot:${id}`), snapshotType: "manual" };
  site.add({ type: SNAPSHOT, id, inputs: {}, outputs: { ...values, sourceDbIdentifier: outputs["identifier"] } });
}
