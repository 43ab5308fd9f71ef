/** The documents about stacks on this machine, done as they say. */
import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { findPulumi } from "../../automation/engine/pulumi-cli";
import { packageRoot } from "../../components/package-root";
import { commandsOf, examples } from "./support/documents";
import { FOLLOWED } from "./support/followed";
import { LocalProject } from "./support/local";

describe("the documents about this machine", function () {
  this.timeout(900_000);
  let project: LocalProject;

  before(async () => {
    project = await LocalProject.open();
  });

  after(() => project.close());

  for (const document of FOLLOWED.local) it(document, () => project.follow(document));

  it("README.md, with a plain pulumi, which finds the same stack", async () => {
    await project.slipway("up --yes");
    const { command } = await findPulumi(() => undefined);
    const line = commandsOf("README.md").find((step) => step.line.startsWith("eval "))?.line ?? "false";
    const asked = [line, 'test -f "$SLIPWAY_CONFIG_FILE"', `"${command}" stack output release --stack dev`];
    const { outputs } = JSON.parse(await project.slipway("preview --json")) as { outputs: { release: string } };
    expect((await project.said(asked.join("\n"))).trim()).to.equal(outputs.release);
    expect(statSync(path.join(project.folder, ".slipway")).mode & 0o077).to.equal(0);
  });

  it("docs/automation.md, by its first script", async () => {
    await project.slipway("up --yes");
    mkdirSync(path.join(project.folder, "node_modules"), { recursive: true });
    symlinkSync(packageRoot, path.join(project.folder, "node_modules", "slipway"));
    writeFileSync(path.join(project.folder, "example.mts"), examples()[0] ?? "");
    const loader = path.join(packageRoot, "node_modules", "tsx", "dist", "loader.mjs");
    const said = await project.said(`"${process.execPath}" --import "${loader}" example.mts`);
    expect(said).to.contain(`no changes http://127.0.0.1:${project.port}\n`);
    expect(said).to.match(/^true (\S+ RUNNING, )+\S+ RUNNING$/m);
    expect(said).to.match(/^web-[01] \| /m);
  });
});
