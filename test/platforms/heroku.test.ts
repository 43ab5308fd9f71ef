import { expect } from "chai";
import { until } from "../engine/support/wait";
import { visit, without } from "../support/blog";
import { HerokuApp } from "./support/heroku";
import { blog, closeTicket, hello, openTicket, stateOf, tickets } from "./support/samples";
import { noPostgres, noRabbit, startPostgres, startRabbit, type Postgres, type Service } from "./support/services";

const absent = [noPostgres(), noRabbit()].filter((reason) => reason !== undefined).join(", ");

/** Seconds between SIGTERM and SIGKILL at Heroku. */
const STOP_SECONDS = 30;

describe(`the bundle of the target heroku, run as Heroku would${absent === "" ? "" : ` (${absent})`}`, function () {
  this.timeout(300_000);
  let postgres: Postgres;
  let rabbit: Service;
  const services: Service[] = [];
  const apps: HerokuApp[] = [];

  before(async function () {
    if (absent !== "") return this.skip();
    [postgres, rabbit] = await Promise.all([startPostgres(), startRabbit()]);
    services.push(postgres, rabbit);
  });

  after(async () => {
    for (const app of apps) app.dispose();
    await Promise.all(services.map((service) => service.stop()));
  });

  const make = async (...args: Parameters<typeof HerokuApp.make>): Promise<HerokuApp> => {
    const app = await HerokuApp.make(...args);
    apps.push(app);
    return app;
  };

  /** Runs the processes for as long as `use` takes; they are gone in time, and well until then. */
  const running = async (app: HerokuApp, types: string[], use: () => Promise<void>): Promise<void> => {
    const processes = app.start(...types);
    try {
      await app.answers(processes);
      await use();
      processes.signal("SIGTERM");
      await processes.ended(STOP_SECONDS);
    } finally {
      await processes.stop("SIGKILL");
    }
    expect(processes.output, processes.output).not.to.match(/Traceback|SIGKILL/);
  };

  it("serves an application without a database, which needs no release phase of its own", async () => {
    const app = await make(hello, {}, { database: { kind: "none" } });
    expect(await app.release()).to.equal(0);
    await running(app, ["web"], () => hello.journey(app.url));
  });

  it(`migrates, serves and works for the blog, with beat beside it${without}`, async () => {
    const urls = { "heroku-postgresql": postgres.database("blog"), cloudamqp: rabbit.url };
    const app = await make(blog, urls);
    expect(await app.release()).to.equal(0);
    await running(app, ["web", "worker", "beat"], async () => {
      await visit(app.url, "heroku");
      const ready = await (await fetch(`${app.url}/health/ready`)).text();
      expect(ready).to.contain('"ready"');
    });
  });

  it("loses no task of an application with names of its own, whenever it is stopped", async () => {
    const urls = { "heroku-postgresql": postgres.database("tickets"), cloudamqp: rabbit.url };
    const app = await make(tickets, urls);
    expect(await app.release()).to.equal(0);
    const opened: number[] = [];
    await running(app, ["web", "worker"], async () => {
      await tickets.journey(app.url);
      for (let number = 0; number < 10; number++) opened.push(await openTicket(app.url, `Ticket ${number}`));
      // Whoever closes one of them has to wait: there are tasks under way, and tasks in the queue behind them.
      const held = postgres.session("tickets", "BEGIN; SELECT id FROM tickets FOR UPDATE; SELECT pg_sleep(2)");
      await until("the tickets are held", () => held.output.includes("rows)"));
      await Promise.all(opened.map((id) => closeTicket(app.url, id)));
    });
    await running(app, ["web", "worker"], async () => {
      const states = (): Promise<(string | undefined)[]> => Promise.all(opened.map((id) => stateOf(app.url, id)));
      await until("all tickets are closed", async () => (await states()).every((state) => state === "closed"));
    });
  });

  it("does not come to serve with a release that cannot be prepared", async () => {
    const gone = { "heroku-postgresql": "postgres://owner:wrong@127.0.0.1:1/gone", cloudamqp: rabbit.url };
    const app = await make(tickets, gone);
    const release = app.start("release");
    expect(await release.ended(60)).not.to.equal(0);
    expect(release.output).to.contain("OperationalError").and.not.to.contain("wrong");
    // One that is put back is prepared without a migration.
    app.configure({ SLIPWAY_KEEP_DATABASE: app.version });
    expect(await app.release()).to.equal(0);
  });
});
