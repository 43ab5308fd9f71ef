/** The command line on a stack of ECS: real engine, simulated clouds below it, simulated ECS API beside them. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { ReleaseInfo, Status } from "../../automation";
import { EXIT } from "../../automation/errors";
import type { Ended } from "../engine/support/running";
import { OperatedStack } from "./support/operated-stack";

describe("slipway on ECS (simulated ECS API)", function () {
  this.timeout(300_000);
  let stack: OperatedStack;
  let first: string;

  before(async () => {
    stack = await OperatedStack.open({ ecs: { exec: true } });
  });
  after(() => stack.close());

  const well = ({ code, stdout, stderr }: Ended): string => {
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  };
  const ended = async (kind: keyof typeof EXIT, ...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await stack.slipway(...words);
    expect(code, stdout + stderr).to.equal(EXIT[kind]);
    return stderr;
  };
  const status = async (): Promise<Status> => JSON.parse(well(await stack.slipway("status", "--json"))) as Status;
  const releases = async (): Promise<ReleaseInfo[]> =>
    JSON.parse(well(await stack.slipway("releases", "--json"))) as ReleaseInfo[];

  it("knows nothing of a stack that is not deployed, and says that a rehearsal deploys none", async () => {
    expect(await ended("state", "status")).to.contain("The stack prod is not deployed on ECS.\n");
    expect(await ended("usage", "stop", "--purge", "--yes")).to.contain("--purge is for stacks on this machine");
    expect(await ended("usage", "stop")).to.contain("stop is nothing that can be done on ecs, where prod runs");
    const rehearsed = path.join(stack.account.folder, ".slipway", "rehearsal", "prod");
    mkdirSync(rehearsed, { recursive: true });
    expect(await ended("state", "logs")).to.contain("It was only rehearsed: simulated clouds run nothing");
    rmSync(rehearsed, { recursive: true });
  });

  it("deploys, and looks whether that is what serves", async () => {
    stack.fates = { web: { looks: 3 }, migrate: { log: ["Running upgrade -> 1a2b"], exitCode: 0 } };
    const said = well(await stack.slipway("up", "--yes"));
    expect(said).to.match(/web-\w{8}\s+│ RUNNING/);
    expect(stack.aws.calls).to.include("DescribeServices");
    [{ version: first } = { version: "" }] = await releases();
    expect(first).to.match(/^[0-9a-f]{12}$/);
  });

  it("shows each task with its release, and the health of the load balancer's targets", async () => {
    stack.aws.targets = [
      { id: "10.0.0.1", state: "healthy" },
      { id: "10.0.0.2", state: "healthy" },
      { id: "10.0.0.3", state: "draining", reason: "Target.DeregistrationInProgress" },
    ];
    const { healthy, health, processes, url } = await status();
    expect({ healthy, health }).to.deep.equal({ healthy: true, health: "2 of 2 targets healthy" });
    expect(url).to.match(/^http:\/\//);
    expect(processes.map(({ role, state, release }) => `${role} ${state} ${String(release)}`).sort()).to.deep.equal([
      `beat RUNNING ${first}`,
      `web RUNNING ${first}`,
      `web RUNNING ${first}`,
      `worker RUNNING ${first}`,
    ]);
  });

  it("runs the migration apart from a deployment, and tells what it writes", async () => {
    const { code, stdout, stderr } = await stack.slipway("migrate");
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("Running upgrade -> 1a2b");
    expect(stdout).to.equal("the database of prod is migrated\n");
    const { taskDefinition, networkConfiguration, launchType } = stack.aws.asked.get("RunTask") ?? {};
    expect(taskDefinition).to.equal("prod-shop-shop-migrate");
    expect(launchType).to.equal("FARGATE");
    const { jobsGroup } = JSON.parse(well(await stack.slipway("outputs", "--json"))) as { jobsGroup: string };
    expect(stack.account.made("aws:ec2/securityGroup:SecurityGroup").map(({ id }) => id)).to.include(jobsGroup);
    expect(networkConfiguration).to.deep.include({
      awsvpcConfiguration: {
        subnets: ["subnet-0a", "subnet-0b"],
        securityGroups: [jobsGroup],
        assignPublicIp: "DISABLED",
      },
    });
  });

  it("opens a session through the plugin, whose token nobody sees in the list of processes", async () => {
    expect(await ended("tool", "exec", "--", "flask", "routes")).to.contain(
      "session-manager-plugin is not on the PATH",
    );
    const plugin = path.join(stack.account.folder, "session-manager-plugin");
    const seen = path.join(stack.account.folder, "seen");
    const script = (version: string): string =>
      `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; exit 0; fi\n` +
      `printf '%s\\n' "$@" "$AWS_SSM_START_SESSION_RESPONSE" >'${seen}'\n`;
    const run = (version: string): Promise<Ended> => {
      writeFileSync(plugin, script(version));
      chmodSync(plugin, 0o755);
      const PATH = `${stack.account.folder}:${process.env["PATH"] ?? ""}`;
      return stack.start({ PATH }, "exec", "--", "python", "-c", "print('a')").ended;
    };
    expect((await run("1.2.497.0")).code).to.equal(EXIT.tool);
    well(await run("1.2.707.0"));
    const [variable, region, operation, profile, target, endpoint, session = ""] = readFileSync(seen, "utf8").split(
      "\n",
    );
    expect([variable, region, operation, profile]).to.deep.equal([
      "AWS_SSM_START_SESSION_RESPONSE",
      "eu-central-1",
      "StartSession",
      "",
    ]);
    expect(target).to.match(/^\{"Target":"ecs:prod-shop_[0-9a-f]{32}_[0-9a-f]{32}-0000000000"\}$/);
    expect(endpoint).to.equal("https://ssm.eu-central-1.amazonaws.com");
    expect(JSON.parse(session)).to.include({ TokenValue: "token-of-the-session" });
    expect(stack.aws.asked.get("ExecuteCommand")?.["command"]).to.equal(
      `sh -c 'cd /app && exec python -c '\\''print('\\''\\'\\'''\\''a'\\''\\'\\'''\\'')'\\'''`,
    );
  });

  it("fails when ECS puts the old tasks back, which the engine takes for a success", async () => {
    stack.stack.changeApp("2");
    stack.fates = { web: { healthy: false, exitCode: 3, log: ["ValueError: DB_URI is missing"] } };
    const said = await ended("failed", "up", "--yes");
    expect(said).to.match(
      /What was deployed to prod does not serve:\n {2}web: prod-shop-shop-web:1 is deployed instead of/,
    );
    expect(said).to.contain("| ValueError: DB_URI is missing");
    expect(said).to.contain(`mend: slipway rollback ${first} --stack prod puts every process back`);
    expect(said).to.match(/worker: prod-shop-shop-worker:2 \(release \w+\), 1 of 1 tasks/);
  });

  it("fails once more where nothing has changed since", async () => {
    expect(await ended("failed", "up", "--yes")).to.contain(
      "web: prod-shop-shop-web:1 is deployed instead of prod-shop-shop-web:2",
    );
  });

  it("tells what serves where the engine itself cannot finish", async () => {
    stack.account.onCall = ({ operation, name }) => {
      if (operation === "update" && name === "shop-web-service") throw new Error("the service is out of order");
    };
    stack.stack.changeApp("2b");
    const said = await ended("failed", "up", "--yes");
    stack.account.onCall = () => undefined;
    expect(said).to.contain("shop-web-service: the service is out of order");
    expect(said).to.match(/^ {2}web: prod-shop-shop-web:1 is deployed instead of prod-shop-shop-web:3/m);
    expect(said).to.match(/^ {4}web: prod-shop-shop-web:1 \(release \w+\), 2 of 2 tasks$/m);
    expect(said).to.contain(`mend: slipway rollback ${first} --stack prod`);
  });

  it("keeps no release that did not come to serve, and puts the old one back everywhere, without a build", async () => {
    const kept = await releases();
    expect(kept.map(({ version, current }) => ({ version, current }))).to.deep.equal([
      { version: first, current: true },
    ]);
    stack.fates = {};
    const before = stack.builds;
    expect(before).to.be.greaterThan(0);
    well(await stack.slipway("rollback", first, "--yes"));
    expect(stack.builds).to.equal(before);
    expect((await status()).processes.map(({ release }) => release)).to.deep.equal([first, first, first, first]);
    expect(well(await stack.slipway("outputs"))).to.contain(`release: ${first}\n`);
  });

  it("ends well again with a release that comes up, and then goes back to the one before", async () => {
    stack.stack.changeApp("3");
    well(await stack.slipway("up", "--yes"));
    const [third, before] = await releases();
    expect([third?.current, before?.version, before?.current]).to.deep.equal([true, first, false]);
    expect(third?.digest).to.match(/^sha256:/);
    expect(well(await stack.slipway("rollback", "--yes"))).to.contain(`release ${first} serves again`);
    expect(await ended("usage", "rollback", "ffff", "--yes")).to.contain("is not one release; kept are");
  });

  it("puts no release back that does not know what the database was brought to", async () => {
    stack.stack.addMigration("0002", "979b2d3f0216");
    well(await stack.slipway("up", "--yes"));
    const said = await ended("incompatible", "rollback", first, "--yes");
    expect(said).to.contain(`The database of prod is at 0002, and the release ${first} does not know 0002,`);
    expect(said).to.contain("slipway exec --stack prod -- flask db downgrade 979b2d3f0216 takes back");
  });

  describe("and another stack", () => {
    before(() => {
      // Another application folder: what is given is not built of it.
      stack.account.stack("live", { environment: "stg" }).changeApp("of no release");
    });

    it("is given the same images, copied to its own repositories, and is migrated to them", async () => {
      const migrations = (): number =>
        stack.account.calls.filter(({ name, operation }) => name === "shop-jobs-run-migrate" && operation === "create")
          .length;
      const [builds, migrated] = [stack.builds, migrations()];
      const { images, release } = JSON.parse(well(await stack.slipway("outputs", "--json"))) as Record<string, string>;
      expect((await stack.line("promote", "prod", "live")).code).to.equal(EXIT.declined);
      expect(stack.aws.calls).not.to.include("PutImage");
      const said = well(await stack.line("promote", "prod", "live", "--yes"));
      expect(said).to.contain(
        `release ${String(release)} of prod serves in live; the next up deploys what the source holds`,
      );
      expect(stack.builds).to.equal(builds);
      const outputs = JSON.parse(well(await stack.line("outputs", "--stack", "live", "--json"))) as object;
      expect(outputs).to.deep.include({ images, release, promotedFrom: `${String(release)} of prod` });
      // The two of prod, and the two of live.
      const repositories = stack.account.made("aws:ecr/repository:Repository").map(({ outputs: { name } }) => name);
      expect(repositories).to.have.length(4);
      expect(repositories.slice(2)).to.include(stack.aws.asked.get("PutImage")?.["repositoryName"]);
      expect(migrations()).to.equal(migrated + 1);
      const kept = JSON.parse(well(await stack.line("releases", "--stack", "live", "--json"))) as ReleaseInfo[];
      expect(kept.map(({ version, current }) => ({ version, current }))).to.deep.equal([
        { version: release, current: true },
      ]);
      expect(well(await stack.line("promote", "prod", "live", "--yes"))).to.contain("serves in live already");
    });

    it("refuses a release that its database is ahead of, which only force puts back where it comes from", async () => {
      const builds = stack.builds;
      well(await stack.slipway("rollback", first, "--yes", "--force"));
      expect(stack.builds).to.equal(builds);
      expect((await status()).processes.map(({ release }) => release)).to.deep.equal([first, first, first, first]);
      const ahead = await stack.line("promote", "prod", "live", "--yes");
      expect(ahead.code, ahead.stderr).to.equal(EXIT.incompatible);
      expect(ahead.stderr).to.contain("The database of live is at 0002");
    });

    it("is given nothing that its processors do not run, or that would have to be built anew", async () => {
      stack.account.stack("arm", { environment: "dev", ecs: { capacity: { kind: "fargate", architecture: "arm64" } } });
      const other = await stack.line("promote", "prod", "arm", "--yes");
      expect(other.code, other.stderr).to.equal(EXIT.usage);
      expect(other.stderr).to.contain("are built for amd64, and arm runs on arm64");
      stack.account.stack("here", { targets: ["local"] });
      const { code, stderr } = await stack.line("promote", "prod", "here", "--yes");
      expect(code, stderr).to.equal(EXIT.usage);
      expect(stderr).to.contain(
        "here runs on local, and of what prod runs on ecs, neither what was built for that nor the files",
      );
    });
  });
});
