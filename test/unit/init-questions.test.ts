import { expect } from "chai";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { askOpen, CancelledError } from "../../automation/init/ask";
import { answer } from "../../automation/init/draft";
import { answersFromFlags } from "../../automation/init/flags";
import { inspectApp } from "../../automation/init/inspect";
import type { Inspection, Variable } from "../../automation/init/inspection";
import { openQuestions } from "../../automation/init/questions";
import { checkSettings } from "../../components/config";
import { packageRoot } from "../../components/package-root";

const inspections = new Map<string, Inspection>();
async function fixture(name: string): Promise<Inspection> {
  const known = inspections.get(name) ?? (await inspectApp(join(packageRoot, "test/apps/fixtures/own", name)));
  inspections.set(name, known);
  return known;
}
const keys = (inspection: Inspection, given = {}) => openQuestions(inspection, given).map(({ key }) => key);
const variable = (name: string, more: Partial<Variable> = {}): Variable => ({
  name,
  required: true,
  secret: false,
  roles: [],
  evidence: [],
  ...more,
});
const failure = (promise: Promise<unknown>) => promise.then(String, String);

describe("slipway init: open questions", () => {
  it("asks nothing about an app that says everything itself", async () => {
    expect(keys(await fixture("factory-requirements"))).to.deep.equal([]);
    expect(keys(await fixture("module-app"))).to.deep.equal([]);
  });

  it("asks which app, which Celery app, and with which argument", async () => {
    expect(keys(await fixture("ambiguous"))).to.deep.equal(["entry", "celery"]);
    const [entry, address] = openQuestions(await fixture("pyproject-src"));
    expect(entry?.text).to.contain("tickets.web:build_app needs an argument (profile)");
    expect(entry?.choices.map(({ value }) => value)).to.deep.equal([
      "tickets.web:build_app('development')",
      "tickets.web:build_app('production')",
    ]);
    expect(entry?.choices[0]?.hint).to.contain("src/tickets/web.py:46");
    expect(address?.flag).to.equal("--env SUPPORT_ADDRESS=<value>");
  });

  it("does not ask again what was answered, and asks for the broker only where there is Celery", async () => {
    const app = await fixture("pyproject-src");
    expect(keys(app, { entry: "tickets.web:build_app('production')", "env.SUPPORT_ADDRESS": "x" })).to.deep.equal([]);
    expect(keys(app, { celery: "none" })).to.deep.equal(["entry", "env.BROKER_URL", "env.SUPPORT_ADDRESS"]);
  });

  it("asks for a required variable that Slipway does not provide: secretly if it looks secret", async () => {
    const app = await fixture("module-app");
    const variables = [
      variable("API_TOKEN", { secret: true }),
      variable("RESULTS", { roles: ["resultBackend"] }),
      variable("SPARE", { required: false }),
    ];
    const questions = openQuestions({ ...app, variables });
    expect(questions.map(({ flag, secret, initial }) => [flag, secret, initial])).to.deep.equal([
      ["--env API_TOKEN", true, undefined],
      ["--env RESULTS=<value>", false, undefined],
    ]);
  });

  it("asks which of two variables carries the database, then for the other", async () => {
    const app = await fixture("module-app");
    const variables = [variable("MAIN_DB", { roles: ["database"] }), variable("STATS_DB", { roles: ["database"] })];
    const database = { alternatives: variables.map(({ name }) => ({ value: name, evidence: [] })) };
    const two = { ...app, variables, roles: { ...app.roles, database } };
    expect(keys(two)).to.deep.equal(["variables.database"]);
    expect(keys(two, { "variables.database": "MAIN_DB" })).to.deep.equal(["env.STATS_DB"]);
  });

  it("refuses answers that are none", async () => {
    const [entry] = openQuestions(await fixture("pyproject-src"));
    const wrong = [
      "app",
      "a:b:c",
      "a:b(os.system('x'))",
      "a:b('x'",
      "tickets.web:build_app",
      "tickets.web:build_app()",
    ];
    expect(wrong.filter((value) => entry?.validate(value) === undefined)).to.deep.equal([]);
    const right = ["a:b", "a.b:c", "a:b()", "a:b('x', debug=True, n=-1.5)", "tickets.web:build_app('prod')"];
    expect(right.filter((value) => entry?.validate(value) !== undefined)).to.deep.equal([]);
    const [, celery] = openQuestions(await fixture("ambiguous"));
    expect([celery?.validate("none"), celery?.validate("a.b:c")]).to.deep.equal([undefined, undefined]);
    expect(celery?.validate("a.b.c")).to.contain("module:attribute");
  });
});

describe("slipway init: answers", () => {
  it("drafts a stack from what was found, with the reasons", async () => {
    const draft = answer(await fixture("factory-requirements"), {});
    const { source, ...app } = draft.app;
    expect(source).to.equal(join(packageRoot, "test/apps/fixtures/own/factory-requirements"));
    expect(app).to.deep.equal({
      name: "factory-requirements",
      entry: "shop:create_app",
      celery: "shop.worker:celery",
      requirements: "requirements.txt",
      migrate: "flask db upgrade",
      health: { live: "/healthz", ready: "/healthz" },
      variables: { database: "DATABASE_URL", resultBackend: "CELERY_RESULT_BACKEND" },
    });
    expect(draft.processes).to.deep.equal({ web: { count: 2 }, worker: { count: 1 }, beat: {} });
    expect(draft.reasons["app.variables.database"]).to.equal("shop/config.py:4");
  });

  it("puts answers before findings, keeps secrets apart, and runs no worker where there is none", async () => {
    const given = {
      name: "shop",
      celery: "none",
      migrate: "none",
      seed: "flask fill",
      "env.A": "1",
      "env.API_KEY": "k",
    };
    const draft = answer(await fixture("factory-requirements"), given);
    expect(draft.app).to.include({ name: "shop", seed: "flask fill" }).and.not.have.any.keys("celery", "migrate");
    expect([draft.processes, draft.env, draft.secrets]).to.deep.equal([
      { web: { count: 2 } },
      { A: "1" },
      { API_KEY: "k" },
    ]);
  });

  it("takes no value for what Slipway sets itself, but one for where results are kept, and for a broker elsewhere", async () => {
    const shop = await fixture("factory-requirements");
    expect(() => answer(shop, { "env.DATABASE_URL": "x", "env.SECRET_KEY": "y" }))
      .to.throw("--env DATABASE_URL: Slipway sets it itself, to the database URL")
      .with.property("message")
      .that.includes("--env SECRET_KEY: ");
    expect(() => answer(shop, { "env.CELERY_BROKER_URL": "x" })).to.throw("--variable broker=<NAME>");
    const kept = answer(shop, { "env.CELERY_RESULT_BACKEND": "file:///r" });
    expect([kept.app.variables, kept.env]).to.deep.equal([
      { database: "DATABASE_URL" },
      { CELERY_RESULT_BACKEND: "file:///r" },
    ]);
    const { app, env } = answer(shop, { celery: "none", "env.CELERY_BROKER_URL": "redis://elsewhere" });
    expect([app.variables, env]).to.deep.equal([
      { database: "DATABASE_URL" },
      { CELERY_BROKER_URL: "redis://elsewhere" },
    ]);
    const settings = { app: { ...app, source: "." }, env, targets: ["local"] };
    const checked = checkSettings(settings, { stack: "dev", available: ["local"] });
    expect(checked.env).to.deep.equal({ CELERY_BROKER_URL: "redis://elsewhere" });
  });

  it("lists everything that is wrong or missing at once", async () => {
    const app = await fixture("pyproject-src");
    expect(() => answer(app, { name: "Not Fit", celery: "x", migrate: " " }))
      .to.throw("--name: ")
      .with.property("message")
      .that.includes("--entry <module:app>: ")
      .and.includes("--env SUPPORT_ADDRESS=<value>: ")
      .and.includes("--celery: module:attribute is needed")
      .and.includes("--migrate: a value is needed");
  });

  it("reads options; a variable without a value comes from the caller's environment", () => {
    const flags = { entry: "a:b", env: ["A=x=y", "TOKEN"], variable: ["database=MY_DB"] };
    expect(answersFromFlags(flags, { TOKEN: "t" })).to.deep.equal({
      entry: "a:b",
      "env.A": "x=y",
      "env.TOKEN": "t",
      "variables.database": "MY_DB",
    });
    expect(() => answersFromFlags({ env: ["TOKEN"] }, {})).to.throw("--env TOKEN");
    expect(() => answersFromFlags({ variable: ["disk=X"] }, {})).to.throw(
      "environment, database, broker, resultBackend, secretKey",
    );
  });
});

describe("slipway init: asking", () => {
  const enter = "\r";
  const controlC = "\u0003";
  const down = "\u001b[B";

  /** A terminal that types the next keys whenever a new question has been shown. */
  function terminal(...keystrokes: string[]) {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 50 });
    let shown = "";
    output.on("data", (data: Buffer) => {
      shown += data.toString();
      // The prompts hide the cursor when they are ready for a key.
      if (data.toString().includes("\u001b[?25l")) {
        setImmediate(() => input.write(keystrokes.shift() ?? controlC));
      }
    });
    return { input, output, shown: () => shown };
  }

  it("lists options and candidates where nobody can answer", async () => {
    const message = await failure(askOpen(await fixture("ambiguous"), {}));
    expect(message).to.contain("--entry <module:app>").and.contain("- admin:create_app  (admin/__init__.py:6");
    expect(message).to.contain("--celery <module:attribute>").and.contain("- store.jobs:celery");
  });

  it("refuses an app whose packages cannot be installed, before any question", async () => {
    const message = await failure(askOpen(await fixture("poetry-legacy"), {}, terminal()));
    expect(message).to.contain("pyproject.toml:7").and.contain("poetry export --output requirements.txt");
    const { app } = await askOpen(await fixture("poetry-legacy"), { requirements: "requirements.txt" });
    expect([app.entry, app.requirements]).to.deep.equal(["notes:make_app", "requirements.txt"]);
  });

  it("asks in the terminal", async () => {
    const tty = terminal(down + enter, enter);
    const draft = await askOpen(await fixture("ambiguous"), {}, tty);
    expect([draft.app.entry, draft.app.celery]).to.deep.equal(["store:create_app", "admin.jobs:celery"]);
    expect(tty.shown()).to.contain("Which is the Flask app?").and.contain("admin/__init__.py:6");
  });

  it("does not show a secret that is typed", async () => {
    const app = { ...(await fixture("module-app")), variables: [variable("API_TOKEN", { secret: true })] };
    const tty = terminal(`hunter2${enter}`);
    const { secrets } = await askOpen(app, {}, tty);
    expect(secrets).to.deep.equal({ API_TOKEN: "hunter2" });
    expect(tty.shown()).to.contain("API_TOKEN").and.not.contain("hunter2");
  });

  it("ends with CancelledError on Ctrl-C", async () => {
    const outcome = await askOpen(await fixture("ambiguous"), {}, terminal(controlC)).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(CancelledError);
  });
});
