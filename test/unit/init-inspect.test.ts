import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { where, type Fact, type Inspection } from "../../automation/init/inspection";
import { inspectApp } from "../../automation/init/inspect";
import { packageRoot } from "../../components/package-root";

const chosen = (fact: Fact) => fact.chosen?.value;
const others = (fact: Fact) => fact.alternatives.map(({ value }) => value);

describe("slipway init: other shapes of apps", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-init-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function inspect(files: Record<string, string>): Promise<Inspection> {
    for (const [file, content] of Object.entries({ "requirements.txt": "flask\n", ...files })) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    return inspectApp(folder);
  }

  const factory = "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n";
  const two = {
    "a.py": "from flask import Flask\nweb = Flask('a')\n",
    "b.py": "import flask\nsite = flask.Flask('b')\n",
  };

  const entries: [string, Record<string, string>, string | undefined][] = [
    ["an annotated factory", { "p.py": "import flask\ndef serve() -> flask.Flask: ...\n" }, "p:serve"],
    ["a subclass of Flask", { "k.py": "from flask import Flask\nclass S(Flask): pass\n", "m.py": "from k import S\nx = S('a')\n" }, "m:x"],
    ["a factory that calls another", { "b.py": factory, "c.py": "import b\ndef make():\n    a = b.create_app()\n    return a\n", "wsgi.py": "import c\napplication = c.make()\n" }, undefined],
    ["the instance in wsgi.py of a factory that needs an argument", { "p/__init__.py": "from flask import Flask\ndef create_app(name):\n    return Flask(name)\n", "wsgi.py": "from p import create_app\napp = create_app('production')\n" }, "wsgi:app"],
    ["a re-exported factory", { "p/__init__.py": "from .factory import create_app\n", "p/factory.py": factory }, "p.factory:create_app"],
    ["FLASK_APP with a package's re-export", { "p/__init__.py": "from .factory import create_app\n", "p/factory.py": factory, ".env": "FLASK_APP=p\n" }, "p:create_app"],
    ["FLASK_APP with a file", { ...two, ".flaskenv": "export FLASK_APP=b.py\n" }, "b:site"],
    ["gunicorn before FLASK_APP", { ...two, Procfile: "web: gunicorn -b :$PORT -k gevent a:web --log-file -\n", ".env": "FLASK_APP=b\n" }, "a:web"],
    ["gunicorn in the JSON form of a Dockerfile", { ...two, Dockerfile: 'FROM x\nCMD ["gunicorn", "--bind", "0.0.0.0:80", \\\n  "b:site"]\n' }, "b:site"],
    ["waitress with --call", { ...two, "c.py": factory, Procfile: "web: waitress-serve --call 'c:create_app'\n" }, "c:create_app"],
    ["uwsgi.ini", { ...two, "uwsgi.ini": "[uwsgi]\nwsgi-file = a.py\ncallable = web\n" }, "a:web"],
    ["a command that names a module which is not there", { ...two, Procfile: "web: gunicorn gone:app\n" }, undefined],
    ["FLASK_APP called like a property of every object", { ...two, ".env": "FLASK_APP=constructor\n" }, undefined],
    ["an app under the main guard", { "a.py": "from flask import Flask\nif __name__ == '__main__':\n    app = Flask('x')\n" }, undefined],
    ["apps in tests, virtualenvs and hidden folders", { "tests/a.py": factory, "v/pyvenv.cfg": "", "v/b.py": factory, ".x/c.py": factory, "d.py": factory }, "d:create_app"],
    ["src as a package of its own", { "src/app.py": factory, "src/run.py": "from src.app import create_app\n" }, "src.app:create_app"],
  ]; // prettier-ignore
  for (const [title, files, expected] of entries) {
    it(`entry: ${title} -> ${expected ?? "asked"}`, async () => {
      const { entry } = await inspect(files);
      expect(chosen(entry)).to.equal(expected);
    });
  }

  it("takes the arguments of a factory from the app's own calls", async () => {
    const code = "from flask import Flask\ndef create_app(name, debug):\n    return Flask(name)\n";
    const { entry } = await inspect({
      "p.py": code,
      "shell.py": "import p\nprint(p.create_app('prod', debug=False))\n",
    });
    expect([chosen(entry), others(entry)]).to.deep.equal([undefined, ["p:create_app('prod', debug=False)"]]);
    expect(entry.alternatives[0]?.evidence.map(where)).to.deep.equal(["shell.py:2", "p.py:2"]);
  });

  const make = "from celery import Celery\ndef make_celery(app):\n    c = Celery(app.name)\n    return c\n";
  const celeries: [string, Record<string, string>, string | undefined][] = [
    ["make_celery(app)", { "u.py": make, "p.py": `${factory}\nfrom u import make_celery\ncelery = make_celery(create_app())\n` }, "p:celery"],
    ["app.extensions, as in Flask's documentation", { "p.py": factory, "make_celery.py": "from p import create_app\nflask_app = create_app()\ncelery_app = flask_app.extensions['celery']\n" }, "make_celery:celery_app"],
    ["a start file that imports it and makes the app", { "p.py": `from celery import Celery\ncelery = Celery('p')\n${factory}`, "celery_worker.py": "from p import celery, create_app\napp = create_app()\n" }, "celery_worker:celery"],
    ["celery -A with a package", { "p/__init__.py": factory, "p/celery.py": "from celery import Celery\napp = Celery('p')\n", "x.py": "from celery import Celery\napp = Celery('x')\n", "compose.yaml": "services:\n  w:\n    command: celery -A p worker -B\n" }, "p.celery:app"],
    ["only shared tasks", { "p.py": `${factory}from celery import shared_task\n@shared_task\ndef t(): pass\n` }, undefined],
  ]; // prettier-ignore
  for (const [title, files, expected] of celeries) {
    it(`celery: ${title} -> ${expected ?? "a finding"}`, async () => {
      const { celery, findings } = await inspect(files);
      expect(chosen(celery)).to.equal(expected);
      expect(findings.some(({ text }) => text.includes("uses Celery"))).to.equal(expected === undefined);
    });
  }

  it("sees a beat schedule in settings, in crontab() and behind on_after_configure, but not an empty one", async () => {
    const beats = [
      "app.conf.beat_schedule = {'a': 1}",
      "CELERYBEAT_SCHEDULE = {'a': 1}",
      "d = dict(beat_schedule={'a': 1})",
      "d = {'beat_schedule': {'a': 1}}",
      "from celery.schedules import crontab\nx = crontab(minute=1)",
      "@c.on_after_configure.connect\ndef s(sender, **k): pass",
      "beat_schedule = {}",
    ];
    const found: boolean[] = [];
    for (const code of beats) {
      found.push((await inspect({ "c.py": `from celery import Celery\nc = Celery()\n${code}\n` })).beat !== undefined);
    }
    expect(found).to.deep.equal([true, true, true, true, true, true, false]);
  });

  it("tells required environment variables from optional ones", async () => {
    const code = [
      "import os, environs",
      "from os import environ, getenv as g",
      "from decouple import config",
      "env = environs.Env()",
      "NAME = 'R_CONSTANT'",
      "a = os.environ['R_INDEX'], environ['R_IMPORTED'], config('R_DECOUPLE'), env('R_ENVIRONS'), env.int('R_INT')",
      "b = os.environ[NAME]",
      "c = os.getenv('O_GETENV'), g('O_ALIAS'), environ.get('O_GET'), config('O_DECOUPLE', default=1), env.str('O_STR', 'x')",
      "if 'O_GUARDED' in os.environ: d = os.environ['O_GUARDED']",
      "try:\n    e = os.environ['O_TRIED']\nexcept KeyError: pass",
      "os.environ['WRITTEN'] = 'x'",
    ].join("\n");
    const { variables } = await inspect({ "s.py": code });
    for (const { name, required } of variables) {
      expect([name, required]).to.deep.equal([name, name.startsWith("R_")]);
    }
    expect(variables.length).to.equal(13);
  });

  it("takes the role of a variable from what its value is given to, and from its name otherwise", async () => {
    const code = [
      "import os\nfrom celery import Celery",
      "q = Celery(broker=os.environ['REDIS_URL'], backend=os.environ['REDIS_URL'])",
      "SQLALCHEMY_DATABASE_URI = os.environ.get('STORE') or 'sqlite://'",
      "TESTS = os.environ.get('TEST_DATABASE_URL')",
      "MODE = os.environ.get('WEBAPP_ENV')",
      "app.config['SECRET_KEY'] = os.environ['PEPPER']",
    ].join("\n");
    const { roles } = await inspect({ "s.py": code });
    expect(Object.values(roles).map(chosen)).to.deep.equal([
      "STORE",
      "REDIS_URL",
      "REDIS_URL",
      undefined,
      "PEPPER",
      "WEBAPP_ENV",
    ]);
  });

  it("knows the names behind app.config.from_prefixed_env()", async () => {
    const { roles } = await inspect({ "a.py": `${factory}a = create_app()\na.config.from_prefixed_env('SHOP')\n` });
    expect([roles.database, roles.broker].map(chosen)).to.deep.equal([
      "SHOP_SQLALCHEMY_DATABASE_URI",
      "SHOP_CELERY__broker_url",
    ]);
  });

  it("puts a blueprint's prefixes before a health path and leaves out what cannot be fetched", async () => {
    const { health } = await inspect({
      "h.py": [
        "from flask import Blueprint",
        "bp = Blueprint('h', __name__, url_prefix='/unused')",
        "@bp.route('/health')\ndef a(): ...",
        "@bp.post('/ready')\ndef b(): ...",
        "@bp.route('/live', methods=['POST'])\ndef c(): ...",
      ].join("\n"),
      "a.py": `${factory}from h import bp as health_bp\napp = create_app()\napp.register_blueprint(health_bp, url_prefix='/api')\n`,
    });
    expect([chosen(health), others(health)]).to.deep.equal(["/api/health", []]);
  });

  const listings: [string, Record<string, string>, string | undefined][] = [
    ["requirements/prod.txt that includes base.txt", { "requirements.txt": "black\n", "requirements/base.txt": "Flask==3.0\n", "requirements/prod.txt": "-r base.txt\ngunicorn\n" }, "requirements/prod.txt"],
    ["requirements.txt before pyproject.toml", { "pyproject.toml": "[project]\nname='x'\ndependencies=['flask']\n" }, "requirements.txt"],
    ["pyproject.toml when requirements.txt lists only tools", { "requirements.txt": "ruff\n", "pyproject.toml": "[project]\nname='x'\ndependencies=['Flask>=2']\n" }, "pyproject.toml"],
    ["an include that goes round in circles", { "requirements.txt": "-r requirements.txt\nflask\n" }, "requirements.txt"],
  ]; // prettier-ignore
  for (const [title, files, expected] of listings) {
    it(`requirements: ${title}`, async () => expect(chosen((await inspect(files)).requirements)).to.equal(expected));
  }

  it("says how to export a Pipfile", async () => {
    const app = await inspect({ "requirements.txt": "", Pipfile: "[packages]\nflask = '*'\n", "app.py": factory });
    expect(chosen(app.requirements)).to.equal("requirements.txt");
    rmSync(join(folder, "requirements.txt"));
    const [error] = (await inspectApp(folder)).findings.filter(({ level }) => level === "error");
    expect(error?.fix).to.contain("pipenv requirements > requirements.txt");
  });

  it("takes Flask-Migrate's folder from the app, and Alembic's settings from where they are", async () => {
    const flask = "from alembic import context\nfrom flask import current_app\n";
    const { migrate } = await inspect({ "db/migrations/env.py": flask });
    expect(chosen(migrate)).to.equal("flask db upgrade --directory db/migrations");
    const known = await inspect({
      "e.py": "from flask_migrate import Migrate\nm = Migrate(directory='db/migrations')\n",
    });
    expect(chosen(known.migrate)).to.equal("flask db upgrade");
    const both = await inspect({ "alembic.ini": "", "alembic/env.py": "from alembic import context\n" });
    expect([chosen(both.migrate), others(both.migrate)]).to.deep.equal([
      undefined,
      ["alembic upgrade head", "flask db upgrade"],
    ]);
  });

  it("points at create_all() and at the folder below that holds the app", async () => {
    const made = await inspect({ "app.py": `${factory}@app.cli.command()\ndef init_db():\n    db.create_all()\n` });
    expect(made.findings.map(({ evidence }) => evidence.map(({ what }) => what))).to.deep.equal([
      ["create_all()", "flask init-db"],
    ]);
    rmSync(join(folder, "app.py"));
    const below = await inspect({ "backend/requirements.txt": "flask" });
    expect(below.findings.map(({ fix }) => fix)).to.deep.equal(['Name the folder that holds the app: "backend"']);
  });

  it("runs nothing of the app", async () => {
    const marker = join(folder, "imported");
    const trap = `open(${JSON.stringify(marker)}, "w").close()\n`;
    const names = ["app.py", "ast.py", "json.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "setup.py"];
    const before = process.env["PYTHONPATH"];
    process.env["PYTHONPATH"] = folder;
    try {
      await inspect({ ...Object.fromEntries(names.map((name) => [name, trap])), "p.py": trap + factory });
    } finally {
      if (before === undefined) delete process.env["PYTHONPATH"];
      else process.env["PYTHONPATH"] = before;
    }
    expect(existsSync(marker)).to.equal(false);
    expect(existsSync(join(folder, "__pycache__"))).to.equal(false);
  });

  it("says what is wrong with the folder and with Python", async () => {
    const message = (promise: Promise<unknown>) => promise.then(String, String);
    expect(await message(inspectApp(join(folder, "gone")))).to.contain("is no folder");
    expect(await message(inspectApp(folder, { python: "no-such-python" }))).to.contain("install Python 3.9 or newer");
    const old = join(folder, "old-python");
    writeFileSync(old, "#!/bin/sh\necho 'Python 3.9 or newer is needed, this is 3.6' >&2\nexit 1\n", { mode: 0o755 });
    expect(await message(inspectApp(folder, { python: old }))).to.contain("this is 3.6");
  });

  it("has its Python files in the package", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
    expect(manifest).to.have.property("files").that.includes("automation");
    expect(existsSync(join(packageRoot, "automation/init/inspect_app.py"))).to.equal(true);
  });
});
