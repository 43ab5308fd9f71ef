import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { placeOf } from "../../automation/engine/project";
import { restoreState, stateFile } from "../../automation/engine/state-file";

describe("the state of an engine that was killed", () => {
  const project = mkdtempSync(path.join(tmpdir(), "slipway-state-"));
  writeFileSync(path.join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  const place = placeOf("dev", project);
  const file = stateFile(place);
  const said: string[] = [];
  const restore = (killed: boolean): number => {
    restoreState(place, killed, (message) => said.push(message));
    return said.length;
  };

  beforeEach(() => {
    said.length = 0;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.bak`, '{"step":1}');
  });

  after(() => {
    rmSync(project, { recursive: true });
  });

  for (const [what, text] of [
    ["half written", '{"step"'],
    ["empty", ""],
    ["missing", undefined],
  ] as const) {
    it(`is put back to one step before when it is ${what}`, () => {
      if (text === undefined) rmSync(file, { force: true });
      else writeFileSync(file, text);
      expect(restore(false)).to.equal(0);
      expect(restore(true)).to.equal(1);
      expect(readFileSync(file, "utf8")).to.equal('{"step":1}');
    });
  }

  it("is left as it is when it is whole, without the note that was begun beside it", () => {
    writeFileSync(file, '{"step":2}');
    writeFileSync(`${file}.attrs`, "");
    writeFileSync(`${file}.bak.attrs`, '{"user.content_type":"application/json"}');
    expect(restore(true)).to.equal(0);
    expect(readFileSync(file, "utf8")).to.equal('{"step":2}');
    expect([`${file}.attrs`, `${file}.bak.attrs`].map((note) => existsSync(note))).to.deep.equal([false, true]);
  });

  it("is not made from a copy that is not whole either", () => {
    rmSync(file, { force: true });
    writeFileSync(`${file}.bak`, "");
    expect(restore(true)).to.equal(0);
    expect(existsSync(file)).to.equal(false);
  });
});
