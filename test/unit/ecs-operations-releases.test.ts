import { expect } from "chai";
import type { Deployed } from "../../automation/ecs/deployed";
import { openSession } from "../../automation/ecs/exec";
import { migrate } from "../../automation/ecs/migrate";
import { keptImages, releases } from "../../automation/ecs/releases";
import { failureOf } from "../support/failure";
import { digest, image, NEW, OLD, SimulatedShop } from "../support/simulated-shop";

const PATIENCE = { maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.02 };

describe("what is done with a stack on ECS (simulated ECS API)", () => {
  let shop: SimulatedShop;

  beforeEach(async () => {
    shop = await SimulatedShop.start();
  });
  afterEach(() => shop.stop());

  describe("releases", () => {
    it("are those whose images are kept and that came to serve, the newest first", async () => {
      const old = {
        version: OLD,
        commit: "c0ffee0",
        createdAt: "2026-01-01T12:00:00.000Z",
        digest: digest("web", OLD),
      };
      expect(await releases(shop.deployed)).to.deep.equal([{ ...old, current: true }]);
      shop.roll("worker");
      shop.roll("web");
      shop.settle();
      expect(await releases(shop.deployed)).to.deep.equal([
        { version: NEW, createdAt: "2026-01-02T12:00:00.000Z", digest: digest("web", NEW), current: true },
        { ...old, current: false },
      ]);
    });

    it("leave out what ECS put back", async () => {
      shop.roll("worker");
      shop.roll("web", { healthy: false });
      shop.settle();
      expect((await releases(shop.deployed)).map(({ version }) => version)).to.deep.equal([OLD]);
    });

    it("reach back to what ran before the oldest deployment that ECS remembers", async () => {
      shop.roll("worker");
      shop.roll("web");
      shop.settle();
      for (const service of shop.aws.ecs.services.values()) service.history.splice(1);
      expect((await releases(shop.deployed)).map(({ version }) => version)).to.deep.equal([NEW, OLD]);
    });

    it("need both of their images", async () => {
      shop.roll("worker");
      shop.roll("web");
      shop.settle();
      const at = shop.aws.ecr.images.findIndex(({ imageDigest }) => imageDigest === digest("worker", OLD));
      shop.aws.ecr.images.splice(at, 1);
      expect((await releases(shop.deployed)).map(({ version }) => version)).to.deep.equal([NEW]);
      expect((await failureOf(keptImages(shop.deployed, OLD))).kind).to.equal("usage");
    });

    it("are put back by their digests", async () => {
      expect(await keptImages(shop.deployed, OLD)).to.deep.equal({
        kind: "images",
        release: OLD,
        web: image("web", OLD),
        worker: image("worker", OLD),
      });
    });

    it("are not known of images that lie elsewhere", async () => {
      const web = shop.aws.ecs.register("prod-shop-shop-web", `registry.example.com/shop@${digest("web", "other")}`);
      const deployed = { ...shop.deployed, definitions: { ...shop.deployed.definitions, web } };
      expect((await failureOf(releases(deployed))).message).to.contain("of web is not in ECR");
    });
  });

  describe("a migration", () => {
    const withJob = (fate: Parameters<SimulatedShop["roll"]>[1]): Deployed => {
      const arn = shop.aws.ecs.register("prod-shop-shop-migrate", image("worker", OLD), fate);
      const definitions = { ...shop.deployed.definitions, migrate: arn };
      return { ...shop.deployed, definitions, jobsGroup: "sg-jobs" };
    };

    it("is started where the jobs run, and its log told to the end", async () => {
      const told: unknown[] = [];
      const deployed = withJob({ log: ["upgrade 1", "upgrade 2"], exitCode: 0 });
      await migrate(deployed, { onProgress: (progress) => told.push(progress) }, PATIENCE);
      expect(told).to.deep.equal([
        { kind: "message", message: "upgrade 1" },
        { kind: "message", message: "upgrade 2" },
      ]);
      expect(shop.aws.asked.get("RunTask")).to.deep.include({ taskDefinition: "prod-shop-shop-migrate", count: 1 });
    });

    it("fails with its exit code and reason", async () => {
      const error = await failureOf(migrate(withJob({ exitCode: 1 }), {}, PATIENCE));
      expect(error.message).to.equal(
        "The migration of prod ended with exit code 1: Essential container in task exited",
      );
      expect(error.mend).to.contain("slipway logs migrate --stack prod");
    });

    it("fails where ECS has no place for it", async () => {
      const error = await failureOf(migrate(withJob({ stoppedReason: "RESOURCE:MEMORY" }), {}, PATIENCE));
      expect(error.message).to.equal("ECS cannot start the migration of prod: RESOURCE:MEMORY");
    });

    it("is not started twice, and goes on when nobody waits any more", async () => {
      const deployed = withJob({ looks: Infinity });
      const controller = new AbortController();
      const waiting = failureOf(migrate(deployed, { signal: controller.signal }, PATIENCE));
      while (!shop.aws.calls.includes("DescribeTasks")) await new Promise(setImmediate);
      controller.abort();
      expect(await waiting).to.include({ kind: "cancelled" });
      expect(await failureOf(migrate(deployed, {}, PATIENCE))).to.include({ kind: "locked" });
    });

    it("is nothing that every application has", async () => {
      expect((await failureOf(migrate(shop.deployed, {}, PATIENCE))).message).to.equal(
        "The application of prod has no migration.",
      );
    });
  });

  describe("a shell", () => {
    it("is opened only where the config allows it", async () => {
      for (const service of shop.aws.ecs.services.values()) service.enableExecuteCommand = false;
      const error = await failureOf(openSession(shop.deployed, ["true"]));
      expect(error.kind).to.equal("config");
      expect(error.mend).to.equal("slipway config set ecs.exec true --stack prod, then slipway up --stack prod");
    });

    it("needs a task that runs", async () => {
      for (const task of shop.aws.ecs.tasks) task.healthStatus = "UNHEALTHY";
      expect(await failureOf(openSession(shop.deployed, ["true"]))).to.include({ kind: "state" });
    });
  });
});
