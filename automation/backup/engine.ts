/** What backups ask of one kind of database that this machine can reach. */
import type { BackupKind, Contents } from "./backup";

/** Seconds that others may use what is to be replaced, or copied, before that is given up. */
export const LOCK_SECONDS = 60;

/** A database, and how it is copied and put back by its own programs. */
export interface DatabaseEngine {
  readonly kind: BackupKind;
  /** Ending of a backup's file, with its full stop. */
  readonly extension: string;
  /** What a backup is restored into to see whether it can be. */
  readonly trial: string;
  /** Writes all that the database holds at one moment to a file that is not there yet; what writes meanwhile goes on. */
  dump: (file: string) => Promise<Contents>;
  /**
   * Makes a database or file that holds what a backup does. Nothing is left of it where that fails.
   *
   * @throws SlipwayError (usage) when it is there already and holds something
   */
  restoreInto: (file: string, into: string) => Promise<void>;
  /**
   * Puts a backup in the place of what the database holds: all of it, or nothing.
   *
   * @returns what is left to do, a sentence each
   */
  replace: (file: string) => Promise<string[]>;
  /**
   * What is in it.
   *
   * @throws SlipwayError (failed) when it is damaged
   */
  contents: (into: string) => Promise<Contents>;
  /** Removes it; nothing where it is not there. */
  drop: (into: string) => Promise<void>;
  /** Its URL, as the application takes it. */
  urlOf: (into: string) => string;
}

/** What every engine is made with. */
export interface EngineContext {
  /** URL of the stack's database, as the application takes it. */
  url: string;
  /** Folder that paths in the URL start at. */
  cwd: string;
  /** Folder for what is made on the way. */
  folder: string;
  /** The application's environment; its own Python comes first on the PATH. */
  environment: NodeJS.ProcessEnv;
  /** Ends what is under way. */
  signal?: AbortSignal;
}
