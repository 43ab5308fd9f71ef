import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { configOf } from "../../automation/engine/config-values";
import { programOf } from "../../automation/engine/program";
import { engineEnvironment } from "../../automation/engine/project";
import { openStack, type OpenStack } from "../../automation/engine/stack";
import { packageRoot } from "../../components/package-root";

const CANARY = "canary-canary";

describe("values of a stack's config", function () {
  this.timeout(120_000);
  const project = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-values-")));
  const place = { project, stack: "prod" };
  const environment = { ...process.env };

  before(() => {
    const analyzers = [{ name: "policy-slipway", path: path.join(packageRoot, "policy") }];
    writeFileSync(
      path.join(project, "Pulumi.yaml"),
      stringify({ name: "slipway", runtime: "nodejs", plugins: { analyzers } }),
    );
    const config = {
      "aws:region": "eu-central-1",
      "aws:endpoints": [{ ecs: "http://127.0.0.1:1" }],
      "awsx:region": "nowhere",
      "slipway:targets": ["ecs"],
    };
    writeFileSync(path.join(project, "Pulumi.prod.yaml"), stringify({ config }));
    Object.assign(process.env, {
      PULUMI_BACKEND_URL: `file://${project}`,
      XDG_CONFIG_HOME: path.join(project, "config"),
    });
  });
  after(() => {
    for (const name of ["PULUMI_BACKEND_URL", "XDG_CONFIG_HOME"] as const) {
      if (environment[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = environment[name];
    }
    rmSync(project, { recursive: true });
  });

  const opened = (): Promise<OpenStack> => openStack(place, programOf(place), () => undefined);
  const plain = { "aws:region": "eu-central-1", "aws:endpoints": '[{"ecs":"http://127.0.0.1:1"}]' };

  it("are those of one namespace, structured ones as JSON", async () => {
    expect(await configOf(await opened(), "aws")).to.deep.equal(plain);
  });

  it("are decrypted where they are secret", async () => {
    const { stack } = await opened();
    const words = ["config", "set", "aws:secretKey", "--secret", "--stack", "prod"];
    execFileSync(stack.workspace.pulumiCommand.command, words, {
      cwd: project,
      env: { ...process.env, ...engineEnvironment(place) },
      input: CANARY,
    });
    expect(readFileSync(path.join(project, "Pulumi.prod.yaml"), "utf8")).not.to.contain(CANARY);
    const values = await configOf(await opened(), "aws");
    expect(values).to.deep.equal({ ...plain, "aws:secretKey": CANARY });
  });
});
