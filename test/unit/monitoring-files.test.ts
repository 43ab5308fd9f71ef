/** What watches an application under Compose, as its readers understand it: no image of theirs can be had for a test. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { packageRoot } from "../../components/package-root";

const READER = path.join(packageRoot, "test", "unit", "support", "monitoring");
const hasGo = spawnSync("go", ["version"]).status === 0;
const template = (name: string): string =>
  readFileSync(path.join(packageRoot, "app-templates", "compose", name), "utf8");

/** @returns what is wrong with the text; empty where nothing is */
function faults(kind: "alloy" | "dashboard", text: string): string {
  const { status, stdout, stderr } = spawnSync("go", ["run", ".", kind], {
    cwd: READER,
    input: text,
    encoding: "utf8",
  });
  expect(status === 0 || stdout !== "", stderr).to.equal(true);
  return stdout.trim();
}

describe(`the files that watch an application${hasGo ? "" : " (skipped: there is no Go)"}`, function () {
  this.timeout(240_000);
  before(function () {
    if (!hasGo) this.skip();
  });

  it("are a dashboard by Grafana's schema", () => {
    const text = template("application.json");
    expect(faults("dashboard", text)).to.equal("");
    expect(faults("dashboard", text.replace('"gridPos"', '"gridPosition"'))).to.contain("gridPosition");
    expect(faults("dashboard", text.replace('"legendFormat"', '"legend"'))).to.contain("legend");
    expect(faults("dashboard", text.replace('"min": 0', '"min": "none"'))).to.contain("min");
  });

  it("are a configuration that Alloy's evaluator takes", () => {
    const text = template("config.alloy");
    expect(faults("alloy", text)).to.equal("");
    expect(faults("alloy", text.replace("forward_to = [", "forward_to = "))).to.contain("config.alloy:");
    expect(faults("alloy", text.replace("target_label ", "target_name "))).to.contain("target_name");
    expect(faults("alloy", text.replace("loki.write.here.receiver", "loki.write.there.receiver"))).to.contain("there");
    expect(faults("alloy", text.replace('"unix:///var/run/docker.sock"', "[]"))).to.contain("string");
    expect(faults("alloy", text.replace("discovery.relabel ", "discovery.label "))).to.contain("discovery.label");
  });

  it("name data sources, in the dashboard, that are provisioned", () => {
    const { datasources } = parse(template("datasources.yaml")) as { datasources: { uid: string; type: string }[] };
    const provisioned = datasources.map(({ uid, type }) => `${type} ${uid}`);
    const { panels } = JSON.parse(template("application.json")) as {
      panels: { title: string; datasource: { uid: string; type: string } }[];
    };
    for (const { title, datasource } of panels)
      expect(provisioned, title).to.include(`${datasource.type} ${datasource.uid}`);
  });
});
