import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { logs } from "../../automation/local/logs";
import { linesSince, timeIn } from "../../automation/local/log-times";
import type { LogOptions } from "../../automation/target";
import { stackFolder } from "../../components";
import { layout } from "../../providers/host/paths";

describe("the time of a log line", () => {
  const CASES: [string, string | undefined][] = [
    ['{"event": "login", "timestamp": "2026-03-04T05:06:07.891234Z"}', "2026-03-04T05:06:07.891Z"],
    ["2026-03-04 05:06:07+01:00 started", "2026-03-04T04:06:07.000Z"],
    ["127.0.0.1 - - GET /2026-03-04/post", undefined],
    ["2026-99-99T05:06:07Z", undefined],
    ["", undefined],
  ];
  for (const [line, time] of CASES) {
    it(`is ${time ?? "not known"}: ${line}`, () => {
      expect(timeIn(line)).to.equal(time === undefined ? undefined : Date.parse(time));
    });
  }

  it("is of this machine's zone where the line names none", () => {
    const time = new Date(2026, 2, 4, 5, 6, 7, 891).getTime();
    expect(timeIn("[2026-03-04 05:06:07,891: INFO/MainProcess] ready")).to.equal(time);
  });

  it("lets a line without one pass where nothing older stands below it", () => {
    const lines = [
      "2026-03-04T05:00:00Z old",
      "  trace of it",
      "2026-03-04T06:00:00Z new",
      "  trace",
      "2026-03-04T07:00:00Z",
    ];
    expect(linesSince(lines, new Date("2026-03-04T05:30:00Z"))).to.deep.equal(["  trace of it", ...lines.slice(2)]);
  });
});

describe("logs on this machine", () => {
  let project: string;
  let folder: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-logs-"));
    const paths = layout(stackFolder(project, "dev"));
    folder = paths.logs;
    for (const each of [paths.run, folder]) mkdirSync(each, { recursive: true });
    write("web-0", ["2026-03-04T05:00:00Z one", "2026-03-04T06:00:00Z two", "2026-03-04T07:00:00Z one more"]);
    write("worker-0", ["no time at all"]);
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  const write = (name: string, lines: string[]): void => {
    writeFileSync(path.join(folder, `${name}.log`), lines.map((line) => `${line}\n`).join(""));
  };
  const read = async (options: LogOptions): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of logs({ project, stack: "dev" }, options)) lines.push(String(line).trimEnd());
    return lines;
  };

  it("are the last lines that hold a text", async () => {
    expect(await read({ filter: "one", lines: 1 })).to.deep.equal(["web-0 | 2026-03-04T07:00:00Z one more"]);
  });

  it("are all since a time, and none of a file that was not written to since", async () => {
    utimesSync(path.join(folder, "worker-0.log"), new Date("2026-03-04T05:10:00Z"), new Date("2026-03-04T05:10:00Z"));
    const since = new Date("2026-03-04T05:30:00Z");
    expect(await read({ since, lines: 1 })).to.deep.equal([
      "web-0 | 2026-03-04T06:00:00Z two",
      "web-0 | 2026-03-04T07:00:00Z one more",
    ]);
    expect(await read({ since, filter: "two" })).to.deep.equal(["web-0 | 2026-03-04T06:00:00Z two"]);
  });
});
