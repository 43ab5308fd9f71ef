import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import * as harness from "./fixtures/servers/harness";

const { request, serve, until, raw, statusOf } = harness;
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
        const { port } = await serve("gevent", entry);
        expect((await request(port, "/")).body).to.equal(body);
      });
    }

    const faults: Record<string, RegExp> = {
      shop: /^slipway: SLIPWAY_ENTRY must be module:name, such as webapp:create_app; it is 'shop'\.$/m,
      "nowhere:app": /^slipway: SLIPWAY_ENTRY=nowhere:app: there is no module 'nowhere' in .*servers\/app\.$/m,
      "shop:application":
        /has no 'application', it offers app, broken, busy, create_app, echo, .*plain, slow, started\.$/m,
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
    const { port } = await serve("gevent", "shop:app");
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

  it("listens on PORT of every interface where nothing else is said, and trusts networks alone", async () => {
    const settings = async (environment: Record<string, string>): Promise<string> => {
      const code = "import slipway_settings as s; found = s.read(); print(found.listen, *found.trusted)";
      const ended = harness.start([harness.PYTHON, "-c", code], environment);
      await ended.ended;
      return ended.output().trim();
    };
    expect(await settings({ PORT: "5000", SLIPWAY_TRUSTED: "10.1.2.3/8" })).to.equal("tcp://0.0.0.0:5000 10.0.0.0/8");
    expect(await settings({ PORT: "5000", SLIPWAY_LISTEN: "fd://0" })).to.equal("fd://0");
    expect(await settings({ SLIPWAY_TRUSTED: "anybody" })).to.match(
      /^slipway: SLIPWAY_TRUSTED must be networks, separated by commas, or private: 'anybody' does not appear/,
    );
    expect(await settings({ SLIPWAY_THREADS: "0" })).to.equal(
      "slipway: SLIPWAY_THREADS must be a whole number above 0; it is '0'.",
    );
  });

  describe("speaks HTTP", () => {
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
    it("names what it refuses", async () => {
      const { port } = await serve("gevent", "shop:app");
      for (const [what, [text, status]] of Object.entries(refused)) {
        expect(await statusOf(port, text), what).to.equal(status);
      }
    });

    it("serves others while one client sends request upon request", async () => {
      const { port } = await serve("gevent", "shop:app", { SLIPWAY_ACCESS_LOG: "0" });
      // Each more than the server's buffer holds, and all of them no more than the kernel's.
      const one = `GET /busy HTTP/1.1\r\nHost: x\r\nA: ${"x".repeat(9000)}\r\n\r\n`;
      const busy = raw(port, `${one.repeat(6)}${GET}Connection: close\r\n\r\n`);
      const first = await Promise.race([busy.then(() => "busy"), request(port, "/").then(() => "other")]);
      expect(first).to.equal("other");
      await busy;
    });
  });

  describe("with SLIPWAY_PROCESSES=2", () => {
    const pids = async (port: number) => {
      const seen = new Set<number>();
      await until(async () => seen.add(Number((await request(port, "/pid")).body)).size === 2, "two processes");
      return [...seen];
    };

    it("replaces a child that was killed, and ends with all of them", async () => {
      const server = await serve("gevent", "shop:app", { SLIPWAY_PROCESSES: "2" });
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
      const server = await serve("gevent", "shop:app", { SLIPWAY_PROCESSES: "2" });
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
