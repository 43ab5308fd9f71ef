/** Puts the sections of a comment on as few comments as they fit on. */
import type { Section } from "./render";

/** More would bury the conversation. */
const MOST = 8;
const REST = "<p>… and more: <code>slipway diff</code> shows all of it.</p>";

/**
 * Texts of at most `limit` characters. A list that does not fit is broken between rows; it is closed, and goes on in the next
 * one under its own head. What does not fit on {@link MOST} comments is left out, and said to be.
 */
export function split(sections: readonly Section[], limit: number): string[] {
  const pages = new Pages(limit - REST.length - 1);
  for (const section of sections) pages.add(section);
  const texts = pages.texts();
  return texts.length <= MOST ? texts : [...texts.slice(0, MOST - 1), `${texts[MOST - 1] ?? ""}\n${REST}`];
}

class Pages {
  private readonly done: string[] = [];
  private lines: string[] = [];
  private length = 0;

  constructor(private readonly limit: number) {}

  add({ head, rows, tail }: Section): void {
    if (!this.fits([head, rows[0]?.text ?? "", tail])) this.turn();
    this.put(head);
    for (const { text, under } of rows) {
      if (!this.fits([text, tail])) {
        this.put(tail);
        this.turn();
        this.put(head);
        if (under !== undefined) this.put(under);
      }
      this.put(text);
    }
    this.put(tail);
  }

  texts(): string[] {
    if (this.lines.length > 0) this.turn();
    return this.done;
  }

  private fits(lines: readonly string[]): boolean {
    return this.length + lines.reduce((sum, line) => sum + line.length + 1, 0) <= this.limit;
  }

  private put(line: string): void {
    if (line === "") return;
    this.lines.push(line);
    this.length += line.length + 1;
  }

  private turn(): void {
    if (this.lines.length > 0) this.done.push(this.lines.join("\n"));
    this.lines = [];
    this.length = 0;
  }
}
