import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { findPulumi } from "../../automation/engine/pulumi-cli";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";

/** Somebody else's program: the packed library in a Pulumi program of its own, previewed by the real engine. */
const PROGRAM = `
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type EngineEvent } from "@pulumi/pulumi/automation";
import { checkSettings, ConfigError, describeWorkload, HerokuStack, LocalApp, type HerokuStackArgs, type LocalAppTransforms } from "slipway/components";
import { EXIT, stackNames } from "slipway/automation";

const app = { name: "shop", source: "app", entry: "app:app", health: { live: "/ping" } };
const wrong = { ...app, entry: "no entry" };

const transform: LocalAppTransforms = {
  web: (args, opts) => {
    args.count = pulumi.output(3);
    opts.protect = true;
  },
  // @ts-expect-error the roles are known by name
  webs: () => undefined,
};
const badTransform: LocalAppTransforms = {
  web: (args) => {
    // @ts-expect-error a count is a number
    args.count = "three";
  },
};

// Its types are those of the package that Slipway brings along.
const heroku = (args: HerokuStackArgs): pulumi.Output<string> =>
  new HerokuStack("shop", { ...args, transform: { app: (app) => (app.region = "eu") } }).url;

const program = (transforms: LocalAppTransforms) => async () => {
  const settings = checkSettings({ app, targets: ["local"], local: { port: Number(process.argv[2]) } }, { stack: "dev", available: ["local"] });
  const workload = await describeWorkload(settings, __dirname, "dev");
  const local = new LocalApp("theirs", { workload, local: settings.local, root: path.join(__dirname, "root"), transform: transforms });
  const url: pulumi.Output<string> = local.url;
  return { url };
};

async function preview(name: string, transforms: LocalAppTransforms): Promise<object[]> {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: "other", program: program(transforms) },
    { workDir: __dirname, envVars: { PULUMI_BACKEND_URL: "file://" + __dirname, PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } },
  );
  const resources: object[] = [];
  await stack.preview({
    onEvent: (event: EngineEvent) => {
      const made = event.resourcePreEvent?.metadata.new;
      if (made !== undefined) resources.push({ urn: made.urn, parent: made.parent, protect: made.protect === true, inputs: made.inputs });
    },
  });
  return resources;
}

async function main(): Promise<void> {
  let refused = "";
  try {
    checkSettings({ app: wrong, targets: ["local"] }, { stack: "dev", available: ["local"] });
  } catch (error) {
    if (error instanceof ConfigError) refused = error.faults.map(({ key }) => key).join();
  }
  const found = { refused, exit: EXIT.config, stacks: stackNames(__dirname), plain: await preview("dev", {}), changed: await preview("dev", transform) };
  console.log(JSON.stringify(found));
  void [badTransform, heroku];
}
void main();
`;

interface Resource {
  urn: string;
  parent: string;
  protect: boolean;
  inputs: Record<string, unknown>;
}

interface Found {
  refused: string;
  exit: number;
  stacks: string[];
  plain: Resource[];
  changed: Resource[];
}

describe("the library in a program of somebody else's", function () {
  this.timeout(300_000);
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-library-")));
  const modules = path.join(folder, "node_modules");
  let port: number;
  let found: Found;

  const run = (command: string, ...words: string[]): string => {
    const ran = spawnSync(command, words, { cwd: folder, encoding: "utf8" });
    expect(ran.status, `${command} ${words.join(" ")}\n${ran.stdout}${ran.stderr}`).to.equal(0);
    return ran.stdout;
  };

  /** Installs what `npm pack` makes, with the packages beside it that it asks for and no others. */
  const install = (): void => {
    execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: packageRoot, stdio: "pipe" });
    const { name, version, dependencies } = JSON.parse(
      readFileSync(path.join(packageRoot, "package.json"), "utf8"),
    ) as { name: string; version: string; dependencies: Record<string, string> };
    const own = path.join(modules, name);
    mkdirSync(own, { recursive: true });
    run("tar", "-xzf", `${name}-${version}.tgz`, "--strip-components=1", "-C", own);
    for (const [dependency, wanted] of Object.entries({ ...dependencies, "@types/node": "" })) {
      mkdirSync(path.dirname(path.join(modules, dependency)), { recursive: true });
      // As npm does: what the package brings along itself is linked to.
      const brought = /^file:(.*)$/.exec(wanted)?.[1];
      const target =
        brought === undefined ? path.join(packageRoot, "node_modules", dependency) : path.join(own, brought);
      symlinkSync(target, path.join(modules, dependency));
    }
  };

  before(async () => {
    install();
    const sample = path.join(packageRoot, "test", "apps", "fixtures", "own", "module-app");
    symlinkSync(sample, path.join(folder, "app"));
    writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "other", private: true }));
    const provider = { name: "host", path: "node_modules/slipway/providers/host" };
    const file = { name: "other", runtime: "nodejs", plugins: { providers: [provider] } };
    writeFileSync(path.join(folder, "Pulumi.yaml"), JSON.stringify(file));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      target: "es2022",
      module: "nodenext",
      types: ["node"],
      rootDir: ".",
    };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    writeFileSync(path.join(folder, "program.ts"), PROGRAM);
    run(path.join(packageRoot, "node_modules", ".bin", "tsc"), "-p", folder);
    port = await freePort();
    const pulumi = await findPulumi(() => undefined);
    const searched = `${path.dirname(pulumi.command)}${path.delimiter}${process.env["PATH"] ?? ""}`;
    found = JSON.parse(run("env", `PATH=${searched}`, process.execPath, "program.js", String(port))) as Found;
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const named = (resources: readonly Resource[], name: string): Resource | undefined =>
    resources.find(({ urn }) => urn.endsWith(`::${name}`));

  it("passes the compiler's strictest checks, and answers to its errors and functions", () => {
    expect([found.refused, found.exit, found.stacks]).to.deep.equal(["app.entry", 3, []]);
  });

  it("makes the same resources under the program's own names", () => {
    const below = "urn:pulumi:dev::other::slipway:local:LocalApp";
    expect(found.plain.map(({ urn }) => urn).sort()).to.deep.equal([
      "urn:pulumi:dev::other::pulumi:providers:host::default",
      "urn:pulumi:dev::other::pulumi:pulumi:Stack::other-dev",
      `${below}$host:index:Preflight::theirs-preflight`,
      `${below}$host:index:Program::theirs-web`,
      `${below}$host:index:Release::theirs-release`,
      `${below}$host:index:Secret::theirs-secretKey`,
      `${below}$host:index:Supervisor::theirs-supervisor`,
      `${below}$host:index:Virtualenv::theirs-tools`,
      `${below}$host:index:Virtualenv::theirs-virtualenv`,
      `${below}::theirs`,
    ]);
    expect(named(found.plain, "theirs-web")?.inputs).to.deep.include({
      name: "web",
      count: 2,
      listen: { host: "127.0.0.1", port },
      root: path.join(folder, "root"),
    });
    expect(named(found.plain, "theirs-web")?.protect).to.equal(false);
  });

  it("lets a transform change one child and no other", () => {
    const web = named(found.changed, "theirs-web");
    expect([web?.inputs["count"], web?.protect]).to.deep.equal([3, true]);
    const others = (resources: readonly Resource[]): Resource[] =>
      resources
        .filter(({ urn }) => !urn.endsWith("::theirs-web"))
        .sort((one, other) => one.urn.localeCompare(other.urn));
    expect(others(found.changed)).to.deep.equal(others(found.plain));
  });
});
