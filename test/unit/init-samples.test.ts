import { expect } from "chai";
import { join } from "node:path";
import { inspectApp } from "../../automation/init/inspect";
import { where, type Fact } from "../../automation/init/inspection";
import { packageRoot } from "../../components/package-root";

const fixtures = join(packageRoot, "test/apps/fixtures/own");
const chosen = (fact: Fact) => fact.chosen?.value;
const others = (fact: Fact) => fact.alternatives.map(({ value }) => value);
const evidence = (fact: Fact) => fact.chosen?.evidence.map(where);

describe("slipway init: the sample apps", () => {
  it("knows everything about an app with a factory, requirements.txt, Celery and Flask-Migrate", async () => {
    const app = await inspectApp(join(fixtures, "factory-requirements"));
    expect(app.findings).to.deep.equal([]);
    expect([chosen(app.entry), chosen(app.celery), chosen(app.requirements), chosen(app.migrate), chosen(app.health)])
      // prettier-ignore
      .to.deep.equal(["shop:create_app", "shop.worker:celery", "requirements.txt", "flask db upgrade", "/healthz"]);
    expect(evidence(app.entry)).to.deep.equal(["Procfile:1"]);
    expect(evidence(app.celery)).to.deep.equal(["Procfile:2", "Procfile:3"]);
    expect(app.beat?.evidence.map(where)).to.deep.equal(["Procfile:3", "shop/__init__.py:15"]);
    expect(app.packages).to.deep.equal(["flask", "flask-sqlalchemy", "flask-migrate", "celery"]);
    expect(chosen(app.roles.database)).to.equal("DATABASE_URL");
    expect(evidence(app.roles.database)).to.deep.equal(["shop/config.py:4"]);
    expect(app.variables.filter(({ required }) => required).map(({ name }) => name)).to.deep.equal([
      "DATABASE_URL",
      "SECRET_KEY",
    ]);
  });

  it("finds a module-level app, and asks for nothing that only its development server needs", async () => {
    const app = await inspectApp(join(fixtures, "module-app"));
    expect(app.findings).to.deep.equal([]);
    expect([chosen(app.entry), chosen(app.health), app.name.value]).to.deep.equal(["app:app", "/ping", "module-app"]);
    expect([app.celery, app.migrate]).to.deep.equal([{ alternatives: [] }, { alternatives: [] }]);
    expect(app.beat).to.equal(undefined);
    expect(app.variables.map(({ name, required }) => [name, required])).to.deep.equal([["GREETING", false]]);
  });

  it("reads a src layout, [project] dependencies, Alembic and variables behind the app's own helper", async () => {
    const app = await inspectApp(join(fixtures, "pyproject-src"));
    expect(app.findings).to.deep.equal([]);
    expect(chosen(app.entry)).to.equal(undefined);
    expect(others(app.entry)).to.deep.equal([
      "tickets.web:build_app('development')",
      "tickets.web:build_app('production')",
    ]);
    expect(app.entry.argumentsNeeded).to.deep.equal({ "tickets.web:build_app": ["profile"] });
    expect([chosen(app.celery), chosen(app.requirements), chosen(app.migrate)])
      // prettier-ignore
      .to.deep.equal(["tickets.jobs:queue", "pyproject.toml", "alembic upgrade head"]);
    expect([app.name.value, app.requiresPython?.value]).to.deep.equal(["acme-tickets", ">=3.9"]);
    expect([chosen(app.health), ...others(app.health)]).to.deep.equal(["/status/ready", "/status/live"]);
    const { database, broker, secretKey } = app.roles;
    expect([database, broker, secretKey].map(chosen)).to.deep.equal(["TICKETS_DB", "BROKER_URL", "TICKETS_SECRET"]);
    expect(app.variables.find(({ name }) => name === "SUPPORT_ADDRESS")?.required).to.equal(true);
    expect(app.variables.find(({ name }) => name === "PAGE_SIZE")?.required).to.equal(false);
  });

  it("leaves two factories and two Celery apps open", async () => {
    const app = await inspectApp(join(fixtures, "ambiguous"));
    expect([chosen(app.entry), chosen(app.celery)]).to.deep.equal([undefined, undefined]);
    expect(others(app.entry)).to.deep.equal(["admin:create_app", "store:create_app"]);
    expect(others(app.celery)).to.deep.equal(["admin.jobs:celery", "store.jobs:celery"]);
  });

  it("says how to export what Poetry lists in its own form", async () => {
    const app = await inspectApp(join(fixtures, "poetry-legacy"));
    expect(chosen(app.requirements)).to.equal(undefined);
    const [finding] = app.findings.filter(({ level }) => level === "error");
    expect(finding?.fix).to.contain("poetry export --output requirements.txt");
    expect(finding?.evidence.map(where)).to.deep.equal(["pyproject.toml:7"]);
  });

  it("names a file with a syntax error and reads the others", async () => {
    const app = await inspectApp(join(fixtures, "broken"));
    expect(chosen(app.entry)).to.equal("wiki:create_app");
    expect(app.findings.map(({ level, evidence }) => [level, evidence.map(where)])).to.deep.equal([
      ["warning", ["wiki/pages.py:7"]],
    ]);
  });
});
