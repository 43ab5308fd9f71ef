/**
 * What a stack's state says of its database: the revisions that a deployment last brought it to. A deployment that fails
 * behind the migration has noted them as well, which an output of the stack would not.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Revision } from "./app";

/** What a `pulumi.Stash` of the revisions is made from. */
export interface SchemaRecord {
  args: pulumi.StashArgs;
  options: Pick<pulumi.CustomResourceOptions, "ignoreChanges">;
}

/**
 * The revisions that a release's migrations bring the database to, for the state to keep.
 *
 * @param keepDatabase true where the database is left as it is, and with it what is known of it
 */
export function schemaRecord(revisions: readonly Revision[], keepDatabase: boolean): SchemaRecord {
  // Where nothing is known yet, an older release that is put back is no reason to know anything.
  return keepDatabase
    ? { args: { input: [] }, options: { ignoreChanges: ["input"] } }
    : { args: { input: revisions }, options: {} };
}
