/** `slipway scan`, on a registry of the test's own and with programs in the place of Syft and Grype. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { scanImages } from "../../automation/scan";
import { packageRoot } from "../../components/package-root";
import { failureOf } from "../support/failure";

describe("slipway scan", () => {
  let folder = "";
  let server: http.Server;
  let registry = "";
  let answers: Record<string, object>;
  const before = { ...process.env };

  const program = (name: string, script: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-scan-"));
    answers = {
      "/v2/_catalog?n=1000": { repositories: ["shop/web", "shop/worker"] },
      "/v2/shop/web/tags/list?n=1000": { tags: ["ffff-c0ffee0-20260101-120000", "0000-c0ffee0-20260102-120000"] },
      "/v2/shop/worker/tags/list?n=1000": { tags: ["abcd-20260101-120000"] },
    };
    server = http.createServer(({ url = "" }, response) => {
      const answer = answers[url];
      response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const log = path.join(folder, "log");
    process.env["SYFT"] = program("my-syft", `echo "syft $*" >> ${log}; echo "$2" > "\${4#spdx-json=}"`);
    process.env["GRYPE"] = program(
      "my-grype",
      `echo "grype $*" >> ${log}; grep -q worker "\${1#sbom:}" && exit 2; exit 0`,
    );
  });
  afterEach(async () => {
    process.env = { ...before };
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it("lists and scans the newest image of each repository", async () => {
    const output = path.join(folder, "sbom");
    const web = { image: "shop/web:0000-c0ffee0-20260102-120000", sbom: path.join(output, "shop-web.spdx.json") };
    const worker = { image: "shop/worker:abcd-20260101-120000", sbom: path.join(output, "shop-worker.spdx.json") };
    expect(await scanImages({ registry, output, failOn: "high" })).to.deep.equal([
      { ...web, passed: true },
      { ...worker, passed: false },
    ]);
    expect(readFileSync(web.sbom, "utf8")).to.equal(`registry:${registry}/${web.image}\n`);
    expect(readFileSync(path.join(folder, "log"), "utf8").split("\n").slice(0, 2)).to.deep.equal([
      `syft scan registry:${registry}/${web.image} --output spdx-json=${web.sbom}`,
      `grype sbom:${web.sbom} --only-fixed --fail-on high`,
    ]);
  });

  it("fails where it cannot say anything of an image", async () => {
    const scan = () => failureOf(scanImages({ registry, output: path.join(folder, "sbom") }));
    process.env["GRYPE"] = program("my-grype", "exit 1");
    expect(await scan())
      .to.deep.include({ kind: "failed" })
      .and.to.have.property("message")
      .that.contains("ended with 1");
    process.env["SYFT"] = path.join(folder, "none");
    expect(await scan()).to.include({ kind: "tool" });
    answers["/v2/_catalog?n=1000"] = { repositories: [] };
    expect((await scan()).message).to.equal(`There is no image in ${registry}.`);
    answers = {};
    expect((await scan()).message).to.match(/_catalog\?n=1000 answered 404/);
    expect(await failureOf(scanImages({ registry: "https://registry" }))).to.include({ kind: "usage" });
    expect(await failureOf(scanImages({ registry, failOn: "deadly" as "high" }))).to.include({ kind: "usage" });
  });

  it("gets Syft and Grype by their installers of a commit, which fetch no other one", () => {
    program(
      "curl",
      'while [ "$1" != --output ]; do shift; done; echo "echo $3 $DOWNLOAD_TAG_INSTALL_SCRIPT" > "$2"; cat >> "$2" <<"X"\necho "$DOWNLOAD_TAG_INSTALL_SCRIPT $*"\nX',
    );
    const script = path.join(packageRoot, "app-templates", "ci", "scanners.sh");
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    const { status, stdout, stderr } = spawnSync("sh", [script, "there"], { env, encoding: "utf8" });
    expect(status, stderr).to.equal(0);
    const lines = stdout.trim().split("\n");
    for (const [at, name] of ["syft", "grype"].entries()) {
      expect(lines[2 * at]).to.match(
        new RegExp(`^https://raw\\.githubusercontent\\.com/anchore/${name}/[0-9a-f]{40}/install\\.sh`),
      );
      expect(lines[2 * at + 1]).to.match(/^false -b there v\d+\.\d+\.\d+$/);
    }
    program("curl", "exit 22");
    expect(spawnSync("sh", [script, "there"], { env }).status).to.equal(22);
    expect(existsSync("there")).to.equal(false);
  });
});
