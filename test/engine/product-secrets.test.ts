import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import type { Finding } from "../../automation";
import { eventSchema, type SlipwayEvent } from "../../automation/events";
import { processTable } from "./support/process-table";
import { Product } from "./support/product";
import type { Running } from "./support/running";

/** Part of every secret value, to be found nowhere. */
const CANARY = "cAnArY-7f3a";

const SECRETS: Readonly<Record<string, string>> = {
  QUOTES: `"${CANARY}" and 'single' and \`back\``,
  LINES: `first ${CANARY}\nsecond\r\n\tthird\n`,
  PERCENT: `100%s %(${CANARY})s %% %d`,
  DOLLAR: `$HOME \${PATH} $(${CANARY}) $$`,
  BACKSLASH: `\\n \\\\ \\u0041 ${CANARY} \\`,
  NON_ASCII: `Grüße 日本 🚀 ${CANARY}`,
  BLANKS: `  ${CANARY}  `,
  JSON_LIKE: `{"${CANARY}": [1]}`,
  ZEROS: "007123",
  LONG_NUMBER: "12345678901234567890",
  EXPONENT: "1e5",
  FRACTION: "0.10",
  TRUTH: "True",
};

describe("secrets", function () {
  this.timeout(240_000);
  let product: Product;
  let file: string;
  const said: string[] = [];
  const commandLines = new Set<string>();

  before(async () => {
    product = await Product.make();
    for (const [name, value] of Object.entries(SECRETS)) {
      const input = `${value}\n`;
      await watched(0, product.start(["config", "set", `secrets.${name}`, "--secret"], { input }));
    }
    file = readFileSync(product.configFile(), "utf8");
    await slipway(0, "up", "--yes");
  });

  after(() => product.dispose());

  function slipway(code: number, ...words: string[]): Promise<void> {
    return watched(code, product.start(words));
  }

  /** Notes all that a command says, and every command line of the machine until it ends. */
  async function watched(code: number, running: Running): Promise<void> {
    const state = { ended: false };
    const ended = running.ended.finally(() => (state.ended = true));
    while (!state.ended) {
      for (const { command } of processTable()) commandLines.add(command);
      await setTimeout(50);
    }
    const { code: actual, stdout, stderr } = await ended;
    said.push(stdout, stderr);
    expect(actual, stderr).to.equal(code);
  }

  function filesBelow(folder: string): string[] {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  }

  function withCanary(files: readonly string[]): string[] {
    return files.filter((each) => readFileSync(each).includes(CANARY));
  }

  it("reach the application unchanged", async () => {
    expect(JSON.parse(await product.page("/environment"))).to.include(SECRETS);
  });

  it("are refused on the command line and as plain values", async () => {
    await slipway(2, "config", "set", "secrets.MORE", "--secret", "on-the-command-line");
    await slipway(2, "config", "set", "secrets.MORE", "on-the-command-line");
    expect(readFileSync(product.configFile(), "utf8")).to.equal(file);
  });

  it("show in nothing that a command says or is started with", async () => {
    product.setVersion("two");
    const before = [["preview"], ["preview", "--json"], ["diff"], ["up", "--yes", "--events"]];
    const after = [["refresh"], ["refresh", "--json"], ["outputs", "--json"], ["status"], ["releases"], ["doctor"]];
    for (const words of [...before, ...after]) await slipway(0, ...words);
    await slipway(0, "config", "check");
    expect(said.join("\n")).not.to.contain(CANARY);
    const lines = said.flatMap((text) => text.split("\n")).filter((line) => line.startsWith('{"type":'));
    const events = lines.map((line) => JSON.parse(line) as SlipwayEvent);
    for (const event of events) expect(eventSchema.parse(event)).to.deep.equal(event);
    expect(events.map(({ type }) => type)).to.include.members(["plan", "resource.started", "resource.done"]);
    expect([events[0]?.type, events.at(-1)]).to.deep.nested.include({
      "0": "start",
      "1.type": "result",
      "1.exitCode": 0,
    });
    expect(commandLines.size).to.be.greaterThan(20);
    expect([...commandLines].filter((line) => line.includes(CANARY))).to.deep.equal([]);
  });

  it("are in no state, log or stack file in plain text, but where processes are started from", () => {
    const slipwayFolder = path.join(product.folder, ".slipway");
    const state = filesBelow(path.join(slipwayFolder, "state"));
    expect(state.length).to.be.greaterThan(3);
    expect(withCanary(state)).to.deep.equal([]);
    const logs = filesBelow(path.join(product.root, "logs"));
    expect(logs.length).to.be.greaterThan(4);
    expect(withCanary(logs)).to.deep.equal([]);
    expect(withCanary(filesBelow(product.folder)).sort()).to.deep.equal(
      ["beat", "web", "worker"].map((role) => path.join(product.root, "run", `${role}.json`)),
    );
    expect(file).to.match(/slipway:secrets:\n\s+QUOTES:\n\s+secure: /);
  });

  it("that were changed since the deployment are found by doctor, by name alone", async () => {
    const look = async (): Promise<Finding | undefined> => {
      const running = product.start(["doctor", "--json"]);
      await watched(0, running);
      const findings = JSON.parse((await running.ended).stdout) as Finding[];
      return findings.find(({ name }) => name === "config secrets");
    };
    expect((await look())?.state).to.equal("ok");
    await watched(0, product.start(["config", "set", "secrets.TRUTH", "--secret"], { input: `other ${CANARY}\n` }));
    file = readFileSync(product.configFile(), "utf8");
    const { state, found, mend = "" } = (await look()) ?? {};
    expect([state, found]).to.deep.equal(["warn", "TRUTH: changed in the config since the last deployment"]);
    expect(mend).to.match(/^slipway up --stack /);
  });

  it("leave the stack file as it was, whatever is done", async () => {
    await slipway(0, "logs", "--lines", "5");
    await slipway(0, "destroy", "--yes");
    expect(readFileSync(product.configFile(), "utf8")).to.equal(file);
    expect(said.join("\n")).not.to.contain(CANARY);
  });
});
