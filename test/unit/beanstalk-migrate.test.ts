import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { migrate, migrationLine } from "../../automation/beanstalk/migrate";
import { SimulatedEnvironments } from "../support/simulated-environments";
import { failureOf } from "../support/failure";

const PATIENCE = { maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.02 };

describe("the migration on an instance of Elastic Beanstalk (simulated API)", () => {
  let shop: SimulatedEnvironments;
  let project: string;
  let told: string[];

  beforeEach(async () => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-migrate-"));
    shop = await SimulatedEnvironments.start();
    shop.deployed = { ...shop.deployed, place: { project, stack: "prod" } };
    told = [];
    configure();
  });
  afterEach(async () => {
    await shop.stop();
    rmSync(project, { recursive: true });
  });

  const configure = ({ command = "flask db upgrade", exec = true } = {}): void => {
    const app = { name: "shop", source: "app", entry: "shop:app", ...(command !== "" && { migrate: command }) };
    const config = { "slipway:app": app, "slipway:targets": ["beanstalk"], "slipway:beanstalk": { exec } };
    writeFileSync(path.join(project, "Pulumi.prod.yaml"), stringify({ config }));
  };
  const run = (signal?: AbortSignal): Promise<void> =>
    migrate(
      shop.deployed,
      {
        onProgress: (progress) => {
          if (progress.kind === "message") told.push(progress.message);
        },
        ...(signal && { signal }),
      },
      PATIENCE,
    );

  it("runs on one web instance that is well, as the application, and tells what it wrote", async () => {
    shop.aws.commands.fate = { output: "Running upgrade -> 1a2b\n\u001b[2Jslipway: migrate: done\n" };
    const [web] = shop.environment("web").instances;
    shop.environment("web").instances.unshift({ id: "i-0000000000000bad0", version: "", health: "Severe", causes: [] });
    await run();
    expect(told).to.deep.equal(["Running upgrade -> 1a2b", "slipway: migrate: done"]);
    expect(shop.aws.calls.filter((call) => call === "SendCommand")).to.have.length(1);
    expect(shop.aws.asked.get("SendCommand")).to.deep.equal({
      InstanceIds: [web?.id],
      DocumentName: "AWS-RunShellScript",
      Comment: "migration of prod",
      TimeoutSeconds: 120,
      Parameters: { commands: [migrationLine(["flask", "db", "upgrade"])], executionTimeout: ["172800"] },
    });
  });

  it("fails with what it wrote last", async () => {
    const output = "sqlalchemy.exc.OperationalError\nslipway: migrate: failed with exit code 1\n";
    shop.aws.commands.fate = { status: "Failed", exitCode: 1, output };
    const { kind, message } = await failureOf(run());
    expect({ kind, message }).to.deep.equal({
      kind: "failed",
      message: "The migration of prod failed on web-1a2b3c4f: slipway: migrate: failed with exit code 1",
    });
    expect(told[0]).to.equal("sqlalchemy.exc.OperationalError");
  });

  it("fails where it wrote nothing, and where the instance did not take it", async () => {
    shop.aws.commands.fate = { status: "Failed", exitCode: 127 };
    expect((await failureOf(run())).message).to.contain("failed on web-1a2b3c4f: exit code 127");
    shop.aws.commands.fate = { status: "TimedOut", details: "DeliveryTimedOut", exitCode: -1 };
    expect((await failureOf(run())).message).to.contain(
      "failed on web-1a2b3c4f: Systems Manager says DeliveryTimedOut",
    );
  });

  it("is not run beside another one", async () => {
    shop.aws.commands.fate = {
      status: "Failed",
      exitCode: 75,
      output: "slipway: migrate: another instance is at it\n",
    };
    const { kind, message } = await failureOf(run());
    expect({ kind, message }).to.deep.equal({
      kind: "locked",
      message: "A migration of prod runs already, on one of its instances.",
    });
  });

  it("goes on when nobody waits for it any more, and says how to ask for it", async () => {
    const controller = new AbortController();
    shop.aws.meanwhile = () => {
      if (shop.aws.calls.includes("GetCommandInvocation")) controller.abort();
    };
    const { kind, mend } = await failureOf(run(controller.signal));
    expect(kind).to.equal("cancelled");
    expect(mend).to.match(
      /^the migration goes on: aws ssm get-command-invocation --command-id \S{36} --instance-id i-\w+$/,
    );
  });

  const REFUSED: [what: string, prepare: () => void, kind: string, message: string][] = [
    ["without a migration", () => configure({ command: "" }), "usage", "The application of prod has no migration."],
    ["where nobody may run a command", () => configure({ exec: false }), "config", "slipway:beanstalk.exec is off"],
    [
      "where no web instance is well",
      () => Object.assign(shop.environment("web").instances[0] ?? {}, { health: "Severe" }),
      "state",
      "No web instance of prod is well.",
    ],
    [
      "where Systems Manager does not reach the instance",
      () => shop.aws.refusals.set("SendCommand", { code: "InvalidInstanceId", message: "not in a valid state" }),
      "state",
      "is not connected to Systems Manager.",
    ],
  ];
  for (const [what, prepare, kind, message] of REFUSED) {
    it(`is refused ${what}`, async () => {
      prepare();
      const error = await failureOf(run());
      expect(error.kind).to.equal(kind);
      expect(error.message).to.contain(message);
    });
  }
});
