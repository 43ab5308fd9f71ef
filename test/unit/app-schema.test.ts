import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import {
  headsOf,
  listSource,
  readSchema,
  revisionsBeyond,
  revisionsToTakeBack,
  type Revision,
} from "../../components/app";
import { packageRoot } from "../../components/package-root";

describe("the revisions that an application's migrations make", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-schema-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const read = async (scripts: Record<string, string>): Promise<Revision[]> => {
    for (const [name, text] of Object.entries(scripts)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return readSchema(folder, await listSource(folder));
  };

  const FORMS: [what: string, text: string, expected: Partial<Revision>][] = [
    ["as Alembic writes them", 'revision = "b2"\ndown_revision = "a1"\n', { id: "b2", after: ["a1"] }],
    [
      "with types",
      'from typing import Union\nrevision: str = "b2"\ndown_revision: Union[str, Sequence[str], None] = "a1"\n',
      { id: "b2", after: ["a1"] },
    ],
    ["with single quotes", "revision = 'b2'\ndown_revision = 'a1'\n", { id: "b2", after: ["a1"] }],
    ["of a first one", 'revision = "b2"\ndown_revision = None\n', { id: "b2", after: [] }],
    [
      "of one that merges others",
      'revision = "b2"\ndown_revision = (\n    "a1",\n    "a2",\n)\n',
      { id: "b2", after: ["a1", "a2"] },
    ],
    [
      "of one that older releases work with",
      'revision = "b2"\ndown_revision = None\nbackward_compatible = True  # adds a column\n',
      { compatible: true },
    ],
    [
      "of one that says that they do not",
      'revision = "b2"\ndown_revision = None\nbackward_compatible = False\n# backward_compatible = True\n',
      { compatible: false },
    ],
  ];
  for (const [what, text, expected] of FORMS) {
    it(`are read ${what}`, async () => {
      const [found, ...others] = await read({ "migrations/versions/b2_more.py": text });
      expect(found).to.deep.include(expected);
      expect(others).to.deep.equal([]);
    });
  }

  it("are those of scripts below versions alone", async () => {
    const text = 'revision = "b2"\ndown_revision = None\n';
    const found = await read({ "versions.py": text, "app/models.py": text, "migrations/versions/notes.txt": text });
    expect(found).to.deep.equal([]);
    expect(await read({ "alembic/versions/2026/b2.py": text, "migrations/versions/__init__.py": "" })).to.have.length(
      1,
    );
  });

  it("stand behind those that they come after, whatever their names", async () => {
    const found = await read({
      "versions/1.py": 'revision = "zz"\ndown_revision = None\n',
      "versions/2.py": 'revision = "mm"\ndown_revision = "zz"\n',
      "versions/3.py": 'revision = "aa"\ndown_revision = "mm"\n',
    });
    expect(found.map(({ id }) => id)).to.deep.equal(["zz", "mm", "aa"]);
    expect(headsOf(found)).to.deep.equal(["aa"]);
  });

  it("are those of the blog", async () => {
    const blog = path.join(packageRoot, "app-templates", "blog");
    expect(await readSchema(blog, await listSource(blog))).to.deep.equal([
      { id: "0001", after: [], compatible: false },
    ]);
  });
});

describe("what a release does not know of a database", () => {
  const revision = (id: string, after: string[], compatible = false): Revision => ({ id, after, compatible });
  const ids = (revisions: readonly Revision[]): string[] => revisions.map(({ id }) => id);
  const LINE = [revision("1", []), revision("2", ["1"], true), revision("3", ["2"]), revision("4", ["3"], true)];

  it("is what comes after its newest revisions", () => {
    expect(ids(revisionsBeyond(LINE, ["4"]))).to.deep.equal([]);
    expect(ids(revisionsBeyond(LINE, ["2"]))).to.deep.equal(["3", "4"]);
    expect(ids(revisionsBeyond(LINE, []))).to.deep.equal(["1", "2", "3", "4"]);
    const branches = [revision("1", []), revision("a", ["1"]), revision("b", ["1"]), revision("m", ["a", "b"])];
    expect(ids(revisionsBeyond(branches, ["a"]))).to.deep.equal(["b", "m"]);
    expect(headsOf(branches.slice(0, 3))).to.deep.equal(["a", "b"]);
  });

  it("has to be taken back from the first that is not compatible on", () => {
    expect(ids(revisionsToTakeBack(revisionsBeyond(LINE, ["3"])))).to.deep.equal([]);
    expect(ids(revisionsToTakeBack(revisionsBeyond(LINE, ["1"])))).to.deep.equal(["3", "4"]);
    expect(ids(revisionsToTakeBack(revisionsBeyond(LINE, [])))).to.deep.equal(["1", "2", "3", "4"]);
  });

  it("is everything where the release knows another database", () => {
    expect(ids(revisionsBeyond(LINE, ["other"]))).to.deep.equal(["1", "2", "3", "4"]);
  });
});
