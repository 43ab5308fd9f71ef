/** A stack on Elastic Beanstalk as others leave it: its secrets, what somebody changes, and what a removal keeps. */
import * as path from "node:path";
import { expect } from "chai";
import type { Progress } from "../../automation/engine/operations";
import type { Thing, Values } from "../../providers/rehearsal/model";
import { processTable } from "../engine/support/process-table";
import { Account, CANARY, linesOf, type AccountStack, type Sections } from "./support/account";
import { canariesIn, filesWith } from "./support/canaries";
import { failed } from "./support/left-over";

const DATABASE = "aws:rds/instance:Instance";
const PASSWORD = "canary-of-the-database-01";
const CANARIES = [CANARY, PASSWORD];

function sections(protect: boolean): Sections {
  const database = { engine: "mariadb", password: PASSWORD, protect };
  return { targets: ["beanstalk"], beanstalk: { database, web: { kind: "balanced" } } };
}

const found = (text: string): string[] => canariesIn(text, CANARIES);

describe("what is known of a stack on Elastic Beanstalk", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;
  /** All that was told while it was deployed. */
  const told: object[] = [];
  /** Command lines of what ran meanwhile. */
  const commands = new Set<string>();

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev", sections(true));
    const onProgress = (progress: Progress): void => {
      told.push(progress);
    };
    // Refused with the secrets in hand: what the cloud says of an environment may not repeat them.
    let refused = false;
    account.onCall = ({ operation, type }) => {
      if (operation !== "create") return undefined;
      for (const { command } of processTable()) commands.add(command);
      if (type !== "aws:elasticbeanstalk/environment:Environment" || refused) return undefined;
      refused = true;
      return "fail";
    };
    const error = await failed(stack.up({ onProgress }));
    told.push({ message: error?.message, stack: error?.stack, cause: String(error?.cause) });
    told.push(await stack.up({ onProgress }), await stack.preview({ onProgress }));
  });

  after(() => {
    account.close();
  });

  const thing = (name: string): Thing => {
    const { store } = account.world;
    const one = store.all().find((each) => store.urnOf(each)?.endsWith(`::${name}`) === true);
    if (one === undefined) throw new Error(`There is no ${name}.`);
    return one;
  };

  it("holds no secret but in the database and in Secrets Manager: no option, message, command line, state or bundle", () => {
    expect(told.length).to.be.greaterThan(50);
    expect(found(JSON.stringify(told))).to.deep.equal([]);
    expect([...commands].some((command) => /\/pulumi up /.test(command))).to.equal(true);
    expect(found([...commands].join("\n"))).to.deep.equal([]);
    expect(found(stack.stateText())).to.deep.equal([]);
    const holders = account.made().filter((each) => found(JSON.stringify(each)).length > 0);
    expect([...new Set(holders.map(({ type }) => type))].sort()).to.deep.equal([
      DATABASE,
      "aws:secretsmanager/secretVersion:SecretVersion",
    ]);
    const things = path.join("clouds", "things") + path.sep;
    const copies = path.join(".slipway", "rehearsal", "dev");
    expect(
      filesWith(account.folder, CANARIES)
        .filter((file) => !file.startsWith(things))
        .sort(),
    ).to.deep.equal(
      ["Pulumi.dev.yaml", path.join(copies, "keys", "engine.dev.yaml"), path.join(copies, "stack.yaml")].sort(),
    );
  });

  it("shows what somebody changed, and the next up takes it back", async () => {
    const environment = thing("shop-environment-web-environment");
    const settings = (environment.outputs["settings"] as Values[]).map((each) =>
      each["name"] === "InstanceTypes" ? { ...each, value: "t3.large" } : each,
    );
    const changes: Record<string, Values> = {
      "shop-environment-web-environment": { settings },
      "shop-releases-access": { blockPublicPolicy: false },
      "shop-database-instance": { deletionProtection: false },
    };
    for (const [name, outputs] of Object.entries(changes)) {
      const changed = thing(name);
      account.world.store.change(changed, { outputs: { ...changed.outputs, ...outputs } });
    }
    account.world.store.remove(thing("shop-releases-lifecycle"));
    const drifted = [...Object.keys(changes).map((name) => `update ${name}`), "create shop-releases-lifecycle"].sort();
    expect(linesOf(await stack.up())).to.deep.equal(drifted);
    const mended = thing("shop-environment-web-environment").outputs["settings"] as Values[];
    expect(mended.find(({ name }) => name === "InstanceTypes")?.["value"]).to.equal("t3.small");
    expect(thing("shop-releases-access").outputs["blockPublicPolicy"]).to.equal(true);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("is removed but for the protected database and what that needs, and the rest when nothing is protected", async () => {
    await stack.destroyUnprotected();
    expect((await stack.deployed()).map(({ urn }) => urn.split("::").at(-1)).sort()).to.deep.equal([
      "shop-database-guard-group",
      "shop-database-instance",
      "shop-database-parameters",
      "shop-database-password-secret",
      "shop-database-password-version",
      "shop-database-subnets",
    ]);
    const [kept] = account.made(DATABASE);
    stack.configure(sections(false));
    await stack.up();
    expect(account.made(DATABASE).map(({ id }) => id)).to.deep.equal([kept?.id]);
    await stack.destroyUnprotected();
    expect(await stack.deployed()).to.deep.equal([]);
    expect(account.made()).to.deep.equal([]);
    const { store } = account.world;
    const left = store.all().filter((each) => store.originOf(each) === "cloud");
    expect([...new Set(left.map(({ type }) => type))].sort()).to.deep.equal([
      "aws:rds/snapshot:Snapshot",
      "aws:secretsmanager/secret:Scheduled",
    ]);
  });
});
