import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { packageRoot } from "../../components/package-root";
import { tableRows } from "./support/documents";

interface Import {
  from: string;
  to: string;
}

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: packageRoot,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => existsSync(path.join(packageRoot, file)));

/** What the file imports of the checkout, types and imports at run time included. */
function importsOf(file: string): Import[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(packageRoot, file), "utf8"), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => ({ from: file, to: resolve(file, name) }));
}

function resolve(file: string, name: string): string {
  const base = path.join(path.dirname(file), name);
  const found = [base, `${base}.ts`, path.join(base, "index.ts")].find(
    (candidate) => statSync(path.join(packageRoot, candidate), { throwIfNoEntry: false })?.isFile() === true,
  );
  if (found === undefined) throw new Error(`${file} imports ${name}, which is not there`);
  return found;
}

const sources = tracked.filter((file) => /\.(ts|mts|mjs)$/.test(file) && !/^(test|bench)\//.test(file));
const imports = sources.flatMap(importsOf);
const table = new Map(
  tableRows("docs/architecture.md", "folder", "holds", "may import").map(([folder = "", , allowed = ""]) => [
    folder.replaceAll("`", ""),
    [...allowed.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  ]),
);

/** Files of `components` that stand for themselves: what every other part may start from. */
const ALONE = /^components\/(package-root|component|binding|schema-record)(?=\.ts$)/;

/** The folder of the table that a file belongs to: the most exact one. A file that stands for itself is one. */
function folderOf(file: string): string {
  const [alone] = ALONE.exec(file) ?? [];
  if (alone !== undefined) return alone;
  const fitting = [...table.keys()].filter((folder) => file.startsWith(`${folder}/`));
  return fitting.sort((one, other) => other.length - one.length)[0] ?? "";
}

/** A way from a node back to itself, or undefined. */
function circle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of edges.get(node) ?? []) {
      const found = visit(next, [...way, node]);
      if (found !== undefined) return found;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const found = visit(node, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

function graph(pairs: readonly Import[]): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of pairs) edges.set(from, (edges.get(from) ?? new Set<string>()).add(to));
  return edges;
}

const between = imports
  .map(({ from, to }) => ({ from: folderOf(from), to: folderOf(to), text: `${from} imports ${to}` }))
  .filter(({ from, to }) => from !== to && to !== "");
const crossing = (from: string, allowed: (to: string) => boolean): string[] =>
  imports
    .filter((one) => one.from.startsWith(`${from}/`) && !one.to.startsWith(`${from}/`) && !allowed(one.to))
    .map((one) => `${one.from} imports ${one.to}`);

describe("the architecture", () => {
  it("has the folders that docs/architecture.md lists, and no others", () => {
    const gone = [...table.keys()].filter((folder) => !tracked.some((file) => folderOf(file) === folder));
    const unlisted = tracked.filter((file) => file.includes("/") && folderOf(file) === "" && !file.startsWith("."));
    expect([gone, unlisted]).to.deep.equal([[], []]);
    const targets = tracked
      .filter((file) => /^(components|providers)\/[^/]+\//.test(file))
      .map((file) => path.dirname(file));
    const parts = targets.map((folder) => folder.split("/").slice(0, 2).join("/"));
    expect([...new Set(parts)].filter((folder) => !table.has(folder))).to.deep.equal([]);
  });

  it("imports what docs/architecture.md allows", () => {
    const forbidden = between.filter(({ from, to }) => from !== "" && !(table.get(from) ?? []).includes(to));
    expect(forbidden.map(({ text }) => text)).to.deep.equal([]);
    const unused = [...table].flatMap(([from, allowed]) =>
      allowed
        .filter((to) => !between.some((one) => one.from === from && one.to === to))
        .map((to) => `${from} no longer imports ${to}`),
    );
    expect(unused).to.deep.equal([]);
  });

  it("keeps the config, the provider and the components to themselves", () => {
    expect(crossing("components/config", () => false)).to.deep.equal([]);
    const shared = ["components/app/source.ts", "components/package-root.ts", "package.json"];
    const isShared = (to: string): boolean => shared.includes(to) || to.startsWith("providers/protocol/");
    expect(crossing("providers/host", isShared)).to.deep.equal([]);
    expect(crossing("components", (to) => to.startsWith("providers/host/"))).to.deep.equal([]);
    expect(imports.length).to.be.greaterThan(300);
  });

  it("takes no more than types from the provider into the components", () => {
    const values = sources
      .filter((file) => file.startsWith("components/"))
      .flatMap((file) => {
        const tree = ts.createSourceFile(
          file,
          readFileSync(path.join(packageRoot, file), "utf8"),
          ts.ScriptTarget.ES2022,
        );
        return tree.statements
          .filter(ts.isImportDeclaration)
          .filter(({ moduleSpecifier }) => /providers\/host/.test((moduleSpecifier as ts.StringLiteral).text))
          .filter(({ importClause }) => importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
          .map(() => file);
      });
    expect(values).to.deep.equal([]);
  });

  it("deploys one program, which does not know whether it is rehearsed", () => {
    const program = tracked.filter((file) => /^components\//.test(file) || file === "index.ts");
    const telling = program.filter((file) => /rehears/i.test(readFileSync(path.join(packageRoot, file), "utf8")));
    expect(telling).to.deep.equal([]);
    const starting = sources.filter(
      (file) =>
        /^(automation|index\.ts)/.test(file) && /\bdeploy\(/.test(readFileSync(path.join(packageRoot, file), "utf8")),
    );
    expect(starting.sort()).to.deep.equal(["automation/engine/program.ts", "index.ts"]);
    const asking = imports.filter(({ to }) => to === "automation/engine/program.ts").map(({ from }) => from);
    expect(asking).to.include.members(["automation/deployments.ts", "automation/rehearsal/rehearse.ts"]);
  });

  it("has no circle, neither between folders nor between files", () => {
    expect(circle(graph(between))).to.equal(undefined);
    expect(circle(graph(imports))).to.equal(undefined);
  });
});
