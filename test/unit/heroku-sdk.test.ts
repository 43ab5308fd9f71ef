import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as heroku from "@pulumi/heroku";
import { expect } from "chai";
import { parse } from "yaml";
import { packageRoot } from "../../components/package-root";
import { HEROKU_COMPUTED } from "./support/heroku-mocks";
import { registeredBy } from "./support/resource-graph";

const folder = path.join(packageRoot, "sdks", "heroku");
const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
  version: string;
  pulumi: { name: string; version: string; parameterization: { name: string; version: string; value: string } };
};

describe("the package @pulumi/heroku", () => {
  const { parameterization, ...plugin } = manifest.pulumi;
  const reference = readFileSync(path.join(folder, "package-reference.ts"), "utf8");

  it("asks for the Terraform provider that its version is of", () => {
    expect(JSON.parse(Buffer.from(parameterization.value, "base64").toString())).to.deep.equal({
      remote: { url: "registry.opentofu.org/heroku/heroku", version: manifest.version },
    });
    expect([parameterization.name, parameterization.version]).to.deep.equal(["heroku", manifest.version]);
  });

  it("says the same in its manifest, to the engine, and in Pulumi.yaml", () => {
    expect(reference).to.contain(`baseProviderName: "${plugin.name}"`);
    expect(reference).to.contain(`baseProviderVersion: "${plugin.version}"`);
    expect(reference).to.contain(`packageName: "${parameterization.name}"`);
    expect(reference).to.contain(`VERSION = "${manifest.version}"`).and.to.contain(`"${parameterization.value}"`);
    const { packages } = parse(readFileSync(path.join(packageRoot, "Pulumi.yaml"), "utf8")) as {
      packages: Record<string, unknown>;
    };
    expect(packages).to.deep.equal({
      heroku: { source: plugin.name, version: plugin.version, parameters: ["heroku/heroku", manifest.version] },
    });
  });

  it("names each type as the generated one does, in a file of the same name", () => {
    const types = Object.keys(HEROKU_COMPUTED).filter((type) => type.startsWith("heroku:"));
    const named = types.map((type): (string | undefined)[] => /^heroku:index\/(\w+):(\w+)$/.exec(type) ?? []);
    for (const [type, file, name] of named) {
      expect(name, type).to.equal(`${(file ?? "")[0]?.toUpperCase() ?? ""}${file?.slice(1) ?? ""}`);
      const source = readFileSync(path.join(folder, `${file ?? ""}.ts`), "utf8");
      expect(source)
        .to.contain(`type: "${type ?? ""}"`)
        .and.to.contain(`class ${name ?? ""} `);
    }
    const exported = Object.keys(heroku).filter((name) => name !== "Provider");
    expect(named.map(([, , name]) => name).sort()).to.deep.equal(exported.sort());
    const files = readdirSync(folder).filter((file) => /^[a-z]+([A-Z]\w*)*\.ts$/.test(file));
    expect(files.sort()).to.deep.equal(
      [...named.map(([, file]) => `${file ?? ""}.ts`), "index.ts", "provider.ts", "resource.ts"].sort(),
    );
  });

  it("marks what is secret, and passes the rest of the provider's config as JSON", async () => {
    let provider: heroku.Provider | undefined;
    const registered = await registeredBy(() => {
      provider = new heroku.Provider("heroku", {
        apiKey: pulumi.secret("canary"),
        customizations: [{ setAddonConfigVarsInState: false }],
        delays: { postAppCreateDelay: 1 },
      });
      new heroku.App("app", { region: "us", sensitiveConfigVars: { KEY: "canary" } }, { provider });
      new heroku.Drain("drain", { appId: "id", sensitiveUrl: "https://canary" });
    }, HEROKU_COMPUTED);
    const inputs = (name: string): Record<string, unknown> =>
      registered.find((resource) => resource.name === name)?.inputs ?? {};
    expect(inputs("heroku")).to.deep.include({
      customizations: '[{"setAddonConfigVarsInState":false}]',
      delays: '{"postAppCreateDelay":1}',
    });
    for (const [name, property] of [
      ["heroku", "apiKey"],
      ["app", "sensitiveConfigVars"],
      ["drain", "sensitiveUrl"],
    ] as const)
      expect(inputs(name)[property], property).to.be.an("object").with.property("value");
    expect(registered.find(({ name }) => name === "app")?.secretOutputs).to.include("allConfigVars");
  });

  it("refuses a resource without what it cannot be without", async () => {
    let refusal = "";
    await registeredBy(() => {
      try {
        new heroku.Formation("web", { appId: "id", type: "web", quantity: 1 } as heroku.FormationArgs);
      } catch (error) {
        refusal = String(error);
      }
    }, HEROKU_COMPUTED);
    expect(refusal).to.equal("Error: Missing required property 'size'");
  });
});
