import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { dockerCloud } from "../../../providers/rehearsal/docker";
import { ecr } from "../../../providers/rehearsal/aws/ecr";
import { provider } from "../../../providers/rehearsal/aws/provider";
import type { Values } from "../../../providers/rehearsal/model";
import { REGISTRY, RUN } from "../support/aws-run";
import { rulesOf } from "../support/rule-cases";
import { simulated, worldFolder, type SimulatedCloud } from "../support/simulated-cloud";

/** A context with a Dockerfile and an application. */
function context(files: Record<string, string> = {}): string {
  const folder = worldFolder();
  for (const [name, text] of Object.entries({ Dockerfile: "FROM scratch\n", "app.py": "print(1)\n", ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const docker = dockerCloud(process.cwd());
const clouds = [{ name: "aws", version: "7.48.0", models: ecr, lookups: [], ...provider }, docker];
const NAME = `${REGISTRY}/shop:1`;
const registry = { server: `${REGISTRY}/shop`, username: "AWS", password: "token" };

/** A cloud with a repository `shop`. */
async function start(imageTagMutability = "IMMUTABLE"): Promise<SimulatedCloud> {
  const cloud = simulated({ clouds });
  await cloud.create(RUN.repository, { name: "shop", imageTagMutability });
  return cloud;
}

const inputs = (folder: string, more: Values = {}, build: Values = {}): Values => ({
  imageName: NAME,
  build: { context: folder, dockerfile: `${folder}/Dockerfile`, platform: "linux/amd64", ...build },
  registry,
  ...more,
});

type Change = (folder: string) => Values;

/** For each rule: inputs that it lets through, and inputs that it refuses. */
const CASES: Readonly<Record<string, readonly [passes: Change, refused: Change]>> = {
  "image-dockerfile": [(at) => inputs(at), (at) => inputs(at, {}, { dockerfile: `${at}/Missing` })],
  "image-context": [(at) => inputs(at), (at) => inputs(at, {}, { context: `${at}/missing` })],
  "image-name-qualified": [
    (at) => inputs(at, { registry: { ...registry, server: undefined } }),
    (at) => inputs(at, { imageName: "shop:1", registry: undefined }),
  ],
  "image-name": [
    (at) => inputs(at, { imageName: `${REGISTRY}/shop:1_2.3` }),
    (at) => inputs(at, { imageName: `${REGISTRY}/Shop` }),
  ],
  "image-platform": [
    (at) => inputs(at, {}, { platform: "linux/arm64" }),
    (at) => inputs(at, {}, { platform: "windows/amd64" }),
  ],
  "image-registry-known": [(at) => inputs(at), (at) => inputs(at, { imageName: "registry.example.com/shop:1" })],
  "image-registry-of-name": [
    (at) => inputs(at),
    (at) => inputs(at, { registry: { ...registry, server: "999999999999.dkr.ecr.us-east-1.amazonaws.com" } }),
  ],
  "image-login": [(at) => inputs(at), (at) => inputs(at, { registry: { server: registry.server } })],
  "image-repository-exists": [(at) => inputs(at), (at) => inputs(at, { imageName: `${REGISTRY}/blog:1` })],
};

describe("simulated docker", () => {
  it("every rule has a case", () => {
    const ids = rulesOf(docker.models).map(({ id }) => id);
    expect([...Object.keys(CASES), "image-tag-free"].sort()).to.deep.equal(ids.sort());
  });

  for (const [id, [passes, refused]] of Object.entries(CASES)) {
    it(id, async () => {
      await (await start()).create(RUN.image, passes(context()));
      const cloud = await start();
      const refusal = await cloud.refusal(() => cloud.create(RUN.image, refused(context())));
      expect(refusal.rule, refusal.message).to.equal(id);
    });
  }

  it("image-tag-free", async () => {
    for (const mutability of ["MUTABLE", "IMMUTABLE"]) {
      const cloud = await start(mutability);
      await cloud.create(RUN.image, inputs(context()));
      for (const files of [{}, { "app.py": "print(2)\n" }]) {
        const again = (): Promise<unknown> => cloud.create(RUN.image, inputs(context(files)));
        if (mutability === "MUTABLE") await again();
        else expect((await cloud.refusal(again)).code).to.equal("ImageTagAlreadyExistsException");
      }
    }
  });

  it("gives the same content the same digest, wherever it is", async () => {
    const cloud = await start("MUTABLE");
    const digest = async (files: Record<string, string>): Promise<unknown> =>
      (await cloud.create(RUN.image, inputs(context(files))))["repoDigest"];
    const first = await digest({});
    expect(first).to.match(new RegExp(`^${REGISTRY}/shop@sha256:[0-9a-f]{64}$`));
    expect(await digest({})).to.equal(first);
    expect(await digest({ "app.py": "print(2)\n" })).to.not.equal(first);
    expect(await digest({ "lib/new.py": "" })).to.not.equal(first);
    const ignored = { ".dockerignore": "*.log\n**/cache\n" };
    expect(await digest({ ...ignored, "a.log": "1", "lib/cache/x": "1" })).to.equal(
      await digest({ ...ignored, "a.log": "2" }),
    );
  });

  it("sees a change of the context, and none of the login", async () => {
    const cloud = await start();
    const folder = context();
    const { inputs: olds } = cloud.check(RUN.image, inputs(folder));
    const again = cloud.check(
      RUN.image,
      inputs(folder, { registry: { ...registry, password: "another" } }),
      "thing",
      olds,
    );
    expect(cloud.diff(RUN.image, olds, again.inputs).changes).to.deep.equal([]);
    writeFileSync(path.join(folder, "app.py"), "print(2)\n");
    const changed = cloud.check(RUN.image, inputs(folder), "thing", olds);
    expect(cloud.diff(RUN.image, olds, changed.inputs).changes.map((each) => each.path)).to.deep.equal([
      "build.contextDigest",
    ]);
  });

  it("sees another mode of a file, and tells where the Dockerfile is in the context", async () => {
    const cloud = await start();
    const folder = context();
    const digest = (): unknown => {
      const { build } = cloud.check(RUN.image, inputs(folder)).inputs;
      return (build as Values)["contextDigest"];
    };
    chmodSync(path.join(folder, "app.py"), 0o644);
    const before = digest();
    chmodSync(path.join(folder, "app.py"), 0o664);
    expect(digest()).to.not.equal(before);
    const outputs = await cloud.create(RUN.image, inputs(folder));
    expect([outputs["context"], outputs["dockerfile"]]).to.deep.equal([folder, "Dockerfile"]);
  });

  it("leaves an image in the registry when the resource is deleted, and takes the tag from an older one", async () => {
    const cloud = await start("MUTABLE");
    const { id } = await cloud.create(RUN.image, inputs(context()));
    await cloud.delete(RUN.image, id);
    await cloud.create(RUN.image, inputs(context({ "app.py": "print(2)\n" })));
    const tags = cloud.all("aws:ecr/image").map(({ outputs }) => outputs["imageTag"]);
    expect(tags).to.deep.equal([undefined, "1"]);
  });

  it("fills in what is not given", async () => {
    const { inputs: filled } = simulated({ clouds }).check(RUN.image, {
      imageName: NAME,
      build: { context: context() },
    });
    const build = filled["build"] as Values;
    expect(build["dockerfile"]).to.equal(`${String(build["context"])}/Dockerfile`);
    expect(build["platform"]).to.match(/^linux\/(amd64|arm64)$/);
    expect(filled["buildOnPreview"]).to.equal(false);
  });
});
