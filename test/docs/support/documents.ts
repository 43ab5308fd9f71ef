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
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ index, 1: language = "", 2: code = "" }) => ({
    at: `${document}:${text.slice(0, index).split("\n").length}`,
    language,
    text: code,
  }));
}

/** Command lines of all `sh` blocks, without comments. */
export function commandLines(): { at: string; line: string }[] {
  return documents()
    .flatMap(blocksOf)
    .filter(({ language }) => language === "sh")
    .flatMap(({ at, text }) => text.split("\n").map((line) => ({ at, line: line.replace(/(^|\s)#\s.*$/, "").trim() })))
    .filter(({ line }) => line !== "");
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
