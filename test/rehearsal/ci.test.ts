/** The shell of the build services' files, run step by step in a clone of a small project. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import type { StackReport } from "../../automation";
import { packageRoot } from "../../components/package-root";
import { Project } from "../engine/support/project";
import { ciFiles, PROVIDERS, shellSteps, type GithubWorkflow } from "../unit/support/ci-files";

/** What needs more than this machine has, and why. */
const NOT_HERE: readonly (readonly [RegExp, string])[] = [
  [/ up --stack| drift --stack/, "needs an account of AWS"],
  [/--real docker|docker (run|stop)/, "needs Docker and its plugin of Pulumi"],
  [/scanners\.sh| scan --registry/, "needs a registry, Syft and Grype; tried by the tests of the scan"],
  [/gh api|--number|GITLAB_TOKEN|TRAVIS_SECURE_ENV_VARS/, "needs a pull request; tried by the tests of the comment"],
  [/apt-get|nvm install/, "sets a machine up"],
  [/pip install|-m pytest|-m venv/, "is about the application's own tests"],
  [/git fetch/, "needs a server"],
  [/AWS_/, "is about credentials"],
  [/ rehearse --stack| comment staging /, "run once below, in the order of the preview"],
];

describe("the files of build services", function () {
  this.timeout(300_000);
  const project = new Project();
  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@x.example", ...words], {
      cwd: project.folder,
      encoding: "utf8",
    }).trim();

  before(() => {
    const analyzers = [{ name: "policy-slipway", path: path.join(packageRoot, "policy") }];
    const write = (name: string, value: unknown): void => {
      writeFileSync(path.join(project.folder, name), stringify(value));
    };
    write("Pulumi.yaml", { name: "slipway", runtime: "nodejs", plugins: { analyzers } });
    const app = path.join(packageRoot, "test", "apps", "fixtures", "own", "factory-requirements");
    cpSync(app, project.subfolder("app"), { recursive: true });
    const described = {
      name: "shop",
      source: "app",
      entry: "shop:create_app",
      variables: { database: "DATABASE_URL" },
    };
    const config = (count: number): object => ({
      "aws:region": "eu-central-1",
      "slipway:app": { ...described, health: { live: "/healthz", ready: "/healthz" } },
      "slipway:environment": "dev",
      "slipway:processes": { web: { count } },
      "slipway:targets": ["ecs"],
    });
    mkdirSync(path.join(project.folder, "bin"));
    writeFileSync(
      path.join(project.folder, "bin", "slipway.mjs"),
      `import ${JSON.stringify(path.join(packageRoot, "bin", "slipway.mjs"))};\n`,
    );
    writeFileSync(path.join(project.folder, ".gitignore"), ".slipway/\nconfig/\nreport.json\n__pycache__/\n");
    git("init", "--quiet");
    write("Pulumi.staging.yaml", { config: config(2) });
    git("add", "--all");
    git("commit", "--quiet", "--message", "base");
    write("Pulumi.staging.yaml", { config: config(3) });
    git("commit", "--quiet", "--all", "--message", "change");
  });

  after(() => project.dispose());

  const shell = async (script: string): Promise<void> => {
    // As GitHub runs it.
    const { code, stdout, stderr } = await project.run("bash", [
      "--noprofile",
      "--norc",
      "-eo",
      "pipefail",
      "-c",
      script,
    ]);
    expect(code, `${script}\n${stdout}${stderr}`).to.equal(0);
  };

  it("preview a change against its base, without credentials", async () => {
    const { jobs } = parse(ciFiles("github").get(".github/workflows/slipway.yml") ?? "") as GithubWorkflow;
    const steps = jobs["preview"]?.steps.filter(({ run }) => run !== undefined) ?? [];
    expect(steps).to.have.length(2);
    Object.assign(project.environment, { BASE: git("rev-parse", "HEAD~1"), HEAD: git("rev-parse", "HEAD") });
    for (const { run = "" } of steps) await shell(run);
    const [report] = JSON.parse(readFileSync(path.join(project.folder, "report.json"), "utf8")) as StackReport[];
    expect([report?.basis, report?.failure]).to.deep.equal(["rehearsed", undefined]);
    expect(report?.plan?.changes.map(({ name, operation, properties }) => [operation, name, properties])).to.deep.equal(
      [["update", "shop-web-service", [{ path: "desiredCount", kind: "update", replaces: false, old: "2", new: "3" }]]],
    );
    await shell(
      "node bin/slipway.mjs comment --from report.json --output comment.md && grep -q desiredCount comment.md",
    );
  });

  it("run what this machine can run", async () => {
    const done = new Set<string>();
    const used = new Set<RegExp>();
    for (const step of PROVIDERS.flatMap(shellSteps)) {
      const why = NOT_HERE.find(([pattern]) => pattern.test(step));
      if (why !== undefined) used.add(why[0]);
      else if (!done.has(step)) {
        // Commits that a build service would name.
        if (!step.includes("git checkout")) await shell(step);
        done.add(step);
      }
    }
    expect([...done].join("\n"))
      .to.match(/config check --stack staging/)
      .and.to.match(/compileall/)
      .and.to.match(/--from report\.json/);
    expect(NOT_HERE.map(([pattern]) => pattern).filter((pattern) => !used.has(pattern))).to.deep.equal([]);
  });
});
