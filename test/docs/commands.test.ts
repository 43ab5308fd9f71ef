import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import parseArguments from "string-argv";
import ts from "typescript";
import { findPulumi } from "../../automation/engine/pulumi-cli";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { Project } from "../engine/support/project";
import type { Ended } from "../engine/support/running";
import { fault } from "../unit/support/slipway-lines";
import { blocksOf, commandLines } from "./support/documents";

/** The words after `slipway` of a documented line; undefined for other commands. */
function slipwayWords(line: string): string[] | undefined {
  const words = /^(?:slipway|npm run slipway --)(?: (.*))?$/.exec(line);
  return words === null ? undefined : parseArguments(words[1] ?? "");
}

/** The scripts of docs/automation.md. */
function examples(): string[] {
  return blocksOf("docs/automation.md").flatMap(({ language, text }) => (language === "ts" ? [text] : []));
}

/** Commands that are only parsed here, and why. */
const ONLY_PARSED: readonly (readonly [RegExp, string])[] = [
  [/^open/, "needs a browser"],
  [/^logs .*(-f|--follow)/, "does not end"],
  [/^(up|stop --purge|destroy|destroy --purge)$/, "asks in a terminal; tried below with --yes"],
  [/^stop$/, "would end what the others look at"],
  [/^rollback/, "needs an older release; tried by the tests of the target"],
  [/^comment .*(prod|report\.json)|^comment$/, "needs a cloud or a pull request; tried by the tests of the comment"],
  [/^rehearse|--stack prod/, "needs a stack with a cloud; tried by the tests of the rehearsal"],
  [/^init|--stack shop/, "needs an application of its own; tried by the tests of init"],
  [/^logs .*worker/, "needs a worker"],
  [/^exec -- flask db|^migrate$/, "needs an application with migrations"],
  [/^render .*--output/, "would write beside the project; tried by the tests of what is rendered"],
  [/^load(?!.*--json)/, "takes its time; tried with --json"],
];

describe("the commands in the documents", function () {
  this.timeout(300_000);

  const documented = commandLines();
  const slipway = documented.flatMap(({ at, line }) => {
    const words = slipwayWords(line);
    return words === undefined ? [] : [{ at, line, words }];
  });

  it("are found", () => {
    expect(slipway.length).to.be.greaterThan(40);
  });

  it("of slipway parse by the real tree of commands", () => {
    expect(fault(["up", "--nonsense"])).to.contain("unknown option");
    expect(fault(["upp"])).to.contain("unknown command");
    expect(fault(["exec"])).to.contain("missing required argument");
    const wrong = slipway.map(({ at, line, words }) => [at, line, fault(words)]).filter(([, , problem]) => problem);
    expect(wrong).to.deep.equal([]);
  });

  it("of npm, the shell and others are known ones, on files that are there", () => {
    const known: readonly RegExp[] = [
      /^npm (start|stop|test|stop -- --purge( --yes)?|test -- [a-z ]+)$/,
      /^npm run (build|build:library|check|format|docs|bench( -- [a-z ]+)?)$/,
      /^git clone <this repository> slipway$/,
      /^cd slipway$/,
      /^alias slipway="node \$PWD\/bin\/slipway\.mjs"$/,
      /^rm -rf \.slipway node_modules dist ~\/\.cache\/slipway ~\/\.config\/slipway$/,
      /^eval "\$\(slipway env\)"$/,
      /^eval "\$\(slipway env --stack prod\)"$/,
      /^pulumi preview --stack prod --config-file "\$SLIPWAY_CONFIG_FILE" --policy-pack policy$/,
      /^pulumi up --stack dev --config-file "\$SLIPWAY_CONFIG_FILE"$/,
      /^(UPDATE_GOLDEN=1 )?npx mocha test\/unit\/[\w-]+\.test\.ts$/,
      /^git checkout --quiet --detach "\$(BASE|HEAD)"$/,
      /^docker compose --project-directory \.slipway\/rendered\/dev\/compose [\w -]*up --detach( --wait)?$/,
      /^honcho (start web worker beat|run flask db upgrade)$/,
      /^heroku local$/,
      /^cd \.slipway\/dev\/releases\/<version>$/,
      /^SLIPWAY_ENTRY=webapp:create_app PORT=8000 python \.slipway\/serve_uwsgi\.py$/,
      /^cd app-templates\/servers$/,
      /^npx tsx examples\/(many-stacks|scheduled-scaling|review-apps)\.ts [\w ./~-]+$/,
      /^uv pip compile --universal [\w. -]+ requirements-gevent\.in -o requirements-gevent\.txt$/,
    ];
    const others = documented.map(({ line }) => line).filter((line) => slipwayWords(line) === undefined);
    expect(others.filter((line) => !known.some((pattern) => pattern.test(line)))).to.deep.equal([]);
    expect(known.filter((pattern) => !others.some((line) => pattern.test(line))).map(String)).to.deep.equal([]);
    const named = others.flatMap((line) => /\b(test\/unit\/\S+)$/.exec(line)?.[1] ?? []);
    const files = [...named, "bin/slipway.mjs", "app-templates/servers/requirements-gevent.in"];
    expect(files.filter((file) => !existsSync(path.join(packageRoot, file)))).to.deep.equal([]);
    const stages = others.flatMap((line) => /^npm test -- (.*)$/.exec(line)?.[1]?.split(" ") ?? []);
    const code = readFileSync(path.join(packageRoot, "tools", "test-stages.mjs"), "utf8");
    expect(stages.filter((stage) => !new RegExp(`^ {2}${stage}[:,]`, "m").test(code))).to.deep.equal([]);
  });

  describe("on a stack that runs", () => {
    let project: Project;

    const well = ({ code, stdout, stderr }: Ended, line: string): string => {
      expect(code, `${line}\n${stdout}${stderr}`).to.equal(0);
      return stdout;
    };

    before(async () => {
      project = new Project();
      const app = path.join(project.folder, "hello");
      cpSync(path.join(packageRoot, "test", "apps", "fixtures", "own", "module-app"), app, { recursive: true });
      well(await project.slipway("init", app, "--stack", "dev"), "init");
      const file = path.join(project.folder, "Pulumi.dev.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace("port: 8080", `port: ${await freePort()}`));
      well(await project.slipway("up", "--yes"), "up");
    });

    after(async () => {
      const gone = await project.slipway("stop", "--purge", "--yes");
      await project.dispose();
      well(gone, "stop --purge");
    });

    it("end well", async () => {
      const file = path.join(project.folder, "Pulumi.dev.yaml");
      const kept = `${file}.kept`;
      copyFileSync(file, kept);
      let run = 0;
      let block = "";
      for (const { at, line, words } of slipway) {
        // What one block sets is not what the next one starts from.
        if (at !== block) copyFileSync(kept, file);
        block = at;
        if (ONLY_PARSED.some(([pattern]) => pattern.test(words.join(" ")))) continue;
        const input = words.includes("--secret") ? "amqp://somebody:secret@127.0.0.1:1//" : "";
        const ran = spawnSync(process.execPath, [path.join(packageRoot, "bin", "slipway.mjs"), ...words], {
          cwd: project.folder,
          env: project.environment,
          input,
          encoding: "utf8",
          timeout: 120_000,
        });
        expect(ran.status, `${at}: ${line}\n${ran.stdout}${ran.stderr}`).to.equal(0);
        run += 1;
      }
      copyFileSync(kept, file);
      expect(run).to.be.greaterThan(25);
      expect(
        ONLY_PARSED.filter(([pattern]) => !slipway.some(({ words }) => pattern.test(words.join(" ")))),
      ).to.deep.equal([]);
    });

    it("give a plain pulumi the same stack", async () => {
      const pulumi = await findPulumi(() => undefined);
      const bin = path.join(packageRoot, "bin", "slipway.mjs");
      const script = [
        `slipway() { "${process.execPath}" "${bin}" "$@"; }`,
        documented.find(({ line }) => line.startsWith("eval "))?.line ?? "false",
        `test -f "$SLIPWAY_CONFIG_FILE"`,
        `"${pulumi.command}" stack output release --stack dev`,
      ];
      const said = well(await project.run("sh", ["-ec", script.join("\n")]), "eval");
      const { outputs } = JSON.parse(well(await project.slipway("preview", "--json"), "preview")) as {
        outputs: { release: string };
      };
      expect(said.trim()).to.equal(outputs.release);
      expect(statSync(path.join(project.folder, ".slipway")).mode & 0o077).to.equal(0);
    });

    it("have equals in the script of docs/automation.md", async () => {
      const port = /port: (\d+)/.exec(readFileSync(path.join(project.folder, "Pulumi.dev.yaml"), "utf8"))?.[1] ?? "";
      symlinkSync(packageRoot, path.join(project.subfolder("node_modules"), "slipway"));
      writeFileSync(path.join(project.folder, "example.mts"), examples()[0] ?? "");
      const loader = path.join(packageRoot, "node_modules", "tsx", "dist", "loader.mjs");
      const said = well(await project.run(process.execPath, ["--import", loader, "example.mts"]), "example.mts");
      expect(said).to.contain(`no changes http://127.0.0.1:${port}\n`);
      expect(said).to.match(/^true web-0 RUNNING, web-1 RUNNING$/m);
      expect(said).to.match(/^web-[01] \| /m);
    });
  });

  it("and the scripts of docs/automation.md pass the compiler", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "slipway-examples-"));
    try {
      const files = examples().map((text, index) => {
        const file = path.join(folder, `example${index}.ts`);
        writeFileSync(file, text);
        return file;
      });
      const config = ts.readConfigFile(path.join(packageRoot, "tsconfig.json"), (file) => readFileSync(file, "utf8"));
      const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, packageRoot);
      const library = (name: string): [string, string[]] => [
        `slipway/${name}`,
        [path.join(packageRoot, name, "index.ts")],
      ];
      const program = ts.createProgram(files, {
        ...options,
        module: ts.ModuleKind.Preserve,
        rootDir: "/",
        typeRoots: [path.join(packageRoot, "node_modules", "@types")],
        paths: Object.fromEntries([library("automation"), library("components")]),
      });
      const faults = files.flatMap((file) => [...ts.getPreEmitDiagnostics(program, program.getSourceFile(file))]);
      expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).to.deep.equal([]);
      expect(files).to.have.length(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
