/** The command line on a stack of Elastic Beanstalk: real engine, simulated clouds below it, a simulated API beside them. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { ReleaseInfo, Status } from "../../automation";
import { EXIT } from "../../automation/errors";
import { unpack } from "../../components/beanstalk/bundle";
import { Operator } from "./support/operator";

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

  it("runs the migration apart from a deployment, on one web instance, and tells what it writes", async () => {
    const { aws } = operator.stack;
    aws.commands.fate = { output: "Running upgrade -> 1a2b\nslipway: migrate: done\n" };
    const { code, stdout, stderr } = await operator.stack.slipway("migrate");
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("Running upgrade -> 1a2b");
    expect(stdout).to.equal("the database of prod is migrated\n");
    const instances = aws.beanstalk.environments.get("prod-shop-web")?.instances.map(({ id }) => id);
    expect(aws.asked.get("SendCommand")).to.include({ DocumentName: "AWS-RunShellScript" });
    expect(aws.asked.get("SendCommand")?.["InstanceIds"]).to.deep.equal(instances?.slice(0, 1));
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

  describe("and another stack", () => {
    const { beanstalk } = { beanstalk: { database: { engine: "mariadb" } } };

    /** The application's own files in the bundle of the web environment that serves in a stack. */
    const files = (environment: string): object => {
      const { beanstalk: environments, objects } = operator.stack.aws;
      const serves = environments.environments.get(environment)?.version;
      const bundle = environments.versions.find(
        ({ label, application }) => label === serves && environment.startsWith(application),
      );
      const unpacked = unpack(
        objects.all.get(`${bundle?.bundle.bucket ?? ""}/${bundle?.bundle.key ?? ""}`) ?? Buffer.of(),
      );
      return Object.fromEntries(
        unpacked?.files.map(({ path: own, content }) => [own, Buffer.from(content).toString()]) ?? [],
      );
    };

    it("is given the files of the bundle that serves, whatever lies in the folders by now", async () => {
      const live = operator.stack.account.stack("live", { targets: ["beanstalk"], environment: "stg", beanstalk });
      live.changeApp("of no release");
      const said = await operator.promoted("live");
      expect(said).to.contain(`release ${first} of prod serves in live; the next up deploys what the source holds`);
      const outputs = await operator.told<object>("live", "outputs");
      expect(outputs).to.include({ release: first, promotedFrom: `${first} of prod` });
      expect(files("stg-shop-web")).to.deep.equal(files("prod-shop-web"));
      // The folder of prod holds another release, that of live another one.
      expect(files("stg-shop-web"))
        .to.include.keys("requirements.txt", "Procfile")
        .and.not.to.include.keys("shop/version.txt");
      const [kept] = await operator.told<ReleaseInfo[]>("live", "releases");
      expect(kept).to.include({ version: first, current: true });
      expect(await operator.promoted("live")).to.contain("serves in live already");
    });

    it("is given nothing by a stack whose targets serve different releases", async () => {
      const { stack } = operator.stack;
      const targets = ["beanstalk", "heroku"];
      stack.configure({ environment: "prod", targets, processes: { web: {}, worker: {} }, beanstalk });
      stack.changeApp("at Heroku alone");
      operator.stack.fates = { web: { healthy: false } };
      await operator.ended("failed", "up", "--yes");
      operator.stack.account.stack("both", { targets, environment: "dev", processes: { web: {} } });
      const { code, stderr } = await operator.stack.line("promote", "prod", "both", "--yes");
      expect(code, stderr).to.equal(EXIT.usage);
      expect(stderr).to.match(
        new RegExp(`prod serves ${first} on beanstalk, \\w{12} on heroku, which is not one release`),
      );
      expect(stderr).to.contain("mend: slipway up --stack prod");
    });

    it("is given them where it runs on something else, too, and nothing that others have put in their place", async () => {
      operator.stack.account.stack("other", { environment: "dev" });
      const { code, stderr } = await operator.stack.line("promote", "prod", "other");
      expect(code, stderr).to.equal(EXIT.declined);
      const { all } = operator.stack.aws.objects;
      for (const name of all.keys()) all.set(name, Buffer.from("something else"));
      const refused = await operator.stack.line("promote", "prod", "live", "--yes");
      expect(refused.code, refused.stderr).to.equal(EXIT.failed);
      expect(refused.stderr).to.match(/The bundle s3:\/\/\S+ of \w{12} is not what was deployed/);
    });
  });
});
