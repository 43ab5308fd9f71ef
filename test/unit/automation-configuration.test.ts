import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { defaultStack, readSettings, removeConfig, setConfig, SlipwayError, stackNames } from "../../automation";
import { ConfigError } from "../../components/config";
import { placeOf } from "../../automation/engine/project";

const FILE = `# kept
config:
  slipway:app: {name: shop, source: shop, entry: "shop:app"}
  slipway:targets:
    - local # here
  slipway:secrets:
    TOKEN:
      secure: v1:abc
`;

describe("the stack file", () => {
  let project: string;
  const file = (): string => path.join(project, "Pulumi.dev.yaml");
  const text = (): string => readFileSync(file(), "utf8");

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-config-"));
    writeFileSync(path.join(project, "Pulumi.yaml"), "name: slipway\nruntime: nodejs\n");
    writeFileSync(file(), FILE);
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  it("is edited in place, comments and encrypted values kept", () => {
    setConfig({ stack: "dev", project, key: "local.port" }, "8181");
    setConfig({ stack: "dev", project, key: "targets[0]" }, "ecs");
    expect(text()).to.contain("# kept").and.to.contain("secure: v1:abc").and.to.contain("- ecs # here");
    setConfig({ stack: "dev", project, key: "targets[0]" }, "local");
    expect(readSettings("dev", project).local.port).to.equal(8181);
    removeConfig({ stack: "dev", project, key: "local.port" });
    expect(readSettings("dev", project).local.port).to.equal(8080);
  });

  it("takes no secret from a command line", () => {
    const before = text();
    for (const key of ["secrets.TOKEN", "local.database.url"]) {
      expect(() => setConfig({ stack: "dev", project, key }, "x"))
        .to.throw(SlipwayError, "holds a secret")
        .with.property("kind", "usage");
    }
    expect(text()).to.equal(before);
  });

  it("is not edited below a plain value", () => {
    const before = text();
    expect(() => setConfig({ stack: "dev", project, key: "app.name.first" }, "x")).to.throw(
      SlipwayError,
      "below a plain value",
    );
    expect(text()).to.equal(before);
  });

  it("says what is not there", () => {
    expect(() => removeConfig({ stack: "dev", project, key: "local.port" })).to.throw(SlipwayError, "does not set");
    expect(() => readSettings("prod", project)).to.throw(SlipwayError, "no Pulumi.prod.yaml");
    writeFileSync(file(), "config: [");
    expect(() => readSettings("dev", project)).to.throw(SlipwayError, "not valid YAML");
    writeFileSync(file(), "");
    expect(() => readSettings("dev", project)).to.throw(ConfigError, "missing");
  });

  it("makes its stack the default one in the application's folder", () => {
    expect(stackNames(project)).to.deep.equal(["dev"]);
    writeFileSync(path.join(project, "Pulumi.shop-dev.yaml"), FILE.replace("source: shop", "source: ../elsewhere"));
    expect(defaultStack(path.join(project, "..", "elsewhere", "sub"), project)).to.equal("shop-dev");
    expect(defaultStack(project, project)).to.equal("dev");
    expect(defaultStack("/", project)).to.equal("dev");
  });

  it("belongs to a stack whose name a folder can have", () => {
    for (const name of ["../x", "", " ", "-dev", ".x", "a/b", "ü", "x".repeat(101), "a\nb", "a b"]) {
      expect(() => placeOf(name, project), name).to.throw(SlipwayError, "not a name for a stack");
    }
    for (const name of ["dev", "shop-dev.1_x", "9"]) expect(placeOf(name, project).stack).to.equal(name);
  });
});
