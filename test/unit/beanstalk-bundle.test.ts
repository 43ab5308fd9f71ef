import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { unzipSync } from "fflate";
import { checkSettings, describeWorkload, type SettingsInput, type Workload } from "../../components";
import { writeBundle, type BundleArgs } from "../../components/beanstalk/bundle";
import { platformPackages } from "../../components/beanstalk/bundle/platform-packages";
import { HELLO, SHOP } from "./support/beanstalk";
import { CANARY } from "./support/ecs";

/** 1980-01-01 0:00, the oldest time that a zip can say. */
const OLDEST = 0x00210000;

/** Unix modes in the central directory of a zip, by path; every file in it has the same time. */
function modesIn(zip: Buffer): Record<string, string> {
  const modes: Record<string, string> = {};
  let at = zip.readUInt32LE(zip.length - 6);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    modes[zip.toString("utf8", at + 46, at + 46 + name)] = (zip.readUInt32LE(at + 38) >>> 16).toString(8);
    expect(zip.readUInt32LE(at + 12)).to.equal(OLDEST);
    at += 46 + name + extra + comment;
  }
  return modes;
}

describe("the bundle of the target beanstalk", () => {
  let folder: string;
  let source: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-bundle-"));
    source = path.join(folder, "source");
    cpSync(SHOP.app.source, source, { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const describeIn = (at: string, input: SettingsInput = SHOP): Promise<Workload> => {
    const settings = checkSettings(
      { ...input, app: { ...input.app, source: at } },
      { stack: "dev", available: ["beanstalk"] },
    );
    return describeWorkload(settings, "/", "dev", "gevent");
  };
  const bundle = async (more: Partial<BundleArgs> = {}, input: SettingsInput = SHOP, at = source) => {
    const workload = await describeIn(at, input);
    const args = { role: "web" as const, workload, processes: workload.processes, secure: false, ...more };
    const { file, digest } = await writeBundle(args, path.join(folder, "bundles"));
    const zip = readFileSync(file);
    const files = Object.fromEntries(
      Object.entries(unzipSync(zip)).map(([name, content]) => [name, Buffer.from(content).toString()]),
    );
    return { file, digest, zip, files, modes: modesIn(zip), workload };
  };

  it("is the same bytes wherever and whenever it is written", async () => {
    const first = await bundle();
    const other = path.join(folder, "elsewhere");
    cpSync(source, other, { recursive: true });
    utimesSync(path.join(other, "shop/__init__.py"), new Date(0), new Date(0));
    rmSync(first.file);
    const second = await bundle({}, SHOP, other);
    expect(second.zip.equals(first.zip)).to.equal(true);
    expect(path.basename(second.file)).to.equal(`web-${first.digest}.zip`);
  });

  it("is another one with every change of what is shipped", async () => {
    const { digest } = await bundle();
    writeFileSync(path.join(source, "shop/views.py"), "# changed\n", { flag: "a" });
    const changed = (await bundle()).digest;
    chmodSync(path.join(source, "shop/views.py"), 0o755);
    const executable = (await bundle()).digest;
    const secure = (await bundle({ secure: true })).digest;
    expect(new Set([digest, changed, executable, secure]).size).to.equal(4);
  });

  it("ships the application but for what is ignored, with its modes and links", async () => {
    writeFileSync(path.join(source, ".env"), `TOKEN=${CANARY}`);
    writeFileSync(path.join(source, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    symlinkSync("run.sh", path.join(source, "link"));
    const { files, modes } = await bundle();
    expect(files).to.include.keys("shop/__init__.py", "migrations/env.py").and.not.to.include.keys(".env");
    expect(modes).to.include({ "run.sh": "100755", link: "120777", "shop/__init__.py": "100644" });
    expect(files["link"]).to.equal("run.sh");
  });

  it("has nothing secret in it", async () => {
    const { files } = await bundle();
    expect(JSON.stringify(files)).not.to.contain(CANARY);
  });

  it("can be run where it has to be, and nowhere else", async () => {
    const { modes } = await bundle();
    const executable = Object.entries(modes).filter(([, mode]) => mode === "100755");
    const hooks = Object.keys(modes).filter((name) => /^\.platform\/(config)?hooks\//.test(name));
    expect(executable.map(([name]) => name)).to.have.members(hooks);
    expect(hooks.length).to.be.greaterThan(4);
  });

  it("starts each process by a script, which a unit of systemd does not misread", async () => {
    const { files } = await bundle();
    expect(files["Procfile"]).to.equal(
      "beat: bash .slipway/run-beat\nweb: bash .slipway/run-web\nworker: bash .slipway/run-worker\n",
    );
    expect(files[".slipway/run-worker"]).to.contain("--hostname worker@%h");
    expect(files[".slipway/run-beat"])
      .to.contain("slipway_single.py beat celery")
      .and.to.contain('--schedule "$data"/beat-schedule');
    expect(files[".slipway/processes"]?.split("\n")).to.include.members(["web 35", "worker 35", "beat 15"]);
  });

  it("gives a worker environment something that answers for its workers", async () => {
    const { workload } = await bundle();
    const processes = workload.processes.filter(({ role }) => role !== "web");
    const { files } = await bundle({ role: "worker", processes });
    expect(files["Procfile"]).to.contain("web: bash .slipway/run-well\n").and.to.contain("worker: ");
    expect(files[".slipway/run-well"]).to.contain("worker.heartbeat").and.to.contain("slipway_well.py");
    expect(files).not.to.have.property("application.py");
  });

  it("runs what goes before a release by one instance, and nothing where nothing does", async () => {
    const { files } = await bundle({}, { ...SHOP, app: { ...SHOP.app, migrate: "flask db upgrade --tag 'a b'" } });
    expect(files[".ebextensions/slipway.config"]?.replaceAll(/\s+/g, " ")).to.contain(
      "slipway_once.py migrate flask db upgrade --tag 'a b'",
    );
    const hello = await bundle({}, HELLO, HELLO.app.source);
    expect(Object.keys(hello.files).filter((name) => name.startsWith(".ebextensions"))).to.deep.equal([]);
  });

  it("says of the release what no property can hold", async () => {
    const input = {
      ...SHOP,
      app: { ...SHOP.app, entry: "shop:create_app('x')" },
      env: { A: "1", B: "{2}", C: "3".repeat(257), D: "4\n5" },
    };
    const { files, workload } = await bundle({}, input);
    const lines = files[".slipway/environment"]?.split("\0") ?? [];
    expect(lines).to.include.members([
      "SLIPWAY_ENTRY=shop:create_app('x')",
      "B={2}",
      `C=${"3".repeat(257)}`,
      "D=4\n5",
      `SLIPWAY_RELEASE=${workload.release.version}`,
      "SLIPWAY_DATABASE_VARIABLE=DATABASE_URL",
    ]);
    expect(lines.some((line) => line.startsWith("A="))).to.equal(false);
  });

  it("lets nginx serve the static folder that the entry names, where there is one", async () => {
    const configuration = ".platform/nginx/conf.d/elasticbeanstalk/slipway.conf";
    expect((await bundle()).files[configuration]).not.to.contain("location");
    mkdirSync(path.join(source, "shop/static"));
    writeFileSync(path.join(source, "shop/static/a.css"), "");
    expect((await bundle()).files[configuration]).to.contain("alias /var/app/current/shop/static/;");
    const hello = await bundle({}, HELLO, HELLO.app.source);
    expect(hello.files[configuration]).to.contain("alias /var/app/current/static/;");
  });

  it("takes bodies and times of the config, and leaves static files to the application where it says so", async () => {
    const configuration = ".platform/nginx/conf.d/elasticbeanstalk/slipway.conf";
    const server = { maxBody: 7, timeout: 33, static: false, trustedProxies: ["10.0.0.0/8"] };
    const { files } = await bundle({}, { ...HELLO, server }, HELLO.app.source);
    expect(files[configuration]).to.contain("client_max_body_size 7m;").and.to.contain("proxy_read_timeout 33s;");
    expect(files[configuration]).not.to.contain("location");
    expect(files[".slipway/environment"]).not.to.contain("SLIPWAY_TRUSTED");
    expect((await bundle()).files[".slipway/environment"]).to.contain("SLIPWAY_TRUSTED=private\0");
  });

  it("sends who comes by HTTP to HTTPS, only where there is HTTPS", async () => {
    const configuration = ".platform/nginx/conf.d/elasticbeanstalk/slipway.conf";
    expect((await bundle()).files[configuration]).not.to.contain("301");
    expect((await bundle({ secure: true })).files[configuration]).to.contain("return 301 https://$host$request_uri;");
  });

  it("leaves the application its own application.py, hooks and extensions", async () => {
    for (const name of ["application.py", ".ebextensions/own.config", ".platform/hooks/predeploy/90-own.sh"]) {
      mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
      writeFileSync(path.join(source, name), "# its own\n");
    }
    const { files } = await bundle();
    for (const name of ["application.py", ".ebextensions/own.config", ".platform/hooks/predeploy/90-own.sh"]) {
      expect(files[name]).to.equal("# its own\n");
    }
    expect(files).to.include.keys(".ebextensions/slipway.config", ".platform/hooks/predeploy/10-slipway-check.sh");
  });

  it("is kept for a while, and then makes room", async () => {
    const bundles = path.join(folder, "bundles");
    for (let change = 0; change < 5; change++) {
      writeFileSync(path.join(source, "shop/views.py"), `# ${change}\n`, { flag: "a" });
      const { file } = await bundle();
      expect(existsSync(file)).to.equal(true);
    }
    expect(readdirSync(bundles)).to.have.length(3);
  });

  it("names the packages of the platform that some of PyPI need", () => {
    expect(platformPackages("flask\npymysql\n")).to.deep.equal([]);
    expect(platformPackages("mysqlclient==2.2\n")).to.include("mariadb-connector-c-devel");
    expect(platformPackages("psycopg2>=2.9\npsycopg2-binary\n")).to.include("libpq-devel");
  });
});
