import { PassThrough } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { logs } from "../../automation/beanstalk/logs";
import { keptVersions, releases, schemaHeads } from "../../automation/beanstalk/releases";
import { confirmVersions, explainFailure, judge } from "../../automation/beanstalk/rollout";
import { status } from "../../automation/beanstalk/status";
import type { Progress } from "../../automation/engine/operations";
import type { LogOptions } from "../../automation/target";
import { label, NEW, OLD, SimulatedEnvironments } from "../support/simulated-environments";
import { failureOf } from "../support/failure";

const PATIENCE = { maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.02 };

describe("what runs on Elastic Beanstalk (simulated API)", () => {
  let shop: SimulatedEnvironments;

  beforeEach(async () => {
    shop = await SimulatedEnvironments.start();
  });
  afterEach(() => shop.stop());

  describe("status", () => {
    it("is healthy when every environment and every instance is", async () => {
      const { processes, ...rest } = await status(shop.deployed);
      expect(rest).to.deep.equal({
        stack: "prod",
        target: "beanstalk",
        url: "http://shop.example.com",
        health: "worker Ok (Green), web Ok (Green)",
        healthy: true,
      });
      expect(processes.map(({ name, role, state, release }) => [name, role, state, release])).to.deep.equal([
        ["worker-1a2b3c4e", "worker", "Ok", OLD],
        ["web-1a2b3c4f", "web", "Ok", OLD],
      ]);
      expect(processes[0]?.uptime).to.be.within(3590, 3700);
    });

    it("says what is not well, which instance is not, and what is missing", async () => {
      Object.assign(shop.environment("web"), { health: "Yellow", healthStatus: "Warning", status: "Updating" });
      Object.assign(shop.environment("web").instances[0] ?? {}, { health: "Degraded" });
      shop.aws.beanstalk.environments.delete("prod-shop-worker");
      const { health, healthy, processes } = await status(shop.deployed);
      expect({ health, healthy }).to.deep.equal({
        health: "worker missing, web Warning (Yellow), Updating",
        healthy: false,
      });
      expect(processes.map(({ name, state, running }) => [name, state, running])).to.deep.equal([
        ["worker", "missing", false],
        ["web-1a2b3c4f", "Degraded", false],
      ]);
    });
  });

  describe("logs", () => {
    const read = async (options: LogOptions = {}): Promise<string[]> => {
      const lines: string[] = [];
      for await (const line of logs(shop.deployed, options)) lines.push(line);
      return lines;
    };

    it("are those of the processes, each after its instance", async () => {
      expect(await read()).to.deep.equal(["worker-1a2b3c4e | worker started\n", "web-1a2b3c4f | web started\n"]);
      expect(await read({ processes: ["web"] })).to.deep.equal(["web-1a2b3c4f | web started\n"]);
      expect(await read({ processes: ["worker-1a2b3c4e"] })).to.deep.equal(["worker-1a2b3c4e | worker started\n"]);
    });

    it("are those since a time, and those that hold a text", async () => {
      expect(await read({ since: new Date(Date.now() + 60_000) })).to.deep.equal([]);
      expect(await read({ since: new Date(0), filter: "web" })).to.deep.equal(["web-1a2b3c4f | web started\n"]);
    });

    it("are a file of the platform's by its name; what answers it on a worker's instance is no process", async () => {
      const { lines } = shop.aws.beanstalk;
      const write = (environment: string, file: string, message: string): void => {
        const group = `/aws/elasticbeanstalk/prod-shop-${environment}/var/log/${file}`;
        lines.push({
          group,
          stream: lines.find((line) => line.group.includes(environment))?.stream ?? "",
          at: 1,
          message,
        });
      };
      write("web", "nginx/error.log", "refused");
      write("worker", "web.stdout.log", "200");
      expect(await read({ processes: ["nginx/error.log"] })).to.deep.equal(["nginx/error.log-1a2b3c4f | refused\n"]);
      expect(await read()).to.have.length(2);
      const error = await failureOf(read({ processes: ["beat"] }));
      expect(error.message).to.equal("There is no log of beat; there are nginx/error.log, web, worker.");
    });

    it("go on with what is written from now on", async () => {
      const stop = new AbortController();
      const seen = new PassThrough({ encoding: "utf8" });
      const reading = (async () => {
        for await (const line of logs(shop.deployed, { follow: true, processes: ["web"], signal: stop.signal }))
          seen.write(line);
      })();
      const { lines } = shop.aws.beanstalk;
      const [line] = lines.filter(({ group }) => group.includes("prod-shop-web"));
      if (line === undefined) throw new Error("nothing was written");
      for (let look = 0; look < 100 && !shop.aws.calls.includes("FilterLogEvents"); look += 1) await setTimeout(20);
      lines.push({ ...line, at: Date.now(), message: "a request" });
      let text = "";
      for await (const chunk of seen) {
        text += String(chunk);
        if (text.includes("a request")) break;
      }
      stop.abort();
      await reading;
      expect(text).to.contain("web-1a2b3c4f | a request\n");
    });

    it("are nowhere where nothing is streamed, which is said", async () => {
      shop.aws.beanstalk.lines.length = 0;
      const error = await failureOf(read());
      expect(error.kind).to.equal("state");
      expect(error.message).to.contain("No log of prod-shop-worker and prod-shop-web is in CloudWatch Logs");
      expect(error.mend).to.contain("slipway drift --stack prod");
    });
  });

  describe("releases", () => {
    it("are the versions that are kept, with the commit, and the one that serves", async () => {
      expect(await releases(shop.deployed)).to.deep.equal([
        { version: NEW, createdAt: "2026-01-02T12:00:00.000Z", current: false },
        { version: OLD, commit: "c0ffee0", createdAt: "2026-01-01T12:00:00.000Z", current: true },
      ]);
    });

    it("are put back by their labels, and say which schema they know", async () => {
      expect(await keptVersions(shop.deployed, NEW)).to.deep.equal({
        kind: "versions",
        release: NEW,
        web: label(NEW, "web"),
        worker: label(NEW, "worker"),
      });
      expect(await schemaHeads(shop.deployed, OLD)).to.deep.equal(["1a2b"]);
      expect((await failureOf(keptVersions(shop.deployed, "ffffffffffff"))).kind).to.equal("usage");
    });

    it("leave out half of one, a label of somebody else's, and one that failed", async () => {
      const { versions } = shop.aws.beanstalk;
      shop.aws.beanstalk.addVersion("prod-shop", "v1-by-hand");
      shop.roll("web", { healthy: false });
      shop.aws.beanstalk.settle();
      expect((await releases(shop.deployed)).map(({ version }) => version)).to.deep.equal([OLD]);
      shop.roll("web");
      shop.aws.beanstalk.settle();
      expect((await releases(shop.deployed)).map(({ version }) => version)).to.deep.equal([NEW, OLD]);
      versions.splice(
        versions.findIndex(({ label: own }) => own === label(OLD, "worker")),
        1,
      );
      expect((await releases(shop.deployed)).map(({ version }) => version)).to.deep.equal([NEW]);
    });
  });

  describe("whether what was deployed serves", () => {
    it("is so at once where every environment is steady", async () => {
      await confirmVersions(shop.deployed, {}, PATIENCE);
      expect(shop.aws.calls.filter((call) => call === "DescribeEnvironments")).to.have.length(1);
    });

    it("is waited for, and said to be", async () => {
      shop.roll("worker", { looks: 5 });
      shop.roll("web", { looks: 8 });
      const told: Progress[] = [];
      await confirmVersions(shop.deployed, { onProgress: (progress) => told.push(progress) }, PATIENCE);
      expect(told).to.deep.equal([{ kind: "message", message: "Waiting until worker, web of prod run as deployed." }]);
      expect(shop.aws.calls.filter((call) => call === "DescribeEnvironments").length).to.be.greaterThan(8);
    });

    it("is not so after the old version was put back: with the event, the log and the way back", async () => {
      shop.roll("worker");
      shop.roll("web", { healthy: false, log: ["ValueError: DB_URI is missing"] });
      shop.aws.beanstalk.settle();
      const error = await failureOf(confirmVersions(shop.deployed, {}, PATIENCE));
      expect(error.kind).to.equal("failed");
      expect(error.message.split("\n")).to.deep.equal([
        "What was deployed to prod does not serve:",
        `  web: ${label(OLD, "web")} is deployed instead of ${label(NEW, "web")}`,
        "    event: Failed to deploy application.",
        "    web.stdout.log | ValueError: DB_URI is missing",
        "  serves now:",
        `    worker: ${label(NEW, "worker")} (release ${NEW}), health Ok`,
        `    web: ${label(OLD, "web")} (release ${OLD}), health Ok`,
      ]);
      expect(error.mend).to.match(new RegExp(`^slipway rollback ${OLD} --stack prod puts every process back`));
    });

    it("is not so while the health stays bad, which has a limit of time", async () => {
      shop.roll("web");
      shop.aws.beanstalk.settle();
      const causes = ["ELB health is failing or not available for all instances."];
      Object.assign(shop.environment("web"), { health: "Red", healthStatus: "Severe", causes });
      const error = await failureOf(confirmVersions(shop.deployed, {}, { ...PATIENCE, maxWaitTime: 0.2 }));
      expect(error.message).to.contain(
        "does not serve, after 0.2 s:\n  web: the health is Severe: ELB health is failing",
      );
      expect(error.message).to.contain(`web: ${label(NEW, "web")} (release ${NEW}), health Severe`);
    });

    it("is ended by a signal, and goes on", async () => {
      shop.roll("web", { looks: Infinity });
      const error = await failureOf(confirmVersions(shop.deployed, { signal: AbortSignal.timeout(50) }, PATIENCE));
      expect(error.kind).to.equal("timeout");
      expect(error.mend).to.contain("slipway status --stack prod");
    });

    it("is judged by what instances run, and by states that lead nowhere", () => {
      const wanted = label(NEW, "web");
      const instance = { InstanceId: "i-1", Deployment: { VersionLabel: label(OLD, "web") } };
      const ready = {
        Status: "Ready" as const,
        VersionLabel: wanted,
        Health: "Green" as const,
        HealthStatus: "Ok" as const,
      };
      expect(judge(ready, { causes: [], instances: [instance] }, wanted)).to.deep.equal({
        state: "waits",
        why: `the health is Ok, 1 of 1 instances do not run ${wanted}`,
      });
      expect(judge(ready, { causes: [], instances: [] }, wanted).state).to.equal("waits");
      const gone = { ...ready, Status: "Terminated" as const };
      expect(judge(gone, { causes: [], instances: [] }, wanted)).to.deep.equal({
        state: "failed",
        why: "the environment is Terminated",
      });
      expect(judge(undefined, { causes: [], instances: [] }, wanted).state).to.equal("failed");
    });
  });

  it("is explained where the engine could not finish, and where nothing is wrong it is not", async () => {
    expect(await explainFailure(shop.deployed)).to.equal(undefined);
    shop.roll("web", { healthy: false });
    shop.aws.beanstalk.settle();
    const found = await explainFailure(shop.deployed);
    expect(found?.lines).to.include("  event: Failed to deploy application.");
    expect(found?.mend).to.contain(`slipway rollback ${OLD}`);
  });
});
