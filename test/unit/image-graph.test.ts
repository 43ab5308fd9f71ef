import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describeWorkload, type Workload } from "../../components/app";
import { checkSettings, type Settings } from "../../components/config";
import { AppImage, type AppImageArgs } from "../../components/image";
import { packageRoot } from "../../components/package-root";
import { registeredBy, type Registered } from "./support/resource-graph";

const DIGEST = `sha256:${"a".repeat(64)}`;
const OWN = `registry.example.com/shop@sha256:${"b".repeat(64)}`;
const REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop";
const CANARY = "canary-token";

const COMPUTED = {
  "aws:ecr/repository:Repository": {
    arn: "arn:aws:ecr:eu-central-1:123456789012:repository/shop",
    name: "shop",
    repositoryUrl: REPOSITORY,
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {},
  "docker:index/image:Image": { repoDigest: `${REPOSITORY}@${DIGEST}` },
};
const TOKEN = {
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": { userName: "AWS", password: CANARY },
};

describe("images: what is registered", () => {
  let folder: string;
  let workload: Workload;
  let settings: Settings;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-image-"));
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\n");
    const input = {
      app: { name: "shop", source: "app-templates/blog", entry: "webapp:create_app", celery: "celery_runner:celery" },
      targets: ["ecs"],
      environment: "dev",
      processes: { web: {}, worker: {} },
    };
    settings = checkSettings(input, { stack: "dev", available: ["ecs"] });
    workload = await describeWorkload(settings, packageRoot, "dev", "nginx-uwsgi");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function made(own: Partial<AppImageArgs>): Promise<{ all: Registered[]; uri: string; digest: string }> {
    let image: AppImage | undefined;
    const all = await registeredBy(
      () => {
        const args = { role: "web", workload, image: settings.ecs.image, architecture: "arm64", ...own } as const;
        image = new AppImage("shop-web", { ...args, folder: path.join(folder, ".slipway", "dev") });
      },
      COMPUTED,
      TOKEN,
    );
    return { all, uri: await valueOf(image?.uri), digest: await valueOf(image?.digest) };
  }

  const valueOf = (output: pulumi.Output<string> | undefined): Promise<string> =>
    new Promise((resolve) => output?.apply(resolve));
  const find = (all: readonly Registered[], type: string): Registered | undefined =>
    all.find((one) => one.type.endsWith(`:${type}`));

  it("a repository whose tags stay, scanned and encrypted, that goes with the stack", async () => {
    const { all } = await made({});
    expect(find(all, "Repository")?.inputs).to.deep.equal({
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      forceDelete: true,
    });
  });

  it("an image that is deployed by its digest and named by version and time", async () => {
    const { all, uri, digest } = await made({});
    const { inputs, ignoreChanges } = find(all, "Image") ?? expect.fail("no image");
    expect(uri).to.equal(`${REPOSITORY}@${DIGEST}`);
    expect(digest).to.equal(DIGEST);
    expect(inputs["imageName"]).to.match(
      new RegExp(`^${REPOSITORY}:${workload.release.version}-([0-9a-f]+-)?[0-9]{8}-[0-9]{6}$`),
    );
    const build = inputs["build"] as Record<string, unknown>;
    expect(build["platform"]).to.equal("linux/arm64");
    expect(build["context"]).to.match(/^\.slipway\/dev\/images\/web-[0-9a-f]{12}$/);
    expect(build["dockerfile"]).to.equal(`${String(build["context"])}/Dockerfile`);
    expect(ignoreChanges).to.deep.equal(["build.args.REVISION", "buildOnPreview", "imageName"]);
  });

  it("the registry's password as a secret, and nowhere else", async () => {
    const { all } = await made({});
    const text = JSON.stringify(all.map(({ inputs }) => inputs));
    expect(text.split(CANARY)).to.have.length(2);
    expect((find(all, "Image")?.inputs["registry"] as Record<string, unknown>)["password"]).to.be.an("object");
  });

  it("nothing at all for an image of the user's own", async () => {
    const { all, uri } = await made({ image: { ...settings.ecs.image, web: OWN } });
    expect(uri).to.equal(OWN);
    expect(all.map(({ type }) => type)).to.deep.equal(["slipway:image:AppImage"]);
  });

  it("the repository alone where an older image is put back", async () => {
    const { all, uri } = await made({ reuse: `${REPOSITORY}@${DIGEST}` });
    expect(uri).to.equal(`${REPOSITORY}@${DIGEST}`);
    expect(find(all, "Repository")).not.to.equal(undefined);
    expect(find(all, "Image")).to.equal(undefined);
  });
});
