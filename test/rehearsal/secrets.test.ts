/** What is secret in a stack on ECS, looked for wherever it could have come to. */
import { statSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Progress } from "../../automation/engine/operations";
import { processTable } from "../engine/support/process-table";
import { Account, CANARY, type AccountStack } from "./support/account";
import { canariesIn, filesIn, filesWith } from "./support/canaries";
import { failed } from "./support/left-over";

const PASSWORDS = ["canary-of-the-database-01", "canary-of-the-broker-02"];
const CANARIES = [CANARY, ...PASSWORDS];
const [DATABASE, BROKER] = PASSWORDS;

const SECTIONS = {
  ecs: {
    database: { engine: "mariadb", password: DATABASE },
    broker: { kind: "amazon-mq", password: BROKER },
  },
};

/** Canaries in a text. */
function found(text: string): string[] {
  return canariesIn(text, CANARIES);
}

describe("secrets of a stack on ECS", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;
  /** All that was told while it was planned and deployed. */
  const told: (Progress | object)[] = [];
  /** Command lines of what ran meanwhile. */
  const commands = new Set<string>();

  before(async () => {
    account = await Account.open();
    stack = account.stack("dev", SECTIONS);
    const onProgress = (progress: Progress): void => {
      told.push(progress);
    };
    told.push(await stack.preview({ onProgress }));
    // Refused with the secret in hand: what the cloud says of it may not repeat it.
    account.onCall = ({ operation, type }) => {
      if (operation !== "create") return undefined;
      for (const { command } of processTable()) commands.add(command);
      return type === "aws:secretsmanager/secretVersion:SecretVersion" ? "fail" : undefined;
    };
    const refused = await failed(stack.up({ onProgress }));
    told.push({ message: refused?.message, stack: refused?.stack, cause: String(refused?.cause) });
    account.onCall = () => undefined;
    told.push(await stack.up({ onProgress }), await stack.preview({ onProgress }));
  });

  after(() => {
    account.close();
  });

  it("are in the secrets of the cloud, where the application reads them", () => {
    const texts = account
      .made("aws:secretsmanager/secretVersion:SecretVersion")
      .map(({ outputs }) => String(outputs["secretString"]));
    for (const canary of CANARIES)
      expect(
        texts.filter((text) => text.includes(canary)),
        canary,
      ).not.to.deep.equal([]);
  });

  it("are in no plan, no progress, no message and no command line", () => {
    expect(told.length).to.be.greaterThan(100);
    expect(found(JSON.stringify(told))).to.deep.equal([]);
    expect([...commands].some((command) => /\/pulumi up /.test(command))).to.equal(true);
    expect(found([...commands].join("\n"))).to.deep.equal([]);
  });

  it("are in no file but the stack's own config and its copies, and in what stands for the cloud", () => {
    expect(found(stack.stateText())).to.deep.equal([]);
    const things = path.join("clouds", "things") + path.sep;
    const copies = [
      "Pulumi.dev.yaml",
      path.join(".slipway", "rehearsal", "dev", "stack.yaml"),
      path.join(".slipway", "rehearsal", "dev", "keys", "engine.dev.yaml"),
    ];
    const holding = filesWith(account.folder, CANARIES);
    expect(holding.filter((file) => !file.startsWith(things)).sort()).to.deep.equal(copies.sort());
    expect(holding.some((file) => file.startsWith(things))).to.equal(true);
    const own = holding.filter((file) => file !== "Pulumi.dev.yaml");
    for (const file of own) expect(statSync(path.join(account.folder, file)).mode & 0o077, file).to.equal(0);
    expect(statSync(path.join(stack.folder, "state")).mode & 0o077).to.equal(0);
    expect(filesIn(path.join(stack.folder, "images"))).not.to.deep.equal([]);
  });

  it("are held by secrets and by the broker alone of all things, and by no task definition", () => {
    const holders = account.made().filter((thing) => found(JSON.stringify(thing)).length > 0);
    expect([...new Set(holders.map(({ type }) => type))].sort()).to.deep.equal([
      "aws:mq/broker:Broker",
      "aws:secretsmanager/secretVersion:SecretVersion",
    ]);
  });
});
