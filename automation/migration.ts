/** The command that migrates a stack's database. */
import parseArguments from "string-argv";
import { readSettings } from "./configuration";
import type { StackPlace } from "./engine/project";
import { SlipwayError } from "./errors";

/** Words of `app.migrate`. @throws SlipwayError (usage) when the application has no migration */
export function migrationOf({ stack, project }: StackPlace): string[] {
  const words = parseArguments(readSettings(stack, project).app.migrate ?? "");
  if (words.length > 0) return words;
  const mend = `slipway config set app.migrate <command> --stack ${stack}`;
  throw new SlipwayError("usage", `The application of ${stack} has no migration.`, mend);
}
