import { expect } from "chai";
import { confirmRollout, explainFailure, judge } from "../../automation/ecs/rollout";
import type { Progress } from "../../automation/engine/operations";
import { failureOf } from "../support/failure";
import { image, NEW, SimulatedShop } from "../support/simulated-shop";

const PATIENCE = { maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.02 };

describe("whether what was deployed serves (simulated ECS API)", () => {
  let shop: SimulatedShop;
  let aws: SimulatedShop["aws"];

  beforeEach(async () => {
    shop = await SimulatedShop.start();
    ({ aws } = shop);
  });
  afterEach(() => shop.stop());

  it("is so at once where every service is steady", async () => {
    await confirmRollout(shop.deployed, {}, PATIENCE);
    expect(aws.calls.filter((call) => call === "DescribeServices")).to.have.length(1);
  });

  it("is waited for, and said to be", async () => {
    shop.roll("worker", { looks: 5 });
    shop.roll("web", { looks: 8 });
    const told: Progress[] = [];
    await confirmRollout(shop.deployed, { onProgress: (progress) => told.push(progress) }, PATIENCE);
    expect(told).to.deep.equal([{ kind: "message", message: "Waiting until worker, web of prod run as deployed." }]);
    expect(aws.calls.filter((call) => call === "DescribeServices").length).to.be.greaterThan(8);
  });

  it("is not so after the circuit breaker has put the old tasks back: with the reason, the log and the way back", async () => {
    shop.roll("worker");
    shop.roll("web", { healthy: false, exitCode: 3, log: ["loading", "ValueError: DB_URI is missing"] });
    shop.settle();
    const error = await failureOf(confirmRollout(shop.deployed, {}, PATIENCE));
    expect(error.kind).to.equal("failed");
    const text = error.message.replaceAll(/ecs-svc\/\d+/g, "<id>").replaceAll(/task-\w{8}/g, "task-<id>");
    expect(text.split("\n")).to.deep.equal([
      "What was deployed to prod does not serve:",
      "  web: prod-shop-shop-web:1 is deployed instead of prod-shop-shop-web:2: " +
        "ECS deployment circuit breaker: rolling back to deploymentId <id>.",
      "    task-<id> stopped: Essential container in task exited (exit code 3)",
      "    | loading",
      "    | ValueError: DB_URI is missing",
      "    event: (service shop-web-1a2b3c4) rolling back to <id>.",
      "    event: (service shop-web-1a2b3c4) (deployment <id>) deployment failed: tasks failed to start.",
      "  serves now:",
      "    worker: prod-shop-shop-worker:2 (release 5f4e3d2c1b0a), 2 of 2 tasks",
      "    web: prod-shop-shop-web:1 (release 0a1b2c3d4e5f), 2 of 2 tasks",
    ]);
    expect(error.mend).to.match(/^slipway rollback 0a1b2c3d4e5f --stack prod puts every process back/);
  });

  it("is not so while a rollout fails before anybody's eyes", async () => {
    shop.roll("web", { healthy: false, stoppedReason: "Task failed ELB health checks in (target-group shop)" });
    const error = await failureOf(confirmRollout(shop.deployed, {}, PATIENCE));
    expect(error.message).to.contain("web: prod-shop-shop-web:1 is deployed instead of prod-shop-shop-web:2");
    expect(error.message).to.contain("stopped: Task failed ELB health checks in (target-group shop)");
    expect(error.message).not.to.contain("worker: prod-shop-shop-worker:1 is deployed");
  });

  it("is not so for a first deployment, which has nothing to be put back to", async () => {
    const arn = aws.ecs.register("prod-shop-shop-beat", image("worker", NEW), { healthy: false, exitCode: 1 });
    aws.ecs.deploy("shop-beat-1a2b3c4", arn);
    const [service] = [...aws.ecs.services.values()].slice(-1);
    Object.assign(service?.deployments[0] ?? {}, {
      rolloutState: "FAILED",
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
    });
    const services = { beat: "shop-beat-1a2b3c4" };
    const error = await failureOf(
      confirmRollout({ ...shop.deployed, services, definitions: { beat: arn } }, {}, PATIENCE),
    );
    expect(error.message).to.contain(
      "beat: the rollout of prod-shop-shop-beat:1 failed: ECS deployment circuit breaker: tasks failed to start.",
    );
    expect(error.mend).to.match(/^slipway rollback --stack prod puts an older release back/);
  });

  it("is not waited for without end", async () => {
    shop.roll("web", { looks: Infinity });
    const error = await failureOf(confirmRollout(shop.deployed, {}, { ...PATIENCE, maxWaitTime: 0.5 }));
    expect(error.message).to.contain("does not serve, after 0.5 s:");
    expect(error.message).to.match(
      /web: 2 of 2 tasks run, the rollout is IN_PROGRESS: ECS deployment \S+ in progress\./,
    );
  });

  it("is waited for until the signal", async () => {
    shop.roll("web", { looks: Infinity });
    const controller = new AbortController();
    const waiting = failureOf(confirmRollout(shop.deployed, { signal: controller.signal }, PATIENCE));
    setImmediate(() => {
      controller.abort();
    });
    expect((await waiting).kind).to.equal("cancelled");
  });

  it("is told as far as it is known where logs and images cannot be read", async () => {
    shop.roll("web", { healthy: false, exitCode: 3, log: ["never seen"] });
    aws.refusals.set("GetLogEvents", { code: "AccessDeniedException", message: "not authorized to logs:GetLogEvents" });
    aws.refusals.set("DescribeImages", {
      code: "AccessDeniedException",
      message: "not authorized to ecr:DescribeImages",
    });
    const error = await failureOf(confirmRollout(shop.deployed, {}, PATIENCE));
    expect(error.message).to.contain("web: prod-shop-shop-web:1 is deployed instead of prod-shop-shop-web:2");
    expect(error.message).to.contain("more could not be read: not authorized to logs:GetLogEvents");
    expect(error.mend).to.match(/^slipway rollback --stack prod/);
  });

  it("finds a service that is gone", async () => {
    aws.ecs.services.delete("shop-web-1a2b3c4");
    const error = await failureOf(confirmRollout(shop.deployed, {}, PATIENCE));
    expect(error.kind).to.equal("state");
    expect(error.message).to.equal("The service shop-web-1a2b3c4 of web is not in the cluster prod-shop.");
  });

  it("has nothing to explain where all serves, and says what does not where an update failed", async () => {
    expect(await explainFailure(shop.deployed)).to.equal(undefined);
    shop.roll("web", { healthy: false, exitCode: 3, log: ["ValueError"] });
    shop.settle();
    expect((await explainFailure(shop.deployed))?.lines.join("\n")).to.contain("| ValueError");
  });
});

describe("a service that is judged", () => {
  const wanted = "arn:aws:ecs:eu-central-1:123456789012:task-definition/shop:2";
  const primary = { status: "PRIMARY", taskDefinition: wanted, rolloutState: "COMPLETED" } as const;
  const steady = { deployments: [primary], runningCount: 2, desiredCount: 2 };

  const CASES: [string, Parameters<typeof judge>[0], string][] = [
    ["serves when it is steady", steady, "serves"],
    [
      "waits while old tasks are there",
      { ...steady, deployments: [primary, { status: "ACTIVE", runningCount: 1 }] },
      "waits",
    ],
    [
      "serves beside what has failed",
      { ...steady, deployments: [primary, { rolloutState: "FAILED", runningCount: 0 }] },
      "serves",
    ],
    ["waits while tasks are missing", { ...steady, runningCount: 1 }, "waits"],
    ["waits while there is one too many", { ...steady, runningCount: 3 }, "waits"],
    [
      "waits while the rollout goes on",
      { ...steady, deployments: [{ ...primary, rolloutState: "IN_PROGRESS" }] },
      "waits",
    ],
    ["failed when the rollout did", { ...steady, deployments: [{ ...primary, rolloutState: "FAILED" }] }, "failed"],
    ["failed when no task is wanted", { ...steady, runningCount: 0, desiredCount: 0 }, "failed"],
    [
      "failed when it runs another definition",
      { ...steady, deployments: [{ ...primary, taskDefinition: "shop:1" }] },
      "failed",
    ],
    ["failed when nothing is deployed", {}, "failed"],
  ];
  for (const [title, service, state] of CASES) {
    it(title, () => {
      expect(judge(service, wanted).state).to.equal(state);
    });
  }
});
