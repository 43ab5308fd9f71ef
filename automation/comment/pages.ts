/** A comment as it is posted or written: Markdown in one or more parts, or a page. */
import { masker } from "./mask";
import { losses, stackSections, summarySection, type Section } from "./render";
import type { StackReport } from "./report";
import { split } from "./split";
import { Texts } from "./text";

/** How a comment is made. */
export interface CommentFormat {
  /** Longest part, in characters. @default 65,536, which is GitHub's limit */
  limit?: number;
  /** Commit that the reports are about. @default none is named */
  commit?: string;
  /** Variables whose values are taken out where their names say that they are secret. @default those of this process */
  environment?: Readonly<Record<string, string | undefined>>;
}

/** Longest comment that GitHub takes: it answers 422 "Body is too long (maximum is 65536 characters)" to a longer one. */
export const GITHUB_LIMIT = 65_536;

/** Name of the comment about what stacks would become. */
export const PREVIEW = "comment";

const MARKER = /^<!-- slipway:([a-z-]+):(\d{1,3}) -->/;

/** How a part of a comment begins, so that it is found again: hidden, with its number from 1 on. */
export function markerOf(part: number, name = PREVIEW): string {
  return `<!-- slipway:${name}:${part} -->`;
}

/** Number of the part of the named comment that a text is, from 1 on; undefined for anything else. */
export function partOf(body: string, name: string): number | undefined {
  const [, found, part] = MARKER.exec(body) ?? [];
  return found === name ? Number(part) : undefined;
}

/** The comment as Markdown: parts of at most `limit` characters, the first with the summary. */
export function commentMarkdown(reports: readonly StackReport[], format: CommentFormat = {}): string[] {
  const { limit = GITHUB_LIMIT, commit, environment = process.env } = format;
  const texts = new Texts(masker(environment));
  const about = commit === undefined ? "" : ` of commit ${texts.shown(commit.slice(0, 12))}`;
  const title = (part: number, of: number): string =>
    `<h3>Slipway: preview${part === 1 ? about : `, continued (${part} of ${of})`}</h3>`;
  const room = limit - title(1, 1).length - title(999, 999).length - markerOf(999).length;
  const bodies = split(sections(reports, texts, markdownBanner), room);
  return bodies.map((body, index) => `${markerOf(index + 1)}\n${title(index + 1, bodies.length)}\n${body}\n`);
}

function sections(reports: readonly StackReport[], texts: Texts, banner: (lost: string[]) => Section): Section[] {
  const lost = losses(reports, texts);
  return [
    summarySection(reports, texts),
    ...(lost.length > 0 ? [banner(lost)] : []),
    ...reports.flatMap((report) => stackSections(report, texts)),
  ];
}

const LOST = "Data would be lost.";

/** Markdown, for the look that hosts give to a caution; what is lost is HTML again, which blank lines set apart. */
function markdownBanner(lost: string[]): Section {
  return {
    head: `\n> [!CAUTION]\n> **${LOST}**\n>\n> <ul>`,
    rows: lost.map((text) => ({ text: `> <li>${text}</li>` })),
    tail: "> </ul>\n",
  };
}

function htmlBanner(lost: string[]): Section {
  const rows = lost.map((text) => ({ text: `<li>${text}</li>` }));
  return { head: `<div class="caution"><b>⛔ ${LOST}</b><ul>`, rows, tail: "</ul></div>" };
}

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1f2328; }
  table { border-collapse: collapse; margin: .5rem 0; }
  th, td { border: 1px solid #d1d9e0; padding: .25rem .6rem; text-align: left; vertical-align: top; }
  code { font: 13px ui-monospace, monospace; background: #f3f4f6; padding: .1em .3em; overflow-wrap: anywhere; }
  .caution { border-left: .3rem solid #cf222e; padding: .25rem 1rem; background: #fff1f0; }
  svg { max-width: 100%; height: auto; }`;

/**
 * The comment as a page that needs nothing else.
 *
 * @param pictures pictures of the stacks, as SVG
 */
export function commentHtml(
  reports: readonly StackReport[],
  format: CommentFormat = {},
  pictures: readonly string[] = [],
): string {
  const texts = new Texts(masker(format.environment ?? process.env));
  const body = split(sections(reports, texts, htmlBanner), Number.POSITIVE_INFINITY).join("\n");
  const drawn = pictures.map((picture) => `<figure>${picture}</figure>`).join("\n");
  const about = format.commit === undefined ? "" : ` of commit ${texts.shown(format.commit.slice(0, 12))}`;
  const head = `<meta charset="utf-8"><title>Slipway: preview</title><style>${STYLE}\n</style>`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head>\n<body>\n<h1>Slipway: preview${about}</h1>\n${body}\n${drawn}\n</body></html>\n`;
}
