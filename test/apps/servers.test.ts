import { execFile } from "node:child_process";
import * as http from "node:http";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import * as harness from "./fixtures/servers/harness";
import { startLoad } from "./fixtures/servers/load";

const { request, serve, until, raw } = harness;
const GET = "GET / HTTP/1.1\r\nHost: x\r\n";

describe("serve_gevent.py", function () {
  this.timeout(60_000);
  before(function () {
    this.timeout(300_000);
    return harness.makeVenv();
  });
  afterEach(() => harness.stopAll());

  describe("finds the application", () => {
    const forms = {
      "shop:app": "hello",
      "shop:create_app": "made without arguments",
      "shop:create_app('dev')": "dev",
      "shop:create_app(name='by name')": "by name",
      "shop:plain": "plain WSGI",
    };
    for (const [entry, body] of Object.entries(forms)) {
      it(entry, async () => {
        const { port } = await serve(entry);
        expect((await request(port, "/")).body).to.equal(body);
      });
    }

    const faults: Record<string, RegExp> = {
      shop: /^slipway: SLIPWAY_ENTRY must be module:name, such as webapp:create_app; it is 'shop'\.$/m,
      "nowhere:app": /^slipway: SLIPWAY_ENTRY=nowhere:app: there is no module 'nowhere' in .*servers\/app\.$/m,
      "shop:application": /has no 'application', it offers app, broken, create_app, echo, .*plain, slow\.$/m,
      "imports_missing:app":
        /importing imports_missing raised ModuleNotFoundError: .*'a_module_that_is_not_installed'$/m,
      "shop:needs_config":
        /needs_config\(config\) cannot be called like that: missing a required argument: 'config'\.$/m,
      "shop:create_app(open('x'))":
        /"create_app\(open\('x'\)\)" is neither a name nor a call with literal arguments\.$/m,
      "shop:number": /got 42, which is not a WSGI application\.$/m,
    };
    for (const [entry, message] of Object.entries(faults)) {
      it(`refuses ${entry}`, async () => {
        const failed = harness.start([harness.PYTHON, path.join(harness.SERVERS, "serve_gevent.py")], {
          SLIPWAY_ENTRY: entry,
          SLIPWAY_LISTEN: `tcp://127.0.0.1:${await harness.freePort()}`,
        });
        expect(await failed.ended).to.equal(3);
        expect(failed.output()).to.match(message);
      });
    }

    it("shows where a factory failed, in one line and as a traceback of the application alone", async () => {
      const failed = harness.start([harness.PYTHON, path.join(harness.SERVERS, "serve_gevent.py")], {
        SLIPWAY_ENTRY: "shop:broken",
        SLIPWAY_LISTEN: `tcp://127.0.0.1:${await harness.freePort()}`,
        SLIPWAY_PROCESSES: "2",
      });
      expect(await failed.ended).to.equal(3);
      expect(failed.output()).to.contain("broken() raised RuntimeError: the database is on holiday\n\n  File");
      expect(failed.output()).not.to.contain("slipway_entry.py");
    });
  });

  it("says which address cannot be listened on", async () => {
    const { port } = await serve("shop:app");
    for (const [address, message] of [
      [`tcp://127.0.0.1:${port}`, /cannot listen on SLIPWAY_LISTEN=tcp:.*Address already in use/],
      ["127.0.0.1:80", /SLIPWAY_LISTEN must be fd:\/\/0 or tcp:\/\/host:port; it is '127.0.0.1:80'/],
      ["fd://0", /file descriptor 0, which SLIPWAY_LISTEN names, is not a listening socket/],
    ] as const) {
      const failed = harness.start([harness.PYTHON, path.join(harness.SERVERS, "serve_gevent.py")], {
        SLIPWAY_ENTRY: "shop:app",
        SLIPWAY_LISTEN: address,
      });
      expect(await failed.ended).to.equal(1);
      expect(failed.output()).to.match(message);
    }
  });

  describe("speaks HTTP", () => {
    it("writes one line of JSON per request, without the query string", async () => {
      const server = await serve("shop:app");
      await request(server.port, "/slow?seconds=0&token=secret", { headers: { "X-Request-ID": "abc" } });
      const line = () =>
        server
          .output()
          .split("\n")
          .find((text) => text.includes("/slow"));
      await until(line, "the line of the request");
      expect(JSON.parse(line() ?? "")).to.include({ method: "GET", path: "/slow", status: 200, request_id: "abc" });
      expect(server.output()).not.to.contain("secret");
    });

    it("writes none with SLIPWAY_ACCESS_LOG=0", async () => {
      const server = await serve("shop:app", { SLIPWAY_ACCESS_LOG: "0" });
      await request(server.port, "/");
      server.process.kill("SIGTERM");
      await server.ended;
      expect(server.output()).to.equal("");
    });

    it("does not believe X-Forwarded-* by itself, nor a header with an underscore", async () => {
      const { port } = await serve("shop:app");
      const headers = { "X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https", Remote_User: "admin" };
      const environ = JSON.parse((await request(port, "/environ?a=1", { headers })).body) as Record<string, string>;
      expect(environ).to.include({ REMOTE_ADDR: "127.0.0.1", "wsgi.url_scheme": "http", QUERY_STRING: "a=1" });
      expect(environ).not.to.have.property("HTTP_REMOTE_USER");
    });

    it("reads bodies with a length and in chunks, and several requests sent at once", async () => {
      const { port } = await serve("shop:app");
      const body = "x".repeat(100_000);
      expect((await request(port, "/echo", { method: "POST" }, body)).body).to.equal(body);
      const headers = { "Content-Length": String(body.length) };
      expect((await request(port, "/echo", { method: "POST", headers }, body)).body).to.equal(body);
      const both = await raw(port, `${GET}\r\n${GET}Connection: close\r\n\r\n`);
      expect(both.match(/hello/g)).to.have.length(2);
    });

    const refused: Record<string, [string, string]> = {
      "no Host": ["GET / HTTP/1.1\r\n\r\n", "400"],
      "a space before the colon": [`${GET}Content-Length : 3\r\n\r\nabc`, "400"],
      "a continued header": [`${GET}A: b\r\n c\r\n\r\n`, "400"],
      "two lengths": [`${GET}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`, "400"],
      "a signed length": [`${GET}Content-Length: +3\r\n\r\nabc`, "400"],
      "length and chunks": [`${GET}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, "400"],
      "an unknown transfer coding": [`${GET}Transfer-Encoding: gzip, chunked\r\n\r\n`, "400"],
      "an unknown version": ["GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505"],
      "70 KB of headers": [`${GET}A: ${"x".repeat(70_000)}\r\n\r\n`, "431"],
    };
    it("refuses what another server could read otherwise", async () => {
      const { port } = await serve("shop:app");
      for (const [what, [text, status]] of Object.entries(refused)) {
        expect((await raw(port, text)).slice(9, 12), what).to.equal(status);
      }
    });

    it("answers a response in two parts at once on a kept connection", async () => {
      const { port } = await serve("shop:app");
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const times: number[] = [];
      for (let count = 0; count < 60; count++) {
        const from = performance.now();
        expect((await request(port, "/parts", { agent })).body).to.equal("onetwo");
        times.push(performance.now() - from);
      }
      agent.destroy();
      expect(times.sort((a, b) => a - b)[30]).to.be.below(20);
    });

    it("serves others while one client sends request upon request", async () => {
      const { port } = await serve("shop:app", { SLIPWAY_ACCESS_LOG: "0" });
      const busy = raw(port, `${GET}\r\n`.repeat(3000) + `${GET}Connection: close\r\n\r\n`);
      const first = await Promise.race([busy.then(() => "busy"), request(port, "/").then(() => "other")]);
      expect(first).to.equal("other");
      await busy;
    });
  });

  describe("stops", () => {
    it("after a running request, whose connection it then closes", async () => {
      const server = await serve("shop:app");
      const slow = request(server.port, "/slow?seconds=1.5", { agent: new http.Agent({ keepAlive: true }) });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const from = performance.now();
      server.process.kill("SIGTERM");
      const answer = await slow;
      expect(answer.body).to.equal("finished");
      expect(answer.headers.connection).to.equal("close");
      expect(await server.ended).to.equal(0);
      expect(performance.now() - from).to.be.below(3000);
    });

    it("within SLIPWAY_GRACE whatever still runs", async () => {
      const server = await serve("shop:app", { SLIPWAY_GRACE: "1" });
      const slow = request(server.port, "/slow?seconds=30").catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const from = performance.now();
      server.process.kill("SIGTERM");
      expect(await server.ended).to.equal(0);
      expect(performance.now() - from).to.be.within(900, 3000);
      expect(server.output()).to.contain("1 requests were still running after 1 s");
      await slow;
    });

    it("although a client keeps an idle connection", async () => {
      const server = await serve("shop:app");
      const idle = raw(server.port, `${GET}\r\n`);
      await until(() => server.output().includes('"path": "/"'), "the request");
      const from = performance.now();
      server.process.kill("SIGINT");
      expect(await server.ended).to.equal(0);
      expect(performance.now() - from).to.be.below(4000);
      expect(await idle).to.contain("hello");
    });
  });

  it("is replaced on a shared socket without one failed request", async () => {
    const { port, add, ended } = await harness.shareSocket({ SLIPWAY_ENTRY: "shop:app", SLIPWAY_GRACE: "10" });
    let old = [await add(), await add()];
    const load = startLoad(port);
    try {
      for (let round = 1; round <= 3; round++) {
        const next: number[] = [];
        for (const pid of old) {
          next.push(await add());
          process.kill(pid, "SIGTERM");
          await until(() => ended.has(pid), `process ${pid} to end`);
          expect(ended.get(pid)).to.equal(0);
          await until(() => load.done() > round * 1500, "requests", 30);
        }
        old = next;
      }
      await until(() => load.done() >= 6000, "6000 requests", 30);
    } finally {
      expect(await load.stop()).to.deep.equal([]);
    }
  });

  describe("with SLIPWAY_PROCESSES=2", () => {
    const pids = async (port: number) => {
      const seen = new Set<number>();
      await until(async () => seen.add(Number((await request(port, "/pid")).body)).size === 2, "two processes");
      return [...seen];
    };

    it("replaces a child that was killed, and ends with all of them", async () => {
      const server = await serve("shop:app", { SLIPWAY_PROCESSES: "2" });
      const [victim = 0, other = 0] = await pids(server.port);
      process.kill(victim, "SIGKILL");
      await until(() => server.output().includes("ended with -9; starting another"), "the parent to notice");
      const now = await pids(server.port);
      expect(now).to.include(other).and.not.include(victim);
      server.process.kill("SIGTERM");
      expect(await server.ended).to.equal(0);
      for (const pid of now) expect(harness.isAlive(pid)).to.equal(false);
    });

    it("leaves no child when the parent is killed", async () => {
      const server = await serve("shop:app", { SLIPWAY_PROCESSES: "2" });
      const children = await pids(server.port);
      server.process.kill("SIGKILL");
      await until(() => !children.some(harness.isAlive), "the children to end");
    });
  });

  describe("slipway_check.py", () => {
    const check = (environment: Record<string, string>) =>
      promisify(execFile)(harness.PYTHON, [path.join(harness.SERVERS, "slipway_check.py"), "web"], {
        cwd: harness.APP,
        env: { ...environment, PYTHONDONTWRITEBYTECODE: "1" },
      });

    it("makes the application", async () => {
      expect((await check({ SLIPWAY_ENTRY: "shop:create_app" })).stdout).to.equal("web: Flask shop\n");
    });

    it("fails with the reason in the first line", async () => {
      const failure = (await check({ SLIPWAY_ENTRY: "shop:broken" }).catch((error: unknown) => error)) as {
        code: number;
        stderr: string;
      };
      expect(failure.code).to.equal(1);
      expect(failure.stderr.split("\n")[0]).to.equal(
        "SLIPWAY_ENTRY=shop:broken: broken() raised RuntimeError: the database is on holiday",
      );
      expect(failure.stderr).to.contain("in broken\n");
    });
  });
});
