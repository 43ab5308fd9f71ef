import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { openStack } from "../../automation/engine/stack";
import { SlipwayError } from "../../automation/errors";
import { packageRoot } from "../../components/package-root";

describe("a project whose Pulumi.yaml names no policies", () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-stack-"));
    writeFileSync(path.join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    writeFileSync(path.join(project, "Pulumi.prod.yaml"), 'config: {"slipway:targets": [ecs]}\n');
  });

  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  it("deploys nothing to a cloud, and is told what to write", async () => {
    const program = { run: () => Promise.reject(new Error("The program was run.")) };
    const failure = await openStack({ project, stack: "prod" }, program, () => undefined).catch(
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(SlipwayError).and.to.include({ kind: "config" });
    const { message, mend } = failure as SlipwayError;
    expect(message).to.contain(path.join(project, "Pulumi.yaml")).and.to.contain("policy-slipway");
    expect(mend).to.contain(`path: ${path.relative(project, path.join(packageRoot, "policy"))}`);
  });
});
