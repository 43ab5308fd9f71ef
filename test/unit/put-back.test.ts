import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { releaseToPutBack } from "../../automation/releases/put-back";
import { failureOf } from "../support/failure";

describe("a release that is put back", () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-put-back-"));
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  it("is refused where it is kept for one target alone, and the others would get what the source holds", async () => {
    const app = { name: "shop", source: "app", entry: "shop:app" };
    const config = { "slipway:app": app, "slipway:targets": ["ecs", "local"], "aws:region": "eu-central-1" };
    writeFileSync(path.join(project, "Pulumi.dev.yaml"), stringify({ config }));
    const refused = await failureOf(releaseToPutBack({ stack: "dev", project }));
    expect(refused.kind).to.equal("usage");
    expect(refused.message).to.equal(
      "The releases of dev are kept as they were built for ecs, and it runs on local too.",
    );
    expect(refused.mend).to.contain("slipway releases --stack dev");
  });
});
