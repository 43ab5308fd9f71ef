import { PassThrough } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import type { Deployed } from "../../automation/ecs/deployed";
import { logs } from "../../automation/ecs/logs";
import { status } from "../../automation/ecs/status";
import type { LogOptions } from "../../automation/target";
import { failureOf } from "../support/failure";
import { OLD, serviceOf, SimulatedShop } from "../support/simulated-shop";

describe("what runs on ECS (simulated ECS API)", () => {
  let shop: SimulatedShop;

  beforeEach(async () => {
    shop = await SimulatedShop.start();
  });
  afterEach(() => shop.stop());

  describe("status", () => {
    it("is healthy when every task and every target is", async () => {
      shop.aws.targets = [{ id: "10.0.0.1", state: "healthy" }];
      const { processes, ...rest } = await status(shop.deployed);
      expect(rest).to.deep.equal({
        stack: "prod",
        target: "ecs",
        url: "http://shop.example.com",
        health: "1 of 1 targets healthy",
        healthy: true,
      });
      expect(processes.map(({ role, release }) => [role, release])).to.deep.equal([
        ["worker", OLD],
        ["worker", OLD],
        ["web", OLD],
        ["web", OLD],
      ]);
      // Each image is asked for once.
      expect(shop.aws.calls.filter((call) => call === "DescribeImages")).to.have.length(2);
    });

    it("says why a target is not well, which task is not, and how many are missing", async () => {
      shop.aws.targets = [
        { id: "10.0.0.1", state: "unhealthy", reason: "Target.ResponseCodeMismatch" },
        { id: "10.0.0.2", state: "healthy" },
      ];
      const [ill, gone] = shop.aws.ecs.tasks.filter(({ serviceName }) => serviceName === serviceOf("web"));
      Object.assign(ill ?? {}, { healthStatus: "UNHEALTHY" });
      Object.assign(gone ?? {}, { lastStatus: "STOPPED", desiredStatus: "STOPPED" });
      const { health, healthy, processes } = await status(shop.deployed);
      expect(healthy).to.equal(false);
      expect(health).to.equal("1 of 2 targets healthy: Target.ResponseCodeMismatch");
      expect(
        processes.filter(({ role }) => role === "web").map(({ state, running }) => [state, running]),
      ).to.deep.equal([
        ["UNHEALTHY", false],
        ["0 of 2 tasks", false],
      ]);
    });

    it("names no release where the image is gone", async () => {
      shop.aws.ecr.images.length = 0;
      const { processes } = await status(shop.deployed);
      expect(processes.filter((process) => "release" in process)).to.deep.equal([]);
    });
  });

  describe("logs", () => {
    const read = async (options: LogOptions, deployed: Deployed = shop.deployed): Promise<string[]> => {
      const lines: string[] = [];
      for await (const line of logs(deployed, options)) lines.push(line.replace(/-[0-9a-f]{8} \|/, " |").trimEnd());
      return lines;
    };
    const write = (role: "web" | "worker", lines: string[]): void => {
      const definition = shop.aws.ecs.definitions.get(shop.deployed.definitions[role] ?? "");
      if (definition !== undefined) definition.fate.log = lines;
    };

    it("are the last lines of each task", async () => {
      write("web", ["one", "two", "three"]);
      expect(await read({ lines: 2 })).to.deep.equal([
        "worker | worker started",
        "worker | worker started",
        "web | two",
        "web | three",
        "web | two",
        "web | three",
      ]);
    });

    it("are those of one role, or of one task by its name", async () => {
      expect(await read({ processes: ["web"] })).to.deep.equal(["web | web started", "web | web started"]);
      const { processes } = await status(shop.deployed);
      expect(await read({ processes: [processes.at(-1)?.name ?? ""] })).to.deep.equal(["web | web started"]);
      expect((await failureOf(read({ processes: ["mail"] }))).message).to.equal(
        "There is no log of mail; there are worker, web.",
      );
    });

    it("go back to a time, over every page, and hold a text with quotes", async () => {
      write("web", ['say "hello"', "nothing", 'say "hello" again']);
      const since = new Date(Date.now() - 60_000);
      expect(await read({ processes: ["web"], since })).to.have.length(6);
      expect(await read({ processes: ["web"], since, filter: 'say "hello"' })).to.deep.equal([
        'web | say "hello"',
        'web | say "hello" again',
        'web | say "hello"',
        'web | say "hello" again',
      ]);
      expect(await read({ processes: ["web"], filter: "nothing", lines: 1 })).to.deep.equal(["web | nothing"]);
      expect(await read({ processes: ["web"], since: new Date(Date.now() + 60_000) })).to.deep.equal([]);
      expect(shop.aws.asked.get("FilterLogEvents")?.["logStreamNamePrefix"]).to.equal("task/main/");
    });

    it("go on with what new tasks write, until the signal, and show no line twice", async () => {
      const controller = new AbortController();
      const seen = new PassThrough();
      const reading = (async () => {
        const { signal } = controller;
        for await (const line of logs(shop.deployed, { processes: ["web"], lines: 1, follow: true, signal }))
          seen.write(line);
        seen.end();
      })();
      const pages = (): number => shop.aws.calls.filter((call) => call === "FilterLogEvents").length;
      while (pages() === 0) await setTimeout(20);
      shop.roll("web", { log: ["new release"] });
      shop.settle();
      let text = "";
      for await (const data of seen) {
        text += String(data);
        if (text.split("new release").length === 3) {
          // Another look, of two pages, which finds the same lines.
          for (const before = pages(); pages() < before + 3;) await setTimeout(20);
          controller.abort();
        }
      }
      await reading;
      expect(text.split("new release")).to.have.length(3);
    }).timeout(20_000);
  });
});
