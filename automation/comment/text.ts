/** Makes any text safe to stand in a comment: one line, nothing hidden in it, no markup, cut to what a reader takes in. */
import { visible } from "../visible";

const LONGEST = 200;
/** How much of two long values is looked at, around where they begin to differ. */
const AROUND = 2000;
/** What is shown before the difference. */
const BEFORE = 40;
/** A package, a module and a name, none of them long. */
const TYPE = /^[a-z][\w-]{0,40}:[\w/-]{0,60}:\w{1,60}$/;
/** Lines of a message that are shown. */
const LINES = 30;

/**
 * The text as code, in Markdown and in HTML. Every character that either could take for markup is written by its number,
 * and GitHub and GitLab look for no mention, reference or address in code.
 */
export function code(text: string): string {
  return `<code>${encoded(text)}</code>`;
}

/** Any character but letters, digits and what means nothing in Markdown or HTML, by its number. */
function encoded(text: string): string {
  const plain = text.replace(/[^\p{L}\p{M}\p{N} ,;./=+()"'-]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
  // What begins so becomes a link by itself.
  return plain.replace(/www\./gi, (begin) => `${begin.slice(0, -1)}&#46;`);
}

/** Clears texts of secrets and cuts them. */
export class Texts {
  /** @param mask takes secrets out of a text */
  constructor(private readonly mask: (text: string) => string) {}

  /** One text, as code. */
  shown(text: string, longest = LONGEST): string {
    return code(cut(this.clear(text.slice(0, AROUND)), longest, text.length));
  }

  /** The type of a resource: it holds no secret, though some look as if, such as `aws:secretsmanager/secret:Secret`. */
  type(type: string): string {
    return TYPE.test(type) ? code(type) : this.shown(type);
  }

  /** Lines of a message, each as code; those beyond the first {@link LINES} are only counted. */
  lines(message: string): string[] {
    const lines = message.split("\n");
    const first = lines.slice(0, LINES).map((line) => visible(line.slice(0, AROUND)));
    // Some secrets have more than one line.
    const clear = this.mask(first.join("\n")).split("\n");
    const shown = clear.map((line) => code(cut(line, 2 * LONGEST, line.length)));
    return lines.length <= LINES ? shown : [...shown, `… and ${lines.length - LINES} lines more`];
  }

  /** Two values: whole where they are short, else from where they begin to differ. */
  pair(old: string, next: string): [string, string] {
    if (Math.max(old.length, next.length) <= LONGEST) return [this.shown(old), this.shown(next)];
    const around = Math.max(0, commonLength(old, next) - AROUND);
    const clear = (value: string): string => this.clear(value.slice(around, around + 2 * AROUND));
    const [one, other] = [clear(old), clear(next)];
    const from = Math.max(0, commonLength(one, other) - BEFORE);
    const part = (text: string, whole: number): string => {
      const shown = cut(text.slice(from), LONGEST, whole - around - from);
      return code(around + from > 0 ? `…${shown}` : shown);
    };
    return [part(one, old.length), part(other, next.length)];
  }

  private clear(text: string): string {
    return this.mask(visible(text));
  }
}

/** How many characters two texts have in common from their start, no character cut in two. */
function commonLength(one: string, other: string): number {
  const end = Math.min(one.length, other.length);
  let at = 0;
  while (at < end && one[at] === other[at]) at += 1;
  return at > 0 && /[\ud800-\udbff]/.test(one[at - 1] ?? "") ? at - 1 : at;
}

/** The beginning of a text, and how long it is where that is not all of it. */
function cut(text: string, longest: number, whole: number): string {
  if (text.length <= longest && whole <= AROUND) return text;
  return `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, "")}… (${whole} characters)`;
}
