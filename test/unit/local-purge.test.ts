import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { purge } from "../../automation/local/stop";
import { stackFolder } from "../../components/deploy";
import { layout } from "../../providers/host/paths";

describe("purge of a stack on this machine", () => {
  let project: string;
  let root: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-purge-"));
    root = stackFolder(project, "dev");
    mkdirSync(path.join(root, "data"), { recursive: true });
    for (let name = 0; name < 50; name += 1) writeFileSync(path.join(root, "data", String(name)), "data");
  });
  afterEach(() => rmSync(project, { recursive: true }));

  it("leaves no moment in which others could deploy into the folder that it removes", async () => {
    const lock = path.join(layout(root).run, "lock");
    const seen = { held: false, free: false, done: false };
    const removed = purge({ project, stack: "dev" }).finally(() => (seen.done = true));
    while (!seen.done) {
      const isHeld = existsSync(lock);
      seen.held ||= isHeld;
      seen.free ||= seen.held && !isHeld && existsSync(root);
      await new Promise(setImmediate);
    }
    await removed;
    expect(seen).to.deep.equal({ held: true, free: false, done: true });
    expect(readdirSync(path.dirname(root))).to.deep.equal([]);
  });

  it("removes what one that was killed has left", async () => {
    const left = path.join(path.dirname(root), ".purged-dev", "data");
    mkdirSync(left, { recursive: true });
    await purge({ project, stack: "dev" });
    expect(readdirSync(path.dirname(root))).to.deep.equal([]);
  });
});
