/** Releases and the revisions of the database: what is put back, what is refused, what another stack is given. */
import { expect } from "chai";
import { EXIT } from "../../automation/errors";
import { freePort } from "../../providers/host/ports";
import { Product, type Sections } from "./support/product";

interface Release {
  version: string;
  current: boolean;
}

const SCRIPTS = "migrations/versions";
const script = (id: string, after: string, more = ""): string =>
  `revision = "${id}"\ndown_revision = "${after}"\n${more}\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n`;

describe("a release and the revisions of the database", function () {
  this.timeout(240_000);
  let product: Product;
  let first: string;

  before(async () => {
    product = await Product.make();
    product.configure(webAlone());
    await product.up();
  });
  after(() => product.dispose());

  /** The fixture's config without Celery: what is looked at here is done by the web process alone. */
  const webAlone = (): Sections & { app: Sections } => {
    const sections = product.sections();
    const env = { ...sections.env, CELERY_BROKER_URL: "memory://" };
    return { ...sections, app: { ...sections.app, celery: undefined }, processes: { web: { count: 1 } }, env };
  };
  const releases = (stack = "dev"): Promise<Release[]> => product.json<Release[]>("releases", "--stack", stack);
  const versionNow = async (stack = "dev"): Promise<string> =>
    (await releases(stack)).find(({ current }) => current)?.version ?? "";
  const deploy = async (version: string, file: string, text: string): Promise<void> => {
    product.setVersion(version);
    product.write(`${SCRIPTS}/${file}`, text);
    expect((await product.up()).changed).to.equal(true);
  };

  it("is put back where the migrations since are said to be compatible", async () => {
    first = await versionNow();
    await deploy("two", "0002_more.py", script("0002", "0001", "backward_compatible = True"));
    const { code, stderr } = await product.slipway("rollback", "--yes");
    expect(code, stderr).to.equal(0);
    expect(await versionNow()).to.equal(first);
    expect(await product.serving()).to.equal("one");
    // The older release is no reason to forget what was done to the database.
    expect(product.stateText()).to.contain('"id":"0002"');
  });

  it("is refused where they are not, with the revision, the way back, and the force", async () => {
    await product.up();
    const two = await versionNow();
    await deploy("three", "0003_less.py", script("0003", "0002"));
    const three = await versionNow();
    const { code, stderr } = await product.slipway("rollback", "--yes");
    expect(code, stderr).to.equal(EXIT.incompatible);
    expect(stderr)
      .to.contain(`The database of dev is at 0003, and the release ${two} does not know 0003,`)
      .and.to.contain("slipway exec --stack dev -- alembic downgrade 0002")
      .and.to.contain(`slipway rollback ${two} --force --stack dev`);
    expect(await versionNow()).to.equal(three);
  });

  it("is put back all the same by force, and is known to be behind", async () => {
    const { code, stderr } = await product.slipway("rollback", "--yes", "--force");
    expect(code, stderr).to.equal(0);
    expect(await product.serving()).to.equal("two");
    // Of what the first one does not know, one is compatible, and what came after it is not.
    const { code: again, stderr: said } = await product.slipway("rollback", first, "--yes");
    expect(again, said).to.equal(EXIT.incompatible);
    expect(said).to.contain("is at 0003").and.to.contain(`${first} does not know 0003, which`);
  });

  it("is noted even where the deployment fails behind the migration", async () => {
    await product.up();
    const three = await versionNow();
    product.write(`${SCRIPTS}/0004_last.py`, script("0004", "0003"));
    product.configure({ ...webAlone(), app: { ...webAlone().app, seed: "false" } });
    const { code } = await product.slipway("up", "--yes");
    expect(code).to.equal(EXIT.failed);
    product.configure(webAlone());
    expect(await versionNow()).to.equal(three);
    const { code: refused, stderr } = await product.slipway("rollback", three, "--yes");
    expect(refused, stderr).to.equal(EXIT.incompatible);
    expect(stderr).to.contain(`is at 0004, and the release ${three} does not know 0004,`);
    expect((await product.up()).changed).to.equal(true);
  });

  describe("that is promoted", () => {
    before(async () => {
      product.configure({ ...webAlone(), local: { port: await freePort() } }, "prod");
    });

    it("is the same one there, whatever the source holds by now, with its migrations", async () => {
      const served = await versionNow();
      product.setVersion("not yet");
      const { code, stdout, stderr } = await product.slipway("promote", "dev", "prod", "--yes");
      expect(code, stderr).to.equal(0);
      expect(stdout).to.contain(`release ${served} of dev serves in prod; the next up deploys what the source holds`);
      expect(await versionNow("prod")).to.equal(served);
      const outputs = await product.json<Record<string, string>>("outputs", "--stack", "prod");
      expect(outputs).to.include({ release: served, promotedFrom: `${served} of dev` });
      const { stdout: revision } = await product.slipway("exec", "--stack", "prod", "--", "alembic", "current");
      expect(revision).to.contain("0004");
      const again = await product.slipway("promote", "dev", "prod", "--yes");
      expect(again.stdout, again.stderr).to.contain(`release ${served} of dev serves in prod already`);
    });

    it("is asked about first, and needs two stacks of one application", async () => {
      await product.up();
      const before = await versionNow("prod");
      expect((await product.slipway("promote", "dev", "prod")).code).to.equal(EXIT.declined);
      expect((await product.slipway("promote", "dev", "dev", "--yes")).code).to.equal(EXIT.usage);
      expect(await versionNow("prod")).to.equal(before);
      const other = { ...product.sections(), app: { ...product.sections().app, name: "other" } };
      product.configure(other, "other");
      const { code, stderr } = await product.slipway("promote", "dev", "other", "--yes");
      expect(code, stderr).to.equal(EXIT.usage);
      expect(stderr).to.contain("dev runs the application product, and other runs other");
    });

    it("is refused where the database is ahead of it", async () => {
      const { code, stderr } = await product.slipway("rollback", "--yes", "--force");
      expect(code, stderr).to.equal(0);
      product.write(`${SCRIPTS}/0005_ahead.py`, script("0005", "0004"));
      const up = await product.slipway("up", "--yes", "--stack", "prod");
      expect(up.code, up.stderr).to.equal(0);
      const refused = await product.slipway("promote", "dev", "prod", "--yes");
      expect(refused.code, refused.stderr).to.equal(EXIT.incompatible);
      expect(refused.stderr).to.contain("The database of prod is at 0005").and.to.contain("does not know 0005");
    });
  });
});
