/** The events of a command, by the schema that says what they are. */
import { PassThrough, Writable } from "node:stream";
import { expect } from "chai";
import { eventSchema, type SlipwayEvent } from "../../automation/events";
import type { Progress } from "../../automation/engine/operations";
import { SlipwayError } from "../../automation/errors";
import { eventStream } from "../../automation/terminal/events";
import { ConfigError } from "../../components/config";

const change = {
  operation: "update" as const,
  urn: "urn:pulumi:dev::slipway::host:index:Program::shop-web",
  type: "host:index:Program",
  name: "shop-web",
  properties: [{ path: "count", kind: "update" as const, replaces: false, old: "1", new: "2" }],
};
const PROGRESS: readonly Progress[] = [
  { kind: "message", message: 'First line\nand "second".' },
  { kind: "planned", plan: { changes: [change], unchanged: 3, drift: [], outputs: { url: "http://x" }, seconds: 1 } },
  { kind: "started", change },
  { kind: "done", change, seconds: 1.5 },
  { kind: "failed", change },
  { kind: "diagnostic", diagnostic: { severity: "warning", message: "It is old.", resource: "shop-web" } },
  { kind: "diagnostic", diagnostic: { severity: "error", message: "No.", policy: "no-public-database" } },
];

function linesOf(out: PassThrough): SlipwayEvent[] {
  const text = String(out.read() ?? "");
  expect(text.endsWith("\n")).to.equal(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as SlipwayEvent);
}

describe("the events of a command", () => {
  it("are lines that the schema describes whole, in the order in which things happened", () => {
    const out = new PassThrough();
    const events = eventStream(out, "up", "dev");
    for (const progress of PROGRESS) events.take(progress);
    events.end("changes", { changed: true });
    const lines = linesOf(out);
    expect(lines.map(({ type }) => type)).to.deep.equal([
      ...["start", "message", "plan", "resource.started", "resource.done", "resource.failed"],
      ...["diagnostic", "policy.violation", "result"],
    ]);
    // What the schema does not know it takes away.
    for (const line of lines) expect(eventSchema.parse(line)).to.deep.equal(line);
    expect(lines.at(-1)).to.deep.include({ ended: "changes", exitCode: 9, result: { changed: true } });
  });

  it("end with what went wrong, every fault of the config included", () => {
    const faults = [{ key: "local.port", problem: "is no port", value: "x", allowed: "1 to 65535", mend: "slipway …" }];
    const errors = [
      [new SlipwayError("locked", "Another one.", "wait"), { ended: "locked", exitCode: 6 }],
      [new ConfigError("dev", faults), { ended: "config", exitCode: 3 }],
      [new TypeError("undefined is no function"), { ended: "unexpected", exitCode: 1 }],
    ] as const;
    for (const [error, wanted] of errors) {
      const out = new PassThrough();
      eventStream(out, "up", "dev").fail(error);
      const last = linesOf(out).at(-1);
      expect(last).to.deep.include(wanted);
      expect(eventSchema.parse(last)).to.deep.equal(last);
      if (error instanceof ConfigError) expect(last).to.have.nested.property("error.faults").deep.equal(faults);
    }
  });

  it("are written no more when nobody reads them", () => {
    let written = 0;
    const out = new Writable({
      write: (_chunk, _encoding, done) => {
        written += 1;
        done();
      },
    });
    const events = eventStream(out, "up", "dev");
    out.destroy();
    for (const progress of PROGRESS) events.take(progress);
    events.end("ok", {});
    expect(written).to.equal(1);
  });
});
