/** Whether a release works with what a database has been brought to. */
import parseArguments from "string-argv";
import {
  headsOf,
  listSource,
  readSchema,
  revisionsBeyond,
  revisionsToTakeBack,
  type Revision,
} from "../../components/app";
import type { TargetName } from "../../components/config";
import { readSettings } from "../configuration";
import { programOf } from "../engine/program";
import { placeOf } from "../engine/project";
import { recordedRevisions } from "../engine/schema-record";
import { openStack } from "../engine/stack";
import { SlipwayError } from "../errors";
import { operationOn, type StackRef } from "../operations";

/** A release that is kept on a target. */
export interface KeptRelease extends StackRef {
  target: TargetName;
  version: string;
}

/** The revisions that the database of a stack was last brought to; none where nothing is known of it. */
export async function databaseRevisions({ stack, project }: StackRef, target: TargetName): Promise<Revision[]> {
  const place = placeOf(stack, project);
  return recordedRevisions(await openStack(place, programOf(place), () => undefined, false), target);
}

/** Newest revisions that a kept release knows; undefined where nobody can tell. */
export async function headsOfRelease({ target, version, ...ref }: KeptRelease): Promise<readonly string[] | undefined> {
  const place = placeOf(ref.stack, ref.project);
  const noted = operationOn(target, "schemaHeads");
  if (noted !== undefined) return noted(place, version);
  const folder = await operationOn(target, "releaseSource")?.(place, version);
  return folder === undefined ? undefined : headsOf(await readSchema(folder, await listSource(folder)));
}

/**
 * Refuses to put back a release that does not know what the database of a target has been brought to.
 *
 * @throws SlipwayError (incompatible) naming the revisions, and what would have to be taken back
 */
export async function refuseOlderSchema(release: KeptRelease, target: TargetName): Promise<void> {
  const { stack, version } = release;
  const database = await databaseRevisions(release, target);
  if (database.length === 0) return;
  const heads = await headsOfRelease(release);
  const force = `slipway rollback ${version} --force --stack ${stack}`;
  const at = `The database of ${stack} is at ${headsOf(database).join(", ")}`;
  if (heads === undefined) {
    const problem = `${at}, and nothing says which revisions the release ${version} knows: it was made by an older Slipway.`;
    throw new SlipwayError("incompatible", problem, `put it back all the same: ${force}`);
  }
  const back = revisionsToTakeBack(revisionsBeyond(database, heads));
  const [first] = back;
  if (first === undefined) return;
  const names = back.map(({ id }) => id).reverse();
  throw new SlipwayError(
    "incompatible",
    `${at}, and the release ${version} does not know ${names.join(", ")}, which ${names.length === 1 ? "is" : "are"} not said to be compatible.`,
    `${downgrade(release, first)} takes back what they did, and then, or as it is, ${force} puts the release back; or say ` +
      "backward_compatible = True in the script of a migration that older releases work with, and deploy that first",
  );
}

/** The command that takes a database back to before a revision, as the migration's own command says how it is called. */
function downgrade({ stack, project }: StackRef, { after }: Revision): string {
  const target = after.length === 1 && after[0] !== undefined ? after[0] : "base";
  const words = parseArguments(readSettings(stack, project).app.migrate ?? "");
  const at = words.indexOf("upgrade");
  const command =
    at < 0 ? `<your migration tool, back to ${target}>` : [...words.slice(0, at), "downgrade", target].join(" ");
  return `slipway exec --stack ${stack} -- ${command}`;
}
