/** What `slipway init ci` writes: read, linted, and held to what keeps a build safe. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import parseArguments from "string-argv";
import { parse } from "yaml";
import { CI_FILES, initCi } from "../../automation/init/ci";
import { packageRoot } from "../../components/package-root";
import { CI_CONFIG, ciFiles, PROVIDERS, shellSteps, type GithubWorkflow } from "./support/ci-files";
import { fault } from "./support/slipway-lines";

const hasGo = spawnSync("go", ["version"]).status === 0;

describe("the files of a build service", () => {
  for (const provider of PROVIDERS) {
    it(`of ${provider} have nothing left to fill in, and run a shell that parses`, () => {
      const texts = [...ciFiles(provider).values()].join("\n");
      expect(texts).not.to.match(/__\w+__/);
      const steps = shellSteps(provider);
      expect(steps.length).to.be.greaterThan(5);
      for (const step of steps) {
        const { status, stderr } = spawnSync("bash", ["-n"], { input: step, encoding: "utf8" });
        expect(status, `${step}\n${stderr}`).to.equal(0);
      }
    });

    it(`of ${provider} call commands that there are`, () => {
      const called = shellSteps(provider).flatMap((step) =>
        [...step.replaceAll("\\\n", " ").matchAll(/node bin\/slipway\.mjs ([^|;>\n]*)/g)].map(
          ([, words = ""]) => words,
        ),
      );
      const names = called.map((words) => words.split(" ")[0]);
      expect(names).to.include.members(["--version", "config", "rehearse", "comment", "up"]);
      expect(
        called
          .map((words) => [words, fault(parseArguments(words.replaceAll(/"?\$\w+"?/g, "7")))])
          .filter(([, wrong]) => wrong),
      ).to.deep.equal([]);
    });
  }

  it("of github pass actionlint", function () {
    if (!hasGo) {
      this.test!.title += " (skipped: there is no Go)";
      this.skip();
    }
    this.timeout(240_000);
    const folder = mkdtempSync(path.join(tmpdir(), "slipway-actionlint-"));
    try {
      const files = [...ciFiles("github")].map(([file, text]) => {
        const copy = path.join(folder, path.basename(file));
        writeFileSync(copy, text);
        return copy;
      });
      const lint = (...names: string[]): { status: number | null; stdout: string; stderr: string } =>
        spawnSync("go", ["run", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12", ...names], {
          cwd: folder,
          encoding: "utf8",
        });
      const { status, stdout, stderr } = lint(...files, path.join(packageRoot, ".github", "workflows", "tests.yml"));
      expect(status, stdout + stderr).to.equal(0);
      writeFileSync(files[0]!, readFileSync(files[0]!, "utf8").replace("needs: [test, images]", "needs: [nothing]"));
      expect(lint(files[0]!).stdout).to.contain("nothing");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("of github pin what others wrote, give least rights, and let no event into a shell", () => {
    const workflows = [...ciFiles("github")].map(([, text]) => [text, parse(text) as GithubWorkflow] as const);
    expect(workflows).to.have.length(2);
    for (const [text, { permissions, jobs }] of workflows) {
      const uses = [...text.matchAll(/uses: (.*)/g)].map(([, used]) => used);
      expect(uses.length).to.be.greaterThan(2);
      expect(uses.filter((used) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used ?? ""))).to.deep.equal(
        [],
      );
      expect(Object.values(permissions)).not.to.include("write-all");
      const steps = Object.values(jobs).flatMap((job) => job.steps);
      expect(steps.filter(({ run = "" }) => run.includes("${{"))).to.deep.equal([]);
      const checkouts = steps.filter(({ uses: used = "" }) => used.startsWith("actions/checkout@"));
      expect(checkouts.filter((step) => (step.with?.["persist-credentials"] as unknown) !== false)).to.deep.equal([]);
      expect(text).not.to.match(/pull_request_target|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY/);
    }
    const [[text, main] = ["", undefined], [, comment] = ["", undefined]] = workflows;
    expect(main?.permissions).to.deep.equal({ contents: "read" });
    expect(main?.jobs["preview"]).not.to.have.any.keys("permissions", "environment");
    expect(JSON.stringify(main?.jobs["preview"])).not.to.match(/secrets\.|vars\./);
    expect(main?.jobs["deploy"]).to.deep.include({
      environment: "staging",
      needs: ["test", "images"],
      permissions: { contents: "read", "id-token": "write" },
      concurrency: { group: "slipway-staging", "cancel-in-progress": false },
    });
    expect(main?.jobs["drift"]?.concurrency?.group).to.equal("slipway-staging");
    expect(comment?.permissions).to.deep.equal({ actions: "read", contents: "read", "pull-requests": "write" });
    expect(text)
      .to.match(/download-syft@/)
      .and.to.match(/download-grype@/);
  });

  it("of jenkins, travis and gitlab have their stages", () => {
    const jenkins = ciFiles("jenkins").get("Jenkinsfile") ?? "";
    const stages = [...jenkins.matchAll(/stage\('(\w+)'\)/g)].map(([, name]) => name);
    expect(stages).to.deep.equal(["Build", "Style", "Test", "Images", "Publish", "Comment", "Deploy"]);
    const outside = jenkins.replaceAll(/\/\/.*$|'(?:[^'\\]|\\.)*'/gm, "");
    for (const [open, close] of ["{}", "()", "[]"])
      expect(outside.split(open!).length).to.equal(outside.split(close!).length);
    const travis = parse(ciFiles("travis").get(".travis.yml") ?? "") as {
      python: string[];
      jobs: { include: { stage: string }[] };
    };
    expect(travis.python.length).to.be.greaterThan(3);
    expect(travis.jobs.include.map(({ stage }) => stage)).to.deep.equal(["images", "preview", "deploy"]);
    const gitlab = parse(ciFiles("gitlab").get(".gitlab-ci.yml") ?? "") as Record<
      string,
      { stage?: string; rules?: object[] }
    >;
    expect(gitlab["stages"]).to.deep.equal(["test", "preview", "deploy"]);
    expect(gitlab["deploy"]?.rules).to.deep.include({
      if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"',
      when: "manual",
    });
  });

  for (const provider of PROVIDERS) {
    it(`of ${provider} build the images, list what is in them, and scan them before a deployment`, () => {
      const steps = shellSteps(provider);
      const at = ["--real docker", " scan --registry", " up --stack"].map((text) =>
        steps.findIndex((step) => step.includes(text)),
      );
      expect(at).to.deep.equal([...at].sort((a, b) => a - b));
      expect(at[0]).to.be.greaterThan(-1);
      // Travis keeps no files of a build.
      if (provider !== "travis") expect([...ciFiles(provider).values()].join("\n")).to.match(/\bsbom\b/);
    });
  }

  it("are those of this repository too", () => {
    for (const [template, file] of Object.entries(CI_FILES.github)) {
      const filled = readFileSync(path.join(packageRoot, "app-templates", "ci", template), "utf8")
        .replaceAll("__stack__", "prod")
        .replaceAll("__region__", "eu-central-1")
        .replaceAll("__source__", "app-templates/blog")
        .replaceAll("__tools__", '--requirement "app-templates/blog/requirements-dev.txt"')
        .replaceAll("__install__", '--requirement "app-templates/blog/requirements.txt"');
      expect(readFileSync(path.join(packageRoot, file), "utf8")).to.equal(filled);
    }
  });

  it("are not written over, nor for a stack that they do not fit", () => {
    expect(fault(["init", "ci", "--provider", "gitlab", "--stack", "prod", "--overwrite", "--json"])).to.equal(
      undefined,
    );
    expect(fault(["init", "ci"])).to.match(/required option '--provider/);
    const project = mkdtempSync(path.join(tmpdir(), "slipway-ci-"));
    const write = (config: object): void =>
      writeFileSync(path.join(project, "Pulumi.prod.yaml"), JSON.stringify({ config }));
    try {
      write({ ...CI_CONFIG, "aws:region": undefined });
      expect(() => initCi({ provider: "gitlab", stack: "prod", project })).to.throw(/names no region of AWS/);
      write({ ...CI_CONFIG, "slipway:app": { source: "a'; rm -rf /" } });
      expect(() => initCi({ provider: "gitlab", stack: "prod", project })).to.throw(/cannot stand in these files/);
      write({ ...CI_CONFIG, "slipway:app": { source: "./app", requirements: "pyproject.toml" } });
      const [file = ""] = initCi({ provider: "gitlab", stack: "prod", project });
      expect(readFileSync(file, "utf8")).to.match(/pip install --quiet "\.\/app"\n.*pip install --quiet pytest\n/);
      writeFileSync(file, "mine");
      expect(() => initCi({ provider: "gitlab", stack: "prod", project })).to.throw(
        /\.gitlab-ci\.yml is there already/,
      );
      expect(readFileSync(file, "utf8")).to.equal("mine");
      initCi({ provider: "gitlab", stack: "prod", project, overwrite: true });
      expect(readFileSync(file, "utf8")).not.to.equal("mine");
      mkdirSync(path.join(project, ".github", "workflows"), { recursive: true });
      writeFileSync(path.join(project, ".github", "workflows", "slipway-comment.yml"), "mine");
      expect(() => initCi({ provider: "github", stack: "prod", project })).to.throw(
        /slipway-comment\.yml is there already/,
      );
      expect(existsSync(path.join(project, ".github", "workflows", "slipway.yml"))).to.equal(false);
    } finally {
      rmSync(project, { recursive: true });
    }
  });
});
