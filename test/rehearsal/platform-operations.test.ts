/** The command line on stacks of Elastic Beanstalk and Heroku: real engine, simulated clouds below it, simulated APIs beside them. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { ReleaseInfo, Status } from "../../automation";
import { EXIT } from "../../automation/errors";
import type { Ended } from "../engine/support/running";
import { OperatedStack } from "./support/operated-stack";

/** What is done with a stack, whatever it runs on. */
class Operator {
  private constructor(readonly stack: OperatedStack) {}

  static async open(...sections: Parameters<typeof OperatedStack.open>): Promise<Operator> {
    return new Operator(await OperatedStack.open(...sections));
  }

  async well(...words: string[]): Promise<string> {
    const { code, stdout, stderr }: Ended = await this.stack.slipway(...words);
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  }

  async ended(kind: keyof typeof EXIT, ...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.stack.slipway(...words);
    expect(code, stdout + stderr).to.equal(EXIT[kind]);
    return stderr;
  }

  async json<T>(...words: string[]): Promise<T> {
    return JSON.parse(await this.well(...words, "--json")) as T;
  }

  releases(): Promise<ReleaseInfo[]> {
    return this.json("releases");
  }
}

describe("slipway on Elastic Beanstalk (simulated API)", function () {
  this.timeout(200_000);
  let operator: Operator;
  let first: string;

  before(async () => {
    operator = await Operator.open({
      targets: ["beanstalk"],
      beanstalk: { database: { engine: "mariadb" }, exec: true },
    });
  });
  after(() => operator.stack.close());

  it("deploys, and looks whether that is what serves", async () => {
    expect(await operator.ended("state", "status")).to.contain(
      "The stack prod is not deployed on Elastic Beanstalk.\n",
    );
    operator.stack.fates = { web: { looks: 2, log: ["Booted"] } };
    const said = await operator.well("up", "--yes");
    expect(said).to.match(/web-\w{8}\s+│ Ok/);
    [{ version: first } = { version: "" }] = await operator.releases();
    const { healthy, processes } = await operator.json<Status>("status");
    expect(healthy).to.equal(true);
    expect(processes.map(({ role, release }) => `${role} ${String(release)}`).sort()).to.deep.equal([
      `web ${first}`,
      `worker ${first}`,
    ]);
    expect(await operator.well("logs", "web")).to.match(/^web-\w{8} \| Booted\n$/);
  });

  it("opens a session on a web instance, as the application", async () => {
    const { account, aws } = operator.stack;
    const seen = path.join(account.folder, "seen");
    const script =
      '#!/bin/sh\nif [ "$1" = --version ]; then echo 1.2.707.0; exit 0; fi\n' +
      `printf '%s\\n' "$@" "$AWS_SSM_START_SESSION_RESPONSE" >'${seen}'\n`;
    writeFileSync(path.join(account.folder, "session-manager-plugin"), script, { mode: 0o755 });
    const PATH = `${account.folder}:${process.env["PATH"] ?? ""}`;
    const { code, stderr } = await operator.stack.start({ PATH }, "exec", "--", "flask", "shell", "-c", "a b").ended;
    expect(code, stderr).to.equal(0);
    const asked = aws.asked.get("StartSession") ?? {};
    const [web] = aws.beanstalk.environments.get("prod-shop-web")?.instances ?? [];
    expect(asked).to.deep.equal({
      Target: web?.id,
      DocumentName: "AWS-StartInteractiveCommand",
      Parameters: { command: ["sudo bash /var/app/current/.slipway/exec.sh flask shell -c 'a b'"] },
    });
    const [, region, , , parameters = "", , session = ""] = readFileSync(seen, "utf8").split("\n");
    expect([region, JSON.parse(parameters)]).to.deep.equal(["eu-central-1", asked]);
    expect(JSON.parse(session)).to.include({ TokenValue: "token-of-the-session" });
  });

  it("fails when another version serves, which the engine takes for a success, and fails once more", async () => {
    operator.stack.stack.changeApp("2");
    operator.stack.fates = { web: { healthy: false, log: ["ValueError: DB_URI is missing"] } };
    const said = await operator.ended("failed", "up", "--yes");
    expect(said).to.match(new RegExp(`does not serve:\n {2}web: ${first}-\\S+-web is deployed instead of \\S+-web\n`));
    expect(said).to.contain("    event: Failed to deploy application.\n");
    expect(said).to.contain("web.stdout.log | ValueError: DB_URI is missing");
    expect(said).to.contain(`mend: slipway rollback ${first} --stack prod puts every process back`);
    expect(await operator.ended("failed", "up", "--yes")).to.contain(" is deployed instead of ");
  });

  it("keeps no release that failed, and puts the old one back everywhere, from the versions that it has", async () => {
    expect((await operator.releases()).map(({ version, current }) => [version, current])).to.deep.equal([
      [first, true],
    ]);
    operator.stack.fates = {};
    const made = (): string[] =>
      operator.stack.account.calls
        .filter(({ operation, type }) => operation === "create" && type.includes("Version"))
        .map(({ name }) => name);
    const before = made();
    expect(before).to.include("shop-releases-version-web");
    await operator.well("rollback", first, "--yes");
    expect(made()).to.deep.equal(before);
    expect((await operator.json<Status>("status")).processes.map(({ release }) => release)).to.deep.equal([
      first,
      first,
    ]);
    expect(await operator.well("outputs")).to.contain(`release: ${first}\n`);
  });

  it("tells what serves where the engine itself cannot finish", async () => {
    operator.stack.account.onCall = ({ operation, name }) => {
      if (operation === "update" && name.includes("environment-worker")) throw new Error("it is out of order");
    };
    const said = await operator.ended("failed", "up", "--yes");
    operator.stack.account.onCall = () => undefined;
    expect(said).to.contain("it is out of order");
    expect(said).to.match(/^ {2}web: \S+ is deployed instead of /m);
    expect(said).to.contain(`mend: slipway rollback ${first} --stack prod`);
  });
});

describe("slipway at Heroku (simulated Platform API)", function () {
  this.timeout(200_000);
  let operator: Operator;
  let first: string;

  before(async () => {
    const processes = { web: { count: 1 }, worker: { count: 1 }, beat: {} };
    operator = await Operator.open({ targets: ["heroku"], environment: "dev", processes });
  });
  after(() => operator.stack.close());

  it("deploys, and looks whether that is what serves", async () => {
    await operator.well("up", "--yes");
    [{ version: first } = { version: "" }] = await operator.releases();
    expect(first).to.match(/^[0-9a-f]{12}$/);
  });

  it("fails when the release phase has, which the engine takes for a success", async () => {
    operator.stack.stack.changeApp("2");
    const { heroku } = operator.stack;
    const honest = heroku.meanwhile;
    heroku.meanwhile = () => {
      honest();
      for (const [what, answer] of Object.entries(heroku.answers)) {
        const [newest, ...others] = Array.isArray(answer) ? (answer as object[]) : [];
        const [before, ...rest] = others;
        if (what.endsWith("/releases") && before !== undefined)
          heroku.answers[what] = [
            { ...newest, status: "failed", current: false },
            { ...before, current: true },
            ...rest,
          ];
      }
    };
    const said = await operator.ended("failed", "up", "--yes");
    heroku.meanwhile = honest;
    expect(said).to.match(/does not serve:\n {2}release: v\d+ failed: its release phase did not end well\n/);
    expect(said).to.contain(`(release ${first})`);
    expect(said).to.contain(`mend: slipway rollback ${first} --stack prod puts every process back`);
  });

  it("puts the old release back, from the slug that Heroku has", async () => {
    const builds = (): number =>
      operator.stack.account.calls.filter(({ type, operation }) => type.includes("Build") && operation === "create")
        .length;
    const before = builds();
    expect(before).to.be.greaterThan(0);
    expect(await operator.well("rollback", first, "--yes")).to.contain(`release ${first} serves again`);
    expect(builds()).to.equal(before);
    expect((await operator.releases()).find(({ current }) => current)?.version).to.equal(first);
    expect(await operator.well("outputs")).to.contain(`release: ${first}\n`);
  });
});
