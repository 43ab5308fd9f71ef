/** A Procfile: the processes of an application by name, for Heroku, `heroku local` and honcho. */

/** Characters that a shell takes as they are. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * The text of a Procfile.
 *
 * @param commands name of a process type -> its command line, as a shell takes it
 * @throws Error for a name or a command that no Procfile can hold
 */
export function procfile(commands: Readonly<Record<string, string>>): string {
  const lines = Object.entries(commands).map(([name, command]) => {
    if (!/^[a-z][a-z0-9_-]*$/.test(name) || /[\r\n]/.test(command)) {
      throw new Error(
        `A Procfile cannot hold ${JSON.stringify(`${name}: ${command}`)}: it has one line for each process.`,
      );
    }
    return `${name}: ${command}\n`;
  });
  return lines.join("");
}

/** Words as a shell's command line that means exactly them. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** A word as a shell takes it for exactly that. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
