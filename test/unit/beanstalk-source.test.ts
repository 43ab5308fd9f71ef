import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { strToU8, unzipSync, zipSync } from "fflate";
import { releaseSource } from "../../automation/beanstalk/source";
import { checkSettings, describeWorkload } from "../../components";
import { listSource, type SourceFile } from "../../components/app";
import { unpack, writeBundle } from "../../components/beanstalk/bundle";
import { SimulatedEnvironments } from "../support/simulated-environments";
import { failureOf } from "../support/failure";
import { SHOP } from "./support/beanstalk";

describe("the application's own files of a bundle", () => {
  let shop: SimulatedEnvironments;
  let project: string;
  let source: string;
  let version: string;

  beforeEach(async () => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-source-"));
    source = path.join(project, "source");
    cpSync(SHOP.app.source, source, { recursive: true });
    shop = await SimulatedEnvironments.start();
    shop.deployed = { ...shop.deployed, place: { project, stack: "prod" } };
  });
  afterEach(async () => {
    await shop.stop();
    rmSync(project, { recursive: true });
  });

  /** Makes a bundle of the source, and the version that serves one of it. */
  const ship = async (change: (zip: Record<string, Uint8Array>) => void = () => undefined): Promise<void> => {
    const input = { ...SHOP, app: { ...SHOP.app, source } };
    const settings = checkSettings(input, { stack: "prod", available: ["beanstalk"] });
    const workload = await describeWorkload(settings, "/", "prod", "gevent");
    ({ version } = workload.release);
    const args = { role: "web", workload, processes: workload.processes, secure: false } as const;
    const { file } = await writeBundle(args, path.join(project, "bundles"));
    const files = unzipSync(readFileSync(file));
    change(files);
    const { beanstalk, objects } = shop.aws;
    for (const [role, environment] of beanstalk.environments) {
      const label = `${version}-20260304-050607-${role.slice("prod-shop-".length)}`;
      beanstalk.addVersion("prod-shop", label, "", { bucket: "bundles", key: "prod-shop/a bundle.zip" });
      Object.assign(environment, { version: label });
    }
    objects.all.set("bundles/prod-shop/a bundle.zip", Buffer.from(zipSync(files)));
  };
  const taken = (): Promise<string> => releaseSource(shop.deployed, version);
  const modesOf = (files: readonly SourceFile[]): string[] => files.map(({ path: own, mode }) => `${mode} ${own}`);

  it("are taken out as they were, where Slipway's have taken their place too", async () => {
    const latin = Buffer.from([0x23, 0xe4, 0x0d, 0x0a]);
    writeFileSync(path.join(source, "requirements.txt"), Buffer.concat([latin, Buffer.from("flask\r\ncelery\r\n")]));
    writeFileSync(path.join(source, "Procfile"), "web: mine\n");
    chmodSync(path.join(source, "Procfile"), 0o755);
    writeFileSync(path.join(source, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    symlinkSync("run.sh", path.join(source, "constructor"));
    await ship((files) => {
      expect(Object.keys(files)).to.include.members(["constructor", "run.sh", ".slipway/own-files/Procfile"]);
    });
    const folder = await taken();
    expect(folder).to.equal(path.join(project, ".slipway", "prod", "promoted", version));
    const files = await listSource(folder);
    expect(files).to.deep.equal(await listSource(source));
    expect(modesOf(files)).to.include.members(["executable Procfile", "executable run.sh", "symlink constructor"]);
    expect(modesOf(files)).not.to.include("file application.py");
    expect(await taken()).to.equal(folder);
  });

  it("are written anew where somebody has changed them since", async () => {
    await ship();
    const folder = await taken();
    writeFileSync(path.join(folder, "shop/__init__.py"), "import evil\n");
    expect(await listSource(await taken())).to.deep.equal(await listSource(source));
  });

  it("are those of the release, or none", async () => {
    await ship((files) => (files["shop/__init__.py"] = strToU8("import evil\n")));
    const { kind, message } = await failureOf(taken());
    expect(kind).to.equal("failed");
    expect(message).to.match(
      new RegExp(
        `^The bundle s3://\\S+ bundle.zip of ${version} is not what was deployed: its files are those of \\w{12}.$`,
      ),
    );
    expect(existsSync(path.join(project, ".slipway/prod/promoted", version))).to.equal(false);
  });

  const OTHERS: [what: string, change: (files: Record<string, Uint8Array>) => void, kind: string, message: string][] = [
    [
      "an older Slipway has made",
      (all) => delete all[".slipway/contents.json"],
      "usage",
      "was made by an older Slipway",
    ],
    [
      "leads out of its folder",
      (all) => (all["../evil.py"] = strToU8("evil")),
      "failed",
      `The path "../evil.py" leads`,
    ],
  ];
  for (const [what, change, kind, message] of OTHERS) {
    it(`are not taken out of a bundle that ${what}`, async () => {
      await ship(change);
      const error = await failureOf(taken());
      expect(error.kind).to.equal(kind);
      expect(error.message).to.contain(message);
      expect(error.mend).to.contain("check out the commit");
    });
  }

  it("are not there with a bundle that is gone, or that nobody may read", async () => {
    await ship();
    const { all } = shop.aws.objects;
    all.set("bundles/prod-shop/a bundle.zip", Buffer.from("no zip"));
    expect((await failureOf(taken())).message).to.contain("is not what was deployed: invalid zip data");
    all.clear();
    expect((await failureOf(taken())).message).to.match(/ of \w{12} is gone\.$/);
    shop.aws.objects.closed = true;
    const refused: unknown = await taken().catch((error: unknown) => error);
    expect(refused).to.include({ name: "AccessDenied", message: "Access Denied" });
  });

  for (const name of ["/etc/passwd", "a/../../b", "..", "a//b", ""]) {
    it(`are never at ${JSON.stringify(name)}`, () => {
      const contents = strToU8(JSON.stringify({ release: [], written: [], modes: {} }));
      const zip = zipSync({ ".slipway/contents.json": contents, [`.slipway/own-files/${name}`]: strToU8("x") });
      expect(() => unpack(zip)).to.throw("leads out of the bundle");
    });
  }
});
