import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { SlipwayError } from "../../automation/errors";
import { migrate } from "../../automation/local/exec";
import { stackFolder } from "../../components";
import type { Stoppable } from "../../automation/stopping";
import { layout, specPath } from "../../providers/host/paths";
import { processTable } from "../engine/support/process-table";
import { until } from "../engine/support/wait";

describe("the migration on this machine, apart from a deployment", () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-migrate-"));
    const paths = layout(stackFolder(project, "dev"));
    const spec = specPath(paths, "web");
    for (const folder of [paths.run, path.dirname(spec)]) mkdirSync(folder, { recursive: true });
    const environment = { PATH: process.env["PATH"], DB_URI: "sqlite:///shop.db" };
    writeFileSync(spec, JSON.stringify({ cwd: project, environment }));
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  const configure = (command: string | undefined): void => {
    const app = { name: "shop", source: "app", entry: "shop:app", ...(command !== undefined && { migrate: command }) };
    const config = { "slipway:app": app, "slipway:targets": ["local"] };
    writeFileSync(path.join(project, "Pulumi.dev.yaml"), stringify({ config }));
  };
  const failure = async (options: Stoppable = {}): Promise<SlipwayError | undefined> => {
    const error: unknown = await migrate({ project, stack: "dev" }, options).catch((reason: unknown) => reason);
    return error instanceof SlipwayError ? error : undefined;
  };

  it("runs in the folder and environment of the release that serves", async () => {
    configure(`sh -c 'echo "$DB_URI" >migrated'`);
    expect(await failure()).to.equal(undefined);
    expect(readFileSync(path.join(project, "migrated"), "utf8")).to.equal("sqlite:///shop.db\n");
  });

  it("fails with its exit code", async () => {
    configure("sh -c 'exit 7'");
    expect(await failure()).to.include({ kind: "failed", message: "The migration of dev ended with exit code 7." });
  });

  it("is ended with whoever waits for it", async () => {
    configure("sh -c 'echo $$ >begun && exec sleep 600'");
    const begun = path.join(project, "begun");
    const controller = new AbortController();
    const waiting = failure({ signal: controller.signal });
    await until("it runs", () => existsSync(begun) && readFileSync(begun, "utf8") !== "");
    controller.abort();
    expect(await waiting).to.include({ kind: "cancelled" });
    const pid = Number(readFileSync(begun, "utf8"));
    await until("its process has ended", () => processTable().every((entry) => entry.pid !== pid), 10);
  });

  it("is nothing that every application has", async () => {
    configure(undefined);
    expect(await failure()).to.include({ kind: "usage", message: "The application of dev has no migration." });
  });
});
