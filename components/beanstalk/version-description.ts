/** What the description of a version says: which environment it is for, and which schema of the database it knows. */

/** @param heads newest revisions of the database that the release knows */
export function versionDescription(role: string, applicationName: string, heads: readonly string[]): string {
  return `${role} of ${applicationName}; schema: ${heads.join(",") || "none"}`;
}

/** The revisions that {@link versionDescription} wrote; undefined where somebody else has described the version. */
export function schemaHeadsIn(description: string): string[] | undefined {
  const noted = /; schema: (\S+)$/.exec(description)?.[1];
  return noted === "none" ? [] : noted?.split(",");
}
