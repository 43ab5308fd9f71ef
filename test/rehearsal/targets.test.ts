/** One application on several targets at once, and on its way from one to another. */
import { expect } from "chai";
import { Account, IN_NETWORK, linesOf, type AccountStack } from "./support/account";

const CLOUDS = ["ecs", "beanstalk", "heroku"] as const;

/** What the application answers on, in the form of each target. */
const URLS: Readonly<Record<(typeof CLOUDS)[number], RegExp>> = {
  ecs: /^http:\/\/[a-z0-9-]+\.eu-central-1\.elb\.amazonaws\.com$/,
  beanstalk: /^http:\/\/[a-z0-9.-]+\.elasticbeanstalk\.com$/,
  heroku: /^https:\/\/[a-z0-9-]+\.herokuapp\.com\/?$/,
};

describe("an application on several targets", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;
  /** Number of things that each target alone has brought to the clouds. */
  const sizes: Record<string, number> = {};

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev");
  });

  after(() => {
    account.close();
  });

  function choose(...targets: string[]): void {
    stack.configure({ targets, processes: { web: {}, worker: {}, beat: {} }, beanstalk: { network: IN_NETWORK } });
  }

  async function targetsOf(): Promise<Set<string>> {
    const classes = (await stack.deployed()).map(({ urn }) => /slipway:(\w+):\w+Stack\$/.exec(urn)?.[1] ?? "none");
    return new Set(classes);
  }

  for (const target of CLOUDS) {
    it(`moves to ${target} by one key, and leaves nothing behind`, async () => {
      choose(target);
      const { outputs } = await stack.up();
      expect(outputs["url"]).to.match(URLS[target]);
      expect([...(await targetsOf())]).to.deep.equal([target]);
      expect(linesOf(await stack.preview())).to.deep.equal([]);
      sizes[target] = (await stack.deployed()).length;
    });
  }

  it("runs on all of them at once, and a second deployment changes nothing", async () => {
    choose(...CLOUDS);
    const { outputs } = await stack.up();
    for (const target of CLOUDS) expect(outputs[target]).to.have.property("url").that.matches(URLS[target]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
    const all = await stack.deployed();
    expect(all).to.have.lengthOf(CLOUDS.reduce((sum, target) => sum + (sizes[target] ?? 0), 0));
  });

  it("changes on each what a release changes there, and nothing else", async () => {
    stack.changeApp("2");
    const { changes } = await stack.up();
    const touched = changes.filter(({ type }) => !type.startsWith("slipway:")).map(({ type }) => type);
    expect([...new Set(touched)].sort()).to.deep.equal([
      "aws:ecs/service:Service",
      "aws:ecs/taskDefinition:TaskDefinition",
      "aws:elasticbeanstalk/applicationVersion:ApplicationVersion",
      "aws:elasticbeanstalk/environment:Environment",
      "aws:lambda/invocation:Invocation",
      "aws:s3/bucketObjectv2:BucketObjectv2",
      "docker:index/image:Image",
      "heroku:index/build:Build",
    ]);
  });

  it("leaves nothing when it is removed", async () => {
    await stack.destroy();
    expect(await stack.deployed()).to.deep.equal([]);
  });
});
