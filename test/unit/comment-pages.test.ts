import { expect } from "chai";
import { parseFragment, type DefaultTreeAdapterTypes as Html } from "parse5";
import { commentHtml, commentMarkdown, partOf } from "../../automation/comment/pages";
import type { ReportedChange, StackReport } from "../../automation/comment/report";

const update = (name: string, properties: ReportedChange["properties"] = []): ReportedChange => ({
  operation: "update",
  urn: `urn:pulumi:prod::slipway::aws:ecs/service:Service::${name}`,
  type: "aws:ecs/service:Service",
  name,
  properties,
});
const count = { path: "desiredCount", kind: "update" as const, replaces: false, old: "2", new: "3" };

const report = (changes: ReportedChange[], more: Partial<StackReport> = {}): StackReport => ({
  stack: "prod",
  basis: "deployed",
  plan: { changes, unchanged: 4, drift: [] },
  policies: [],
  ...more,
});

const markdown = (reports: StackReport[], limit?: number): string[] =>
  commentMarkdown(reports, { environment: {}, ...(limit !== undefined && { limit }) });

/** Cells of all rows of all tables, as text. */
function rows(html: string): string[][] {
  const text = (node: Html.Node): string =>
    "value" in node ? node.value : "childNodes" in node ? node.childNodes.map(text).join("") : "";
  const all = (node: Html.Node): Html.Element[] => {
    const inner = "childNodes" in node ? node.childNodes.flatMap(all) : [];
    return "tagName" in node ? [node, ...inner] : inner;
  };
  return all(parseFragment(html))
    .filter(({ tagName }) => tagName === "tr")
    .map(({ childNodes }) => childNodes.map(text));
}

describe("a comment", () => {
  it("begins with the table of all stacks", () => {
    const database = { ...update("db"), operation: "replace", type: "aws:rds/instance:Instance" };
    const policies = [{ policy: "https", mandatory: false, message: "in plain text" }];
    const [body = ""] = markdown([
      report([update("web", [count]), database], { rolloutSeconds: 185.4, policies }),
      report([], { stack: "staging", plan: { changes: [], unchanged: 9, drift: [update("web", [count])] } }),
      { stack: "broken", basis: "deployed", failure: { kind: "failed", message: "no credentials" }, policies: [] },
    ]);
    expect(rows(body).slice(0, 4)).to.deep.equal([
      ["stack", "create", "update", "replace", "delete", "rollout", "policies", "drift"],
      ["prod", "", "1", "1", "", "about 3m 5s", "⚠️ 1", ""],
      ["staging", "", "", "", "", "no changes", "", "⚠️ 1"],
      ["❌ broken", "", "", "", "", "failed", "", ""],
    ]);
    expect(body)
      .to.match(/no credentials/)
      .and.to.match(/in plain text/);
  });

  it("says which data would be lost, and puts that first", () => {
    const gone = (type: string, operation: string): ReportedChange => ({ ...update(`${operation}d`), type, operation });
    const [body = ""] = markdown([
      report([update("web"), gone("aws:s3/bucket:Bucket", "delete"), gone("aws:ecs/service:Service", "delete")]),
    ]);
    expect(body).to.match(
      /> \[!CAUTION\]\n> \*\*Data would be lost\.\*\*\n>\n> <ul>\n> <li>.*deleted.*lost with it: a bucket<\/li>\n> <\/ul>\n\n/,
    );
    expect(body.match(/<li>/g)).to.have.length(1);
    expect(
      rows(body)
        .slice(2)
        .map(([first]) => first?.split(" ")[1]),
    ).to.deep.equal(["delete", "delete", "update"]);
    expect(markdown([report([update("web"), gone("aws:rds/instance:Instance", "create")])])[0]).not.to.contain(
      "CAUTION",
    );
    expect(markdown([report([gone("aws:rds/instance:Instance", "update")])])[0]).not.to.contain("CAUTION");
  });

  it("shows properties from old to new, long ones from where they differ", () => {
    const long = (image: string): string =>
      JSON.stringify([{ name: "web", notes: "n".repeat(4000), image, end: "e".repeat(900) }]);
    const [body = ""] = markdown([
      report([
        update("web", [
          count,
          { path: "arn", kind: "update", replaces: true, old: "arn:aws:x" },
          { path: "tags", kind: "delete", replaces: false, old: "a" },
          { path: "containers", kind: "update", replaces: false, old: long("shop:1"), new: long("shop:2") },
        ]),
      ]),
    ]);
    const [, , resource, first, later, gone, containers] = rows(body);
    expect(resource).to.deep.equal(["~ update web aws:ecs/service:Service"]);
    expect(first).to.deep.equal(["desiredCount", "2", "3"]);
    expect(later).to.deep.equal(["arn (replaces)", "arn:aws:x", "known after the change"]);
    expect(gone).to.deep.equal(["tags", "a", ""]);
    expect(containers?.[1]).to.match(/^…n{10,}","image":"shop:1","end":"e+… \(\d+ characters\)$/);
    expect(containers?.[2]).to.match(/^…n{10,}","image":"shop:2","end":"e+… \(\d+ characters\)$/);
  });

  it("says what it is counted from", () => {
    expect(markdown([report([], { basis: "rehearsed" })])[0]).to.contain("rehearsed deployment of the base");
    expect(markdown([report([], { basis: "nothing" })])[0]).to.contain("in an empty account");
    expect(markdown([report([])])[0]).not.to.match(/[Rr]ehearsed/);
  });

  it("goes on in further ones where it is longer than its host takes, with nothing lost in between", () => {
    const changes = Array.from({ length: 900 }, (_, index) => update(`service-${index}`, [count]));
    const parts = markdown([report(changes)]);
    expect(parts.length).to.be.within(2, 8);
    expect(parts.map((part) => partOf(part, "comment"))).to.deep.equal(parts.map((_, index) => index + 1));
    const names: string[] = [];
    for (const part of parts) {
      expect(part.length).to.be.at.most(65_536);
      for (const tag of ["table", "details", "tr", "td"])
        expect(part.match(new RegExp(`<${tag}[ >]`, "g"))?.length).to.equal(
          part.match(new RegExp(`</${tag}>`, "g"))?.length,
        );
      names.push(...rows(part).flatMap(([cell = ""]) => /service-\d+/.exec(cell)?.[0] ?? []));
    }
    expect(new Set(names).size).to.equal(900);
    expect(parts[1]).to.contain(`continued (2 of ${parts.length})`);
  });

  it("names the resource again where the break is among its properties", () => {
    const properties = Array.from({ length: 50 }, (_, index) => ({ ...count, path: `property${index}` }));
    const parts = markdown([report([update("web", properties)])], 2500);
    expect(parts.length).to.be.greaterThan(2);
    for (const part of parts.slice(1)) expect(rows(part)[0]).to.deep.equal(["~ update web aws:ecs/service:Service"]);
  });

  it("ends after eight parts, and says so", () => {
    const changes = Array.from({ length: 9000 }, (_, index) => update(`service-${index}`, [count]));
    const parts = markdown([report(changes)]);
    expect(parts).to.have.length(8);
    expect(parts[7]).to.match(/… and more: <code>slipway diff<\/code>/);
    expect(Math.max(...parts.map(({ length }) => length))).to.be.at.most(65_536);
  });

  it("is a page that needs nothing else", () => {
    const html = commentHtml([report([update("web", [count])])], { environment: {}, commit: "0123456789abcdef" }, [
      "<svg/>",
    ]);
    expect(html).to.match(
      /<h1>Slipway: preview of commit <code>0123456789ab<\/code><\/h1>[^]*<figure><svg\/><\/figure>/,
    );
    expect(html).not.to.match(/(src|href)=/);
  });
});
