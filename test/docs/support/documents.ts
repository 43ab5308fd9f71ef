/** The documents of the checkout, taken apart. */
import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../../../components/package-root";

/** A code block. */
export interface Block {
  /** File and line, such as `docs/cli.md:12`. */
  at: string;
  language: string;
  text: string;
  /** What stands between it and the next one. */
  after: string;
}

/** Paths of all documents, relative to the checkout. */
export function documents(): string[] {
  const own = readdirSync(packageRoot).filter((file) => file.endsWith(".md"));
  const more = readdirSync(path.join(packageRoot, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.join("docs", file));
  return [...own, ...more].sort();
}

export function textOf(document: string): string {
  return readFileSync(path.join(packageRoot, document), "utf8");
}

/** The code blocks of a document. */
export function blocksOf(document: string): Block[] {
  const text = textOf(document);
  const found = [...text.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)];
  return found.map(({ index, 0: whole, 2: language = "", 3: code = "" }, at) => ({
    at: `${document}:${text.slice(0, index).split("\n").length}`,
    language,
    text: code,
    after: text.slice(index + whole.length, found[at + 1]?.index),
  }));
}

/** The scripts of docs/automation.md. */
export function examples(): string[] {
  return blocksOf("docs/automation.md").flatMap(({ language, text }) => (language === "ts" ? [text] : []));
}

/** Command lines of all `sh` blocks, without comments. */
export function commandLines(): { at: string; line: string }[] {
  return documents().flatMap(commandsOf);
}

function linesOf({ at, text }: Block): { at: string; line: string }[] {
  const lines = text.split("\n").map((line) => ({ at, line: line.replace(/(^|\s)#\s.*$/, "").trim() }));
  return lines.filter(({ line }) => line !== "");
}

/** A command of a document. */
export interface Step {
  at: string;
  line: string;
  /** Whether it is the last one of its block. */
  last: boolean;
  /** What the document shows of its output: the `text` block of the same section that follows its last command. */
  shown: string;
}

/** The commands of a document in their order. */
export function commandsOf(document: string): Step[] {
  const blocks = blocksOf(document);
  return blocks.flatMap((block, index) => {
    if (block.language !== "sh") return [];
    const next = blocks[index + 1];
    const isShown = next?.language === "text" && !/^#/m.test(block.after);
    const lines = linesOf(block);
    return lines.map((line, at) => {
      const last = at === lines.length - 1;
      return { ...line, last, shown: isShown && last ? next.text : "" };
    });
  });
}

/** Rows of the table whose heading begins with `heading`, cells without the marks of code. */
export function tableRows(document: string, ...heading: string[]): string[][] {
  const lines = textOf(document).split("\n");
  const start = lines.findIndex((line) => heading.every((title, index) => cells(line)[index] === title));
  if (start < 0) throw new Error(`${document} has no table with the heading ${heading.join(" | ")}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end < 0 ? undefined : end).map(cells);
}

function cells(line: string): string[] {
  return line
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
