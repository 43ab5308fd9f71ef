import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { placeCommand } from "../../components/app";
import { DATA_FOLDER, PORT } from "../../components/image";
import { freePort } from "../../providers/host/ports";
import { until } from "../engine/support/wait";
import { Shipped } from "./support/apps";
import { Container } from "./support/container";
import type { Engine } from "../support/docker/engine";
import { sharedEngine, skipReason } from "../support/docker/shared";

const skipped = skipReason("docker-registry", "redis-server");
const CANARY = "canary-4f1d0c5b";
const ANSWERED = 200;

const SLOW = `

@app.route("/slow")
def slow():
    import time

    time.sleep(3)
    return "slept"


@app.route("/seen")
def seen():
    from flask import request

    return jsonify(scheme=request.scheme, address=request.remote_addr, id=request.headers.get("X-Request-ID"))
`;

const KILL_UWSGI = `
import pathlib, os, signal
for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
    try:
        if b"slipway_uwsgi.py\\0" in file.read_bytes():
            os.kill(int(file.parent.name), signal.SIGKILL)
    except OSError:
        pass  # it has ended meanwhile
`;

describe(`images${skipped}`, function () {
  this.timeout(400_000);
  let engine: Engine;
  let blog: Shipped;
  let environment: Record<string, string>;
  const started: Container[] = [];

  before(async function () {
    if (skipped !== "") return this.skip();
    engine = await sharedEngine();
    const app = { name: "blog", source: "app-templates/blog", entry: "webapp:create_app", live: "/health/live" };
    blog = new Shipped(engine, { ...app, celery: "celery_runner:celery" });
    // What must never be in an image, wherever it lies: next to the code, in the environment of the build.
    writeFileSync(path.join(blog.source, ".env"), `SECRET_KEY=${CANARY}\n`);
    process.env["SLIPWAY_TEST_CANARY"] = CANARY;
    environment = { ...(await blog.workload()).environment, SECRET_KEY: CANARY, DB_URI: "sqlite:////tmp/app.db" };
    const seconds = [await blog.build("web", "blog-web"), await blog.build("worker", "blog-worker")];
    const sizes = [
      await engine.size("blog-web"),
      await engine.size("blog-worker"),
      await engine.size("slipway-test-base"),
    ];
    const megabytes = sizes.map((size) => `${Math.round(size / 1e6)} MB`);
    console.log(
      `      web ${megabytes[0]}, worker ${megabytes[1]}, of which base ${megabytes[2]}; built in ${seconds.join(" and ")} s`,
    );
  });

  afterEach(async () => {
    for (const container of started.splice(0)) await container.remove();
  });

  after(() => {
    delete process.env["SLIPWAY_TEST_CANARY"];
  });

  async function serve(image: string, own: Record<string, string>): Promise<{ container: Container; url: string }> {
    const container = await Container.start(engine, image, own, ["--publish", `127.0.0.1::${PORT}`]);
    started.push(container);
    await container.healthy();
    return { container, url: `http://127.0.0.1:${await container.port(PORT)}` };
  }

  async function command(words: readonly string[], own: Record<string, string>): Promise<Container> {
    const container = await Container.start(
      engine,
      "blog-worker",
      { ...environment, ...own },
      ["--network", "host"],
      words,
    );
    started.push(container);
    return container;
  }

  it("serve through nginx, as nobody's user, with nothing to write to but /tmp", async () => {
    const { container, url } = await serve("blog-web", environment);
    const live = await fetch(`${url}/health/live`);
    expect(live.status).to.equal(ANSWERED);
    expect(live.headers.get("server")).to.equal("nginx");
    expect((await container.exec("id", "-u")).trim()).to.equal("10001");
    expect(await container.code("touch", "/app/written")).not.to.equal(0);
    expect(await container.code("touch", "/tmp/written")).to.equal(0);
    expect(await container.exec("cat", "/proc/1/comm")).to.equal("tini\n");
  });

  it("leave static files to nginx, which tells browsers to keep them as the application would", async () => {
    const { url } = await serve("blog-web", environment);
    const style = await fetch(`${url}/static/style.css`);
    expect(style.headers.get("cache-control")).to.equal("public, max-age=31536000");
    // Only nginx makes an ETag of time and size.
    expect(style.headers.get("etag")).to.match(/^W?\/?"[0-9a-f]+-[0-9a-f]+"$/);
    const none = await fetch(`${url}/static/none.css`);
    expect(none.status).to.equal(404);
    expect(none.headers.get("content-security-policy"), "the application's own page").not.to.equal(null);
  });

  it("end when uWSGI ends", async () => {
    const { container } = await serve("blog-web", environment);
    // The container may be gone before this command is.
    await container.code("python", "-c", KILL_UWSGI);
    await until("the container ends", async () => !(await container.state()).Running, 20);
    expect((await container.state()).ExitCode).to.equal(1);
  });

  it("say why when the application cannot be loaded, and end", async () => {
    const container = await Container.start(engine, "blog-web", { ...environment, SLIPWAY_ENTRY: "webapp:nothing" });
    started.push(container);
    await until("the container ends", async () => !(await container.state()).Running, 30);
    expect((await container.state()).ExitCode).to.equal(3);
    expect(await container.logs()).to.contain("module webapp has no 'nothing'");
  });

  it("hold no secret in any layer or in their history", async () => {
    for (const image of ["blog-web", "blog-worker"]) expect(await engine.occurrences(image, CANARY)).to.equal(0);
    expect(await engine.occurrences("blog-web", "create_app"), "the search finds what is there").to.be.above(0);
  });

  it("are rebuilt from their last layer on when the code changes", async () => {
    const before = await engine.layers("blog-web");
    appendFileSync(path.join(blog.source, "webapp", "text.py"), "\n# changed\n");
    const seconds = await blog.build("web", "blog-web-changed");
    const after = await engine.layers("blog-web-changed");
    console.log(`      a change of the code: built in ${seconds.toFixed(1)} s`);
    expect(after.slice(0, -1)).to.deep.equal(before.slice(0, -1));
    expect(after.at(-1)).not.to.equal(before.at(-1));
    expect(seconds).to.be.below(30);
  });

  it("are pushed to a registry and run by their digest", async () => {
    const port = await freePort();
    const folder = path.join(engine.folder, "registry");
    mkdirSync(folder);
    const config = path.join(engine.folder, "registry.yml");
    const storage = { filesystem: { rootdirectory: folder } };
    writeFileSync(config, JSON.stringify({ version: "0.1", storage, http: { addr: `127.0.0.1:${port}` } }));
    engine.background("docker-registry", ["serve", config]);
    await until("the registry answers", () => fetch(`http://127.0.0.1:${port}/v2/`).then(Boolean, () => false));
    const name = `127.0.0.1:${port}/blog-web`;
    await engine.docker("tag", "blog-web", `${name}:1`);
    await engine.docker("push", `${name}:1`);
    const { stdout } = await engine.docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", `${name}:1`);
    const digest = stdout.trim();
    await engine.docker("rmi", `${name}:1`);
    await engine.docker("pull", digest);
    await serve(digest, environment);
  });

  const servers = { "nginx-uwsgi": "nginx", "apache-uwsgi": "Apache", tornado: null } as const;
  for (const [server, name] of Object.entries(servers) as [keyof typeof servers, string | null][]) {
    it(`finish a running request when they are stopped: ${server}`, async () => {
      const app = new Shipped(engine, {
        name: "hello",
        source: "test/apps/fixtures/own/module-app",
        entry: "app:app",
        live: "/ping",
        server,
      });
      appendFileSync(path.join(app.source, "app.py"), SLOW);
      await app.build("web", `hello-${server}`);
      const { container, url } = await serve(`hello-${server}`, (await app.workload()).environment);
      const headers = {
        "X-Forwarded-For": "6.6.6.6, 203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Amzn-Trace-Id": "Root=1-2",
      };
      const seen = await fetch(`${url}/seen`, { headers });
      expect(await seen.json()).to.deep.equal({ scheme: "https", address: "203.0.113.9", id: "Root=1-2" });
      expect(seen.headers.get("server")).to.equal(name);
      const slow = fetch(`${url}/slow`).then((answer) => answer.text());
      await new Promise((resolve) => setTimeout(resolve, 500));
      const stopped = await container.stop(20);
      expect(await slow).to.equal("slept");
      expect(stopped.code).to.equal(0);
      expect(stopped.seconds).to.be.within(1.5, 12);
    });
  }

  it("wait for a broker that starts later, run a task, and finish when they are stopped", async () => {
    const port = await freePort();
    const own = { CELERY_BROKER_URL: `redis://:${CANARY}@127.0.0.1:${port}/0` };
    const { processes } = await blog.workload();
    const words = placeCommand(processes.find(({ role }) => role === "worker")?.command ?? [], DATA_FOLDER);
    const worker = await command(words, own);
    await until("it says what it waits for", async () => (await worker.logs()).includes("waiting for"));
    expect(await worker.logs())
      .to.contain(`127.0.0.1:${port} (CELERY_BROKER_URL)`)
      .and.not.to.contain(CANARY);
    expect(await worker.code("slipway-healthcheck")).not.to.equal(0);
    engine.background("redis-server", ["--port", String(port), "--requirepass", CANARY, "--save", ""], {
      cwd: engine.folder,
    });
    await worker.healthy();
    await worker.exec("flask", "db", "upgrade");
    await worker.exec("python", "-c", "from slipway_celery import app; app.send_task('blog.heartbeat')");
    await until("the task is done", async () => /blog\.heartbeat.*succeeded/.test(await worker.logs()));
    const beatWords = placeCommand(processes.find(({ role }) => role === "beat")?.command ?? [], DATA_FOLDER);
    const beat = await command(beatWords, own);
    await beat.healthy();
    expect((await beat.stop(10)).code).to.equal(0);
    const stopped = await worker.stop(20);
    expect(stopped).to.deep.include({ code: 0 });
    expect(stopped.seconds).to.be.below(15);
  });

  it("give up waiting with a plain message", async () => {
    const port = await freePort();
    const own = { CELERY_BROKER_URL: `redis://127.0.0.1:${port}/0`, SLIPWAY_WAIT_SECONDS: "2" };
    const worker = await command(["true"], own);
    await until("it ends", async () => !(await worker.state()).Running, 20);
    expect((await worker.state()).ExitCode).to.equal(1);
    expect(await worker.logs()).to.contain("could not be reached within 2 seconds");
  });
});
