const PLAIN = /^[\w./:=@%+,-]+$/;

/** Words as a line of a shell's, each as it is. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
