import { expect } from "chai";
import { awsClients, type AwsClients } from "../../automation/ecs/clients";
import { copyImage, type Place } from "../../automation/ecs/copy";
import { repositoryIn } from "../../automation/ecs/images";
import { imageFacts, manifestOf } from "../../automation/ecs/manifest";
import { schemaHeads } from "../../automation/ecs/promote";
import { failureOf } from "../support/failure";
import { awsConfig } from "../support/simulated-aws";
import { digest, NEW, OLD, SimulatedShop } from "../support/simulated-shop";

const TAG = "0a1b2c3d4e5f-20260101-120000";
const LAYERS = ["a layer that is longer than one part", "short"];

describe("an image in ECR (simulated API)", () => {
  let shop: SimulatedShop;
  let aws: AwsClients;
  let from: Place;
  let to: Place;

  beforeEach(async () => {
    shop = await SimulatedShop.start();
    aws = awsClients(awsConfig(shop.endpoint), {});
    from = placeOf("dev-web");
    to = placeOf("prod-web");
  });
  afterEach(() => shop.stop());

  const placeOf = (name: string): Place => {
    const repository = repositoryIn(`123456789012.dkr.ecr.eu-central-1.amazonaws.com/${name}`);
    if (repository === undefined) throw new Error(name);
    return { ecr: aws.ecr, repository };
  };
  const uploads = (): number => shop.aws.calls.filter((call) => call === "InitiateLayerUpload").length;

  it("says what it was built for, and which revisions it knows", async () => {
    const labels = { "slipway.schema": "0002" };
    const built = shop.aws.ecr.push("dev-web", TAG, { architecture: "arm64", labels }, LAYERS);
    expect(await imageFacts(from.ecr, from.repository, built)).to.deep.equal({ architecture: "arm64", labels });
    const index = shop.aws.ecr.pushIndex("dev-web", TAG, { labels }, LAYERS);
    expect(await imageFacts(from.ecr, from.repository, index)).to.deep.equal({ architecture: "amd64", labels });
    expect(await schemaHeads(shop.deployed, OLD)).to.deep.equal(["0001"]);
    shop.roll("worker");
    shop.roll("web");
    shop.settle();
    expect(await schemaHeads(shop.deployed, NEW)).to.equal(undefined);
  });

  it("is copied with its digest and its tag, layer by layer, and not again", async () => {
    const built = shop.aws.ecr.push("dev-web", TAG, {}, LAYERS);
    await copyImage(from, to, built, TAG);
    expect(shop.aws.ecr.images.filter(({ repositoryName }) => repositoryName === "prod-web")).to.deep.equal([
      { repositoryName: "prod-web", imageDigest: built, imageTags: [TAG] },
    ]);
    expect((await manifestOf(to.ecr, to.repository, built)).text).to.equal(
      (await manifestOf(from.ecr, from.repository, built)).text,
    );
    // The configuration, and each layer.
    expect(uploads()).to.equal(3);
    await copyImage(from, to, built, TAG);
    expect(uploads()).to.equal(3);
    // What another image has too is there already.
    await copyImage(from, to, shop.aws.ecr.push("dev-web", `${NEW}-20260102-120000`, {}, [...LAYERS, "new"]), TAG);
    expect(uploads()).to.equal(4);
  });

  it("is copied with the images of its index", async () => {
    const index = shop.aws.ecr.pushIndex("dev-web", TAG, { labels: { a: "b" } }, LAYERS);
    await copyImage(from, to, index, TAG);
    expect((await imageFacts(to.ecr, to.repository, index)).labels).to.deep.equal({ a: "b" });
  });

  it("is not there when a part of it could not be copied", async () => {
    const built = shop.aws.ecr.push("dev-web", TAG, {}, LAYERS);
    shop.aws.refusals.set("CompleteLayerUpload", {
      code: "InvalidLayerException",
      message: "the digest is another one",
    });
    const failed = await copyImage(from, to, built, TAG).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error).with.property("name", "InvalidLayerException");
    expect(shop.aws.ecr.images.some(({ repositoryName }) => repositoryName === "prod-web")).to.equal(false);
  });

  it("that is gone is said to be gone", async () => {
    const { message } = await failureOf(manifestOf(from.ecr, from.repository, digest("web", "other")));
    expect(message).to.contain(
      "ECR does not have the image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/dev-web@sha256:",
    );
  });
});
