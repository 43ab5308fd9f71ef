import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { commandLine } from "../../automation/cli";
import { EXIT } from "../../automation/errors";
import { eventSchema } from "../../automation/events";
import { PROVIDED_ROLES } from "../../automation/init/questions";
import { packageRoot } from "../../components/package-root";
import { rules } from "../../policy/rules";
import { documents, tableRows, textOf } from "./support/documents";

const withoutCode = (text: string): string => text.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "");

/** The name that a link to a heading has. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

describe("the documents", () => {
  it("link to files and headings that are there", () => {
    const broken = documents().flatMap((document) =>
      [...withoutCode(textOf(document)).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !/^https?:/.test(target))
        .filter((target) => {
          const [file = "", name] = target.split("#");
          const linked = file === "" ? document : path.join(path.dirname(document), file);
          if (!existsSync(path.join(packageRoot, linked))) return true;
          if (name === undefined) return false;
          const headings = [...textOf(linked).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading));
          return !headings.includes(name);
        })
        .map((target) => `${document}: ${target}`),
    );
    expect(broken).to.deep.equal([]);
  });

  it("name scripts of package.json", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = documents().flatMap((document) =>
      [...textOf(document).matchAll(/\bnpm (?:run ([\w:]+)|(start|stop|test)\b)/g)].map(
        ([, script, short]) => script ?? short ?? "",
      ),
    );
    expect(named).to.include.members(["start", "stop", "test", "slipway", "docs", "bench"]);
    expect([...new Set(named)].filter((script) => !(script in scripts))).to.deep.equal([]);
  });

  it("name commands of the command line, and leave none out of docs/cli.md", () => {
    const known = commandLine()
      .commands.map((command) => command.name())
      .filter((name) => name !== "complete");
    const named = [...textOf("docs/cli.md").matchAll(/\bslipway ([a-z-]+)\b/g)].map(([, name = ""]) => name);
    expect(known.filter((name) => !named.includes(name))).to.deep.equal([]);
    const inline = documents().flatMap((document) =>
      [...textOf(document).matchAll(/`slipway ([a-z-]+)[^`]*`/g)].map(([, name = ""]) => name),
    );
    expect(inline.filter((name) => !known.includes(name) && name !== "help")).to.deep.equal([]);
  });

  it("have the exit codes of the code", () => {
    const rows = tableRows("docs/cli.md", "code", "name", "meaning").map(([code = "", name = ""]) => [
      name,
      Number(code),
    ]);
    expect(Object.fromEntries(rows)).to.deep.equal(EXIT);
  });

  it("have the options and roles of init", () => {
    const init = commandLine().commands.find((command) => command.name() === "init");
    const known = init?.options.map(({ long }) => long).filter((name) => name !== "--json");
    const named = tableRows("docs/cli.md", "option").map(([option = ""]) => /--[a-z]+/.exec(option)?.[0]);
    expect(named.sort()).to.deep.equal(known?.sort());
    const roles = /Roles are (.*?)\./s.exec(textOf("docs/cli.md"))?.[1] ?? "";
    expect([...roles.matchAll(/`(\w+)`/g)].map(([, role]) => role)).to.deep.equal(PROVIDED_ROLES);
  });

  it("have the stages of the tests", () => {
    const named = tableRows("CONTRIBUTING.md", "stage", "what").map(([stage = ""]) => stage.replaceAll("`", ""));
    const code = readFileSync(path.join(packageRoot, "tools", "test-stages.mjs"), "utf8");
    const stages = /export const stages = \{(.*?)^\};/ms.exec(code)?.[1] ?? "";
    expect(named).to.deep.equal([...stages.matchAll(/^ {2}(\w+)[:,]/gm)].map(([, stage]) => stage));
  });

  it("have the functions that scripts can import", () => {
    const index = readFileSync(path.join(packageRoot, "automation", "index.ts"), "utf8");
    const exported = [...index.matchAll(/^export \{(.*?)\}/gms)]
      .flatMap(([, names = ""]) => names.split(","))
      .map((name) => name.trim())
      .filter((name) => /^[a-z]\w*$/.test(name));
    const named = tableRows("docs/automation.md", "function").flatMap(([names = ""]) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
    );
    expect(named.sort()).to.deep.equal(exported.sort());
  });

  it("have the events of a command", () => {
    const named = tableRows("docs/automation.md", "type", "says").flatMap(([types = ""]) =>
      [...types.matchAll(/`([\w.]+)`/g)].map(([, type = ""]) => type),
    );
    expect(named.sort()).to.deep.equal(eventSchema.options.map(({ shape }) => shape.type.value).sort());
  });

  it("have the policies of the pack", () => {
    const named = tableRows("docs/policy.md", "policy", "level", "where", "what it asks for");
    const known = rules.map(({ name, level, production, description }) => [
      `\`${name}\``,
      level,
      production === true ? "production" : "every environment",
      description,
    ]);
    expect(named).to.deep.equal(known);
  });

  it("that are generated are up to date", () => {
    const docs = (): string =>
      execFileSync(process.execPath, [path.join(packageRoot, "tools", "docs.mjs"), "--check"], {
        encoding: "utf8",
        stdio: "pipe",
      });
    expect(docs).not.to.throw();
  });
});
