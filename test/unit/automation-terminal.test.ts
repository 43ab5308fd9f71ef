import { PassThrough } from "node:stream";
import { stripVTControlCharacters as plain } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import type { ResourceChange } from "../../automation";
import { diagnosticOf } from "../../automation/engine/changes";
import { outputsText, planText, summaryText } from "../../automation/terminal/plan";
import { progressView } from "../../automation/terminal/progress";
import { duration } from "../../automation/terminal/status";
import { visibleLog } from "../../automation/visible";
import { HOSTILE } from "./support/hostile";

const change: ResourceChange = {
  operation: "update",
  urn: "urn::blog-web",
  type: "host:index:Program",
  name: "blog-web",
  properties: [{ path: "count", kind: "update", replaces: true, old: "2", new: `line\n${"x".repeat(100)}` }],
};

describe("the terminal", () => {
  it("shows a plan, on request property by property, and long values cut to a line", () => {
    const plan = { changes: [change], unchanged: 3, drift: [], outputs: {}, seconds: 1 };
    expect(plain(planText(plan, { properties: false })))
      .to.contain("update blog-web")
      .and.to.contain("1 to update, 3 unchanged");
    const lines = plain(planText(plan, { properties: true })).split("\n");
    expect(lines[1]).to.match(/count: 2 -> line\\nx{60,80}… \(105 characters\) \(replaces\)/);
    expect(planText({ ...plan, changes: [] }, { properties: true })).to.equal("no changes");
  });

  it("counts by operation", () => {
    expect(summaryText([change, { ...change, operation: "create" }, change], 0)).to.equal(
      "2 to update, 1 to create, 0 unchanged",
    );
  });

  it("writes plain lines where there is no terminal", () => {
    const stream = new PassThrough();
    const view = progressView(stream as unknown as NodeJS.WriteStream);
    view.take({ kind: "started", change });
    view.take({ kind: "done", change, seconds: 1.25 });
    view.take({ kind: "failed", change });
    view.take({ kind: "diagnostic", diagnostic: { severity: "warning", message: "old", resource: "blog" } });
    view.take({ kind: "done", change: { ...change, type: "slipway:local:LocalApp" }, seconds: 9 });
    view.close();
    expect(plain(String(stream.read())).split("\n")).to.deep.equal([
      "✔ updated blog-web 1.3 s",
      "✖ blog-web failed",
      "! blog: old",
      "",
    ]);
  });

  it("says durations with two units at most", () => {
    expect([0, 5, 65, 3600, 90_061].map(duration)).to.deep.equal(["0s", "5s", "1m 5s", "1h 0m", "1d 1h"]);
    expect(duration(undefined)).to.equal("");
  });
});

describe("hostile texts in the terminal", () => {
  /** What a terminal takes for more than a character, but for colours. */
  const MOVING = /(?!\t)[\p{Cc}\u2028-\u202e\u2066-\u2069\u200b\u200e\u200f]/u;

  it("keep a plan at one line for each resource and property", () => {
    for (const text of HOSTILE) {
      const properties = [{ path: text, kind: "update" as const, replaces: false, old: text, new: `${text}.` }];
      const changes = [{ ...change, name: text, type: text, properties }];
      const shown = plain(
        planText({ changes, unchanged: 0, drift: [], outputs: {}, seconds: 1 }, { properties: true }),
      );
      const lines = shown.split("\n");
      expect(lines).to.have.length(4);
      expect(lines.filter((line) => MOVING.test(line))).to.deep.equal([]);
      expect(plain(outputsText({ [text]: text }))).not.to.match(MOVING);
    }
  });

  it("stand on the lines of their own in messages, progress and logs", () => {
    for (const text of HOSTILE.filter((each) => each.length < 1000)) {
      const stream = new PassThrough();
      const view = progressView(stream as unknown as NodeJS.WriteStream);
      view.take({ kind: "failed", change: { ...change, name: text } });
      const event = { diagnosticEvent: { message: `said: ${text}`, severity: "warning", color: "" } };
      const diagnostic = diagnosticOf(event as unknown as EngineEvent);
      if (diagnostic !== undefined) view.take({ kind: "diagnostic", diagnostic });
      view.close();
      const lines = plain(String(stream.read())).split("\n");
      expect(lines.filter((line) => MOVING.test(line))).to.deep.equal([]);
      expect(lines.length).to.equal(2 + `said: ${text}`.trim().split("\n").length);
      expect(plain(visibleLog(text.replaceAll("\n", " ")))).not.to.match(MOVING);
    }
    expect(visibleLog("\u001b[31mred\u001b[0m\tand \u001b[2Jnot cleared")).to.equal(
      "\u001b[31mred\u001b[0m\tand not cleared",
    );
  });
});
