/** Whatever stands in names, values and messages: the comment keeps its shape, and gives nothing away. */
import { expect } from "chai";
import fc from "fast-check";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { parse, parseFragment, type DefaultTreeAdapterTypes as Html } from "parse5";
import { commentHtml, commentMarkdown, partOf } from "../../automation/comment/pages";
import type { StackReport } from "../../automation/comment/report";
import { code } from "../../automation/comment/text";
import { visible } from "../../automation/visible";
import { CANARY, HOSTILE } from "./support/hostile";

const LIMIT = 65_536;
const ELEMENTS = [
  "b",
  "br",
  "code",
  "details",
  "div",
  "h3",
  "h4",
  "i",
  "li",
  "p",
  "sub",
  "summary",
  "table",
  "tbody",
  "td",
  "th",
  "tr",
  "ul",
];

/** A report with a text at every place where one can stand. */
function reportOf(text: string): StackReport {
  const change = {
    operation: "replace",
    urn: text,
    type: "aws:rds/instance:Instance",
    name: text,
    properties: [
      { path: text, kind: "update" as const, replaces: true, old: text, new: `${text} ` },
      {
        path: "long",
        kind: "update" as const,
        replaces: false,
        old: `${"o".repeat(300)}${text}`,
        new: `${"o".repeat(300)}!${text}`,
      },
      { path: "added", kind: "add" as const, replaces: false, new: text },
    ],
  };
  return {
    stack: text,
    basis: "rehearsed",
    plan: { changes: [change, { ...change, operation: text, type: text }], unchanged: 1, drift: [change] },
    failure: { kind: "failed", message: text, mend: text },
    policies: [{ policy: text, mandatory: true, message: text, resource: text }],
  };
}

function nodes(tree: Nodes): Nodes[] {
  return [tree, ...("children" in tree ? (tree.children as Nodes[]).flatMap(nodes) : [])];
}

function elements(node: Html.Node): Html.Element[] {
  const inner = "childNodes" in node ? node.childNodes.flatMap(elements) : [];
  return "tagName" in node ? [node, ...inner] : inner;
}

function textIn(node: Html.Node): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textIn).join("") : "";
}

/** What Markdown makes of a comment: the kinds of nodes, and all HTML in it. */
function parsed(markdown: string): { kinds: string[]; html: string } {
  const all = nodes(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return {
    kinds: all.map(({ type }) => type),
    html: all.flatMap((node) => (node.type === "html" ? [node.value] : [])).join("\n"),
  };
}

/** @throws when a comment has anything in it that Slipway does not write itself */
function checkShape(report: StackReport): void {
  const parts = commentMarkdown([report], { environment: {} });
  for (const [index, part] of parts.entries()) {
    expect(part.length).to.be.at.most(LIMIT);
    expect(partOf(part, "comment")).to.equal(index + 1);
    const { kinds, html } = parsed(part);
    const allowed = ["root", "html", "text", "strong", "blockquote", "paragraph"];
    expect(kinds.filter((kind) => !allowed.includes(kind))).to.deep.equal([]);
    expect(kinds.filter((kind) => kind === "blockquote").length).to.be.at.most(1);
    const found = elements(parseFragment(html));
    expect(found.map(({ tagName }) => tagName).filter((name) => !ELEMENTS.includes(name))).to.deep.equal([]);
    expect(
      found.flatMap(({ attrs }) => attrs.map(({ name }) => name)).filter((name) => !/^(open|colspan)$/.test(name)),
    ).to.deep.equal([]);
    expect(html.match(/<!--/g) ?? []).to.have.length(1);
    expect(part).not.to.match(/\p{Surrogate}/u);
    expect(part.replaceAll("\n", "")).not.to.match(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]/u);
  }
}

describe("a hostile text", () => {
  it("is one of more than two hundred", () => {
    expect(new Set(HOSTILE).size).to.equal(HOSTILE.length).and.to.be.greaterThan(200);
  });

  it("leaves the comment in its shape, whatever it is", function () {
    this.timeout(60_000);
    for (const text of HOSTILE) {
      const begun = performance.now();
      checkShape(reportOf(text));
      expect(performance.now() - begun, `${JSON.stringify(text.slice(0, 60))} takes long`).to.be.lessThan(3000);
    }
  });

  it("leaves it in its shape when it is made up", () => {
    const pieces = fc.constantFrom(...HOSTILE.filter((text) => text.length < 100));
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 6 }).map((some) => some.join("")),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(texts, (text) => checkShape(reportOf(text))),
      { numRuns: 150 },
    );
  });

  it("is shown as it is, but for what cannot be seen", () => {
    for (const text of HOSTILE.filter((each) => each.length < 200)) {
      const [shown] = elements(parseFragment(code(visible(text))));
      expect(textIn(shown!)).to.equal(visible(text));
    }
  });

  it("stands in code wherever it stands, so that nobody is called", () => {
    for (const call of ["@octocat", "#1", "acme/shop#1", "www.e.example", "https://e.example"]) {
      const [part = ""] = commentMarkdown([reportOf(call)], { environment: {} });
      const bare = (node: Html.Node): string =>
        "tagName" in node && node.tagName === "code"
          ? ""
          : "value" in node
            ? node.value
            : "childNodes" in node
              ? node.childNodes.map(bare).join("")
              : "";
      expect(bare(parseFragment(parsed(part).html))).not.to.contain(call.replace("<", ""));
    }
  });

  it("gives no secret away, on the page neither", () => {
    const environment = { DEPLOY_TOKEN: `own-${CANARY}` };
    for (const text of HOSTILE.filter((each) => each.includes(CANARY))) {
      const report = reportOf(text);
      const shown = [...commentMarkdown([report], { environment }), commentHtml([report], { environment })].join("\n");
      expect(textIn(parseFragment(shown)), text).not.to.contain(CANARY.slice(0, 8));
    }
    const own = commentMarkdown([reportOf(`the value own-${CANARY} of a variable`)], { environment }).join("\n");
    expect(own).not.to.contain(CANARY);
    expect(own).to.contain("the value &#91;secret&#93; of a variable");
    const change = {
      path: "environment.API_TOKEN",
      kind: "update" as const,
      replaces: false,
      old: CANARY,
      new: `${CANARY}2`,
    };
    const report = reportOf("x");
    report.plan!.changes[0]!.properties = [change];
    expect(commentMarkdown([report], { environment: {} }).join("\n")).not.to.contain(CANARY);
  });

  it("makes a page that is one document with nothing that runs", () => {
    for (const text of HOSTILE.filter((each) => each.length < 200)) {
      const found = elements(parse(commentHtml([reportOf(text)], { environment: {} }))).map(({ tagName }) => tagName);
      const own = [...ELEMENTS, "html", "head", "meta", "title", "style", "body", "h1"];
      expect(found.filter((name) => !own.includes(name))).to.deep.equal([]);
      expect(found.filter((name) => name === "style")).to.have.length(1);
    }
  });
});
