import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import parseArguments from "string-argv";
import ts from "typescript";
import { packageRoot } from "../../components/package-root";
import { fault } from "../unit/support/slipway-lines";
import { commandLines, examples } from "./support/documents";
import { FOLLOWED } from "./support/followed";

/** The words after `slipway` of a documented line; undefined for other commands. */
function slipwayWords(line: string): string[] | undefined {
  const words = /^(?:slipway|npm run slipway --)(?: (.*))?$/.exec(line);
  return words === null ? undefined : parseArguments(words[1] ?? "");
}

describe("the commands in the documents", function () {
  this.timeout(60_000);

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
      /^export AWS_REGION=eu-central-1$/,
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

  it("of Slipway are in documents that a test follows", () => {
    const documents = documented.filter(({ line }) => /\bslipway /.test(line)).map(({ at }) => at.split(":")[0]);
    expect([...new Set(documents)].sort()).to.deep.equal(Object.values(FOLLOWED).flat().sort());
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
