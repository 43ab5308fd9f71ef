import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { SettingsInput } from "../../components";
import { until } from "../engine/support/wait";
import { visit, without } from "../support/blog";
import type { BeanstalkInput } from "../unit/support/beanstalk";
import { Instance, noInstance } from "./support/beanstalk";
import { startSqs, type Queues } from "./support/queues";
import { blog, closeTicket, hello, openTicket, stateOf, tickets, type Sample } from "./support/samples";
import { shipped } from "./support/shipped";
import { noPostgres, noRabbit, startPostgres, startRabbit, type Postgres, type Service } from "./support/services";

const absent = [noInstance(), noPostgres(), noRabbit()].filter((reason) => reason !== undefined).join(", ");

describe(`the bundle of the target beanstalk, run as its platform would${absent === "" ? "" : ` (${absent})`}`, function () {
  this.timeout(300_000);
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-bundles-"));
  const instances: Instance[] = [];
  let postgres: Postgres;
  let rabbit: Service;
  let queues: Queues;

  before(async function () {
    if (absent !== "") return this.skip();
    [postgres, rabbit, queues] = await Promise.all([startPostgres(), startRabbit(), startSqs()]);
  });
  afterEach(async () => {
    await Promise.all(instances.map((instance) => instance.kill()));
    for (const instance of instances.splice(0)) instance.dispose();
  });
  after(async () => {
    for (const service of [postgres, rabbit, queues] as (Service | Queues | undefined)[]) await service?.stop();
    rmSync(folder, { recursive: true });
  });

  const launch = (): Instance => {
    const instance = new Instance();
    instances.push(instance);
    return instance;
  };

  it("serves an application without a database, its static files by nginx", async () => {
    const instance = launch();
    const { web } = await shipped(hello, {}, {}, folder);
    await instance.deploy(web);
    await hello.journey(instance.url);
    const style = await fetch(`${instance.url}/static/style.css`);
    expect(style.headers.get("x-content-type-options")).to.equal("nosniff");
    expect((await fetch(`${instance.url}/static/none.css`)).status).to.equal(404);
    // Whoever looks for a WSGI application finds the same one.
    expect(instance.python("from application import application; print(application.name)")).to.equal("app\n");
    await instance.stop();
    expect(instance.output).not.to.contain("Traceback");
  });

  for (const kind of ["tornado", "uwsgi"] as const) {
    it(`serves it with ${kind} too`, async () => {
      const instance = launch();
      const { web } = await shipped(hello, {}, {}, folder, { server: { kind } });
      await instance.deploy(web);
      await hello.journey(instance.url);
      await instance.stop();
      expect(instance.output).not.to.contain("Traceback");
    });
  }

  it(`runs web, worker and beat of the blog on one instance, with a file as its database${without}`, async () => {
    const instance = launch();
    const { web } = await shipped(blog, { broker: { kind: "amazon-mq" } }, { CELERY_BROKER_URL: rabbit.url }, folder);
    await instance.deploy(web);
    await visit(instance.url, "beanstalk");
    expect(instance.ended).to.deep.equal([]);
    expect(instance.outputOf("beat")).to.contain("beat: Starting");
    await instance.stop();
    expect(instance.output).not.to.contain("Traceback");
  });

  describe("in production", () => {
    const production: Partial<SettingsInput> = {
      environment: "prod",
      processes: { web: { count: 2 }, worker: { count: 1, softShutdown: 3 } },
    };
    let database: Record<string, string>;
    let number = 0;

    beforeEach(() => {
      const url = postgres.database(`tickets_${++number}`).replace("postgres:", "postgresql+psycopg:");
      database = { TICKETS_DB: url };
    });

    /** What is shipped of a copy of the application in which a text stands for another. */
    const version = async (from = "", to = "", more: BeanstalkInput = {}): ReturnType<typeof shipped> => {
      const source = mkdtempSync(path.join(folder, "source-"));
      cpSync(tickets.settings.app.source, source, { recursive: true });
      const web = path.join(source, "src/tickets/web.py");
      writeFileSync(web, readFileSync(web, "utf8").replace(from, to));
      const sample: Sample = {
        ...tickets,
        settings: { ...tickets.settings, app: { ...tickets.settings.app, source } },
      };
      const bundles = mkdtempSync(path.join(folder, "bundles-"));
      return shipped(sample, { database: { engine: "postgres" }, ...more }, database, bundles, production);
    };

    const jobs = (instance: Instance): string =>
      instance.steps
        .filter(({ name }) => name.includes("migrate"))
        .map(({ output }) => output)
        .join("");

    it("migrates on one of several instances, which start at the same time, and works apart from the web", async () => {
      Object.assign(database, queues.variables);
      const { web, worker } = await version();
      const [apart, ...servers] = [launch(), launch(), launch()] as [Instance, ...Instance[]];
      if (worker === undefined) throw new Error("There is no worker environment.");
      await Promise.all([apart.deploy(worker), ...servers.map((server) => server.deploy(web))]);
      const all = [apart, ...servers].map(jobs);
      expect(all.filter((output) => /migrate: done$/m.test(output))).to.have.length(1);
      expect(all.filter((output) => output.includes("another instance has done it"))).to.have.length(2);
      expect(await (await fetch(apart.url)).text()).to.equal("well\n");
      for (const { url } of servers) await tickets.journey(url);
      expect([apart, ...servers].flatMap((instance) => instance.ended)).to.deep.equal([]);
    });

    it("loses no task when the workers are replaced", async () => {
      database["BROKER_URL"] = rabbit.url;
      const { web, worker } = await version("", "", { broker: { kind: "amazon-mq" } });
      const [apart, server] = [launch(), launch()];
      if (worker === undefined) throw new Error("There is no worker environment.");
      await Promise.all([apart.deploy(worker), server.deploy(web)]);
      const opened = await Promise.all([1, 2, 3, 4, 5, 6].map((one) => openTicket(server.url, `Ticket ${one}`)));
      await Promise.all(opened.map((id) => closeTicket(server.url, id)));
      await apart.stop();
      await apart.deploy(worker);
      const states = (): Promise<(string | undefined)[]> => Promise.all(opened.map((id) => stateOf(server.url, id)));
      await until("all tickets are closed", async () => (await states()).every((state) => state === "closed"));
    });

    it("replaces a release, and keeps the one that serves when the next one does not load", async () => {
      const server = launch();
      await server.deploy((await version()).web);
      const next = await version('service="tickets"', 'service="tickets 2"');
      await server.deploy(next.web);
      const answer = async (): Promise<unknown> => (await fetch(server.url)).json();
      expect(await answer()).to.include({ service: "tickets 2" });
      expect(jobs(server)).to.match(/migrate: done$/m);
      await server.deploy({ ...next.web, variables: { ...next.web.variables, SLIPWAY_KEEP_DATABASE: next.release } });
      expect(jobs(server)).to.contain("the database stays as it is");
      const broken = (await version("def build_app", "raise RuntimeError('broken')\n\n\ndef build_app")).web;
      const fault = await server.deploy(broken).catch((error: unknown) => String(error));
      expect(fault).to.contain("predeploy").and.to.contain("RuntimeError: broken");
      expect(await answer()).to.include({ service: "tickets 2" });
    });
  });
});
