import { expect } from "chai";
import { checkSettings, ConfigError, type Fault, type Settings, type SettingsInput } from "../../components";
import { versionFaults } from "../../components/app/celery-versions";

const BASE: SettingsInput = {
  app: { name: "shop", source: ".", entry: "app:app", celery: "app:celery" },
  processes: { worker: {} },
  targets: ["ecs"],
};

const check = (input: Partial<SettingsInput>): Settings =>
  checkSettings({ ...BASE, ...input }, { stack: "dev", available: ["ecs", "local"] });

function faults(input: Partial<SettingsInput>): readonly Fault[] {
  try {
    check(input);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
}

function only(input: Partial<SettingsInput>): Fault {
  const all = faults(input);
  expect(all.map(({ key }) => key)).to.have.length(1);
  return all[0] as Fault;
}

describe("what Celery and its broker need of each other", () => {
  it("is there in every default", () => {
    for (const kind of ["sqs", "amazon-mq", "rabbitmq-container"] as const) {
      expect(faults({ ecs: { broker: { kind } } }), kind).to.deep.equal([]);
    }
  });

  it("is a visibility timeout that no waiting task outlives", () => {
    const ecs = { broker: { kind: "sqs" as const, visibilityTimeout: 3599 } };
    const fault = only({ ecs });
    expect(fault).to.deep.include({ key: "ecs.broker.visibilityTimeout", value: "3599", allowed: "3600 to 43200" });
    expect(fault.problem).to.contain("it would run twice");
    expect(faults({ ecs: { broker: { kind: "sqs", visibilityTimeout: 3600 } } })).to.deep.equal([]);
    const longest = only({ processes: { worker: { longestEta: 50_000 } } });
    expect(longest.mend).to.equal("slipway config set processes.worker.longestEta 43200 --stack dev");
    expect(faults({ ecs, targets: ["local"] })).to.deep.equal([]);
  });

  it("is each queue once, ten at most, with names that SQS has room for", () => {
    const queues = (...names: string[]): Partial<SettingsInput> => ({
      ecs: { broker: { kind: "sqs", queues: names } },
    });
    expect(only(queues("a", "b", "a"))).to.deep.include({ key: "ecs.broker.queues[2]", problem: "is there twice" });
    const ten = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    expect(faults(queues(...ten))).to.deep.equal([]);
    expect(only(queues(...ten, "k"))).to.deep.include({ key: "ecs.broker.queues[10]" });
    const app = { ...BASE.app, name: "a".repeat(31) };
    expect(only({ ...queues("q".repeat(28)), app }).allowed).to.equal("27 characters or fewer");
    expect(faults({ ...queues("q".repeat(27)), app })).to.deep.equal([]);
  });

  it("is a soft shutdown that ends before the kill", () => {
    const worker = (softShutdown: number): Partial<SettingsInput> => ({
      processes: { worker: { stopTimeout: 30, softShutdown } },
    });
    expect(only(worker(30))).to.deep.include({ key: "processes.worker.softShutdown", value: "30" });
    expect(only(worker(30)).problem).to.contain("killed before it has handed its tasks back");
    expect(faults(worker(29))).to.deep.equal([]);
  });

  it("is a machine that runs the version, and an ETA that Amazon MQ can wait for", () => {
    const mq = (version: string, instanceType: string): Partial<SettingsInput> => ({
      ecs: { broker: { kind: "amazon-mq", version, instanceType } },
    });
    expect(only(mq("4.2", "mq.m5.large")).key).to.equal("ecs.broker.instanceType");
    expect(faults(mq("4.2", "mq.m7g.large"))).to.deep.equal([]);
    expect(faults(mq("3.13", "mq.m5.large"))).to.deep.equal([]);
    const processes = { worker: { longestEta: 3_000_000 } };
    expect(only({ processes, ecs: { broker: { kind: "amazon-mq" } } }).key).to.equal("processes.worker.longestEta");
    expect(faults({ processes, ecs: { broker: { kind: "rabbitmq-container" } } })).to.deep.equal([]);
  });

  it("is one scheduler, and a cache that is no cluster; both refusals say why", () => {
    const beat = { count: 2 } as unknown as { count: 1 };
    expect(JSON.stringify(faults({ processes: { worker: {}, beat } }))).to.contain("send every periodic task twice");
    const cache = { kind: "elasticache", clusterMode: true } as unknown as { kind: "elasticache" };
    expect(JSON.stringify(faults({ ecs: { cache } }))).to.contain("keys of several slots in one command");
  });

  it("is never said with a password that is not of the right form", () => {
    const password = "short canary";
    for (const ecs of [
      { broker: { kind: "amazon-mq" as const, password } },
      { database: { engine: "mysql" as const, password } },
    ]) {
      expect(JSON.stringify(only({ ecs })))
        .to.contain("password")
        .and.not.to.contain(password);
    }
  });

  it("is no Redis as a broker, which AWS would run for the cache alone", () => {
    const broker = { kind: "redis-container" } as unknown as { kind: "sqs" };
    expect(only({ ecs: { broker } }).allowed)
      .to.contain("rabbitmq-container")
      .and.to.contain("amazon-mq");
  });
});

describe("versions that the application nails down", () => {
  const refused = (input: Partial<SettingsInput>, requirements: string): string[] =>
    versionFaults(check(input), requirements, "dev").map(({ allowed }) => allowed ?? "");
  const rabbit = (version: string, kind: "rabbitmq-container" | "amazon-mq" = "rabbitmq-container") => ({
    ecs: { broker: { kind, version } },
  });

  it("know how to work with RabbitMQ from 4.3 on", () => {
    const old = "celery==5.6.2\nkombu==5.6.1 --hash=sha256:00\n";
    expect(refused(rabbit("4.3"), old)).to.deep.equal([
      "celery 5.7 or newer in its requirements",
      "kombu 5.7 or newer in its requirements",
    ]);
    expect(refused(rabbit("4.2"), old)).to.deep.equal([]);
    expect(refused(rabbit("4.3"), "celery[redis]==5.7.0\nkombu>=5.5\n")).to.deep.equal([]);
    expect(refused(rabbit("4.3"), "celery==5.6.3 ; python_version < '3.10'\ncelery==5.7.0\n")).to.deep.equal([]);
    expect(refused({ ...rabbit("4.3"), targets: ["local"] }, old)).to.deep.equal([]);
  });

  it("know the quorum queues of Amazon MQ, and how to shut down softly", () => {
    expect(refused(rabbit("4.2", "amazon-mq"), "celery==5.4.0\n")).to.have.length(1);
    expect(refused(rabbit("3.13", "amazon-mq"), "celery==5.4.0\n")).to.deep.equal([]);
    const processes = { worker: { softShutdown: 10 } };
    expect(refused({ processes }, "Celery == 5.4.0\n")).to.deep.equal(["celery 5.5 or newer in its requirements"]);
    expect(refused({ processes }, "celery==5.5.0\n")).to.deep.equal([]);
  });
});
