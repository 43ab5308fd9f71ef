import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { ServerKind } from "../../components/config";
import * as harness from "./fixtures/servers/harness";
import { startLoad } from "./fixtures/servers/load";

const { request, serve, until, raw, statusOf } = harness;
const GET = "GET / HTTP/1.1\r\nHost: x\r\n";
/** PATH without the programs of administrators. */
const BARE = "/usr/bin:/bin";
const MIB = 1024 * 1024;

/** What differs between the servers; all else is the same for each. */
interface Traits {
  /** The program in front of uWSGI. */
  front?: string;
  /** Takes a body whose length is not said first. */
  chunks: boolean;
  /** Keeps a connection for the next request. */
  keepsAlive: boolean;
  /** What a request gets that takes too long: an answer, or the end of its connection. */
  late: number | undefined;
  /** Tells a header with an underscore from one with a hyphen. */
  seesUnderscores: boolean;
  /** Exit code where the application cannot be loaded. */
  cannotStart: number;
}

const SERVERS: Record<ServerKind, Traits> = {
  gevent: { keepsAlive: true, chunks: true, late: 504, seesUnderscores: true, cannotStart: 3 },
  tornado: { keepsAlive: true, chunks: true, late: 504, seesUnderscores: true, cannotStart: 3 },
  uwsgi: { keepsAlive: false, chunks: true, late: undefined, seesUnderscores: false, cannotStart: 22 },
  "nginx-uwsgi": { front: "nginx", keepsAlive: true, chunks: true, late: 504, seesUnderscores: true, cannotStart: 3 },
  "apache-uwsgi": {
    front: "apache2",
    keepsAlive: true,
    chunks: false,
    late: 500,
    seesUnderscores: true,
    cannotStart: 3,
  },
};

const REFUSED: Record<string, string> = {
  "a space before the colon": `${GET}Content-Length : 3\r\n\r\nabc`,
  "two lengths": `${GET}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
  "a signed length": `${GET}Content-Length: +3\r\n\r\nabc`,
  "length and chunks": `${GET}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "an unknown transfer coding": `${GET}Transfer-Encoding: gzip, chunked\r\n\r\n`,
  "70 KB of headers": `${GET}A: ${"x".repeat(70_000)}\r\n\r\n`,
};

function isInstalled(program: string): boolean {
  return spawnSync("which", [program]).status === 0;
}

for (const [kind, traits] of Object.entries(SERVERS) as [ServerKind, Traits][]) {
  const missing = traits.front !== undefined && !isInstalled(traits.front);
  describe(`serve_${kind}.py${missing ? ` (skipped: no ${traits.front})` : ""}`, function () {
    this.timeout(60_000);
    let folder = "";
    before(function () {
      this.timeout(300_000);
      if (missing) return this.skip();
      folder = mkdtempSync(path.join(tmpdir(), "slipway-servers-"));
      return harness.makeVenv();
    });
    after(() => {
      if (folder !== "") rmSync(folder, { recursive: true });
    });

    describe("behind a proxy that it trusts", () => {
      let server: Awaited<ReturnType<typeof serve>>;
      before(async () => {
        const environment = { SLIPWAY_TRUSTED: "private", SLIPWAY_MAX_BODY: "1", SLIPWAY_TIMEOUT: "2" };
        server = await serve(kind, "shop:app", environment);
      });
      after(() => harness.stopAll());

      const environ = async (headers: http.OutgoingHttpHeaders) =>
        JSON.parse((await request(server.port, "/environ?a=1", { headers })).body) as Record<string, string>;

      it("hands on the visitor's address and scheme, and nothing that the visitor says of them", async () => {
        const seen = await environ({
          "X-Forwarded-For": "6.6.6.6, 198.51.100.7, 10.1.2.3",
          "X-Forwarded-Proto": "https",
        });
        expect(seen).to.include({ REMOTE_ADDR: "198.51.100.7", "wsgi.url_scheme": "https", QUERY_STRING: "a=1" });
        expect(await environ({ "X-Forwarded-Proto": "javascript" })).to.include({ "wsgi.url_scheme": "http" });
        expect(seen["HTTP_HOST"]).to.equal(`127.0.0.1:${server.port}`);
        expect(await environ({ "X-Forwarded-For": "nonsense" })).to.include({ REMOTE_ADDR: "127.0.0.1" });
      });

      it("takes the request's id from the proxy, and makes one where there is none that it could log", async () => {
        expect((await environ({ "X-Request-ID": "abc-1" }))["HTTP_X_REQUEST_ID"]).to.equal("abc-1");
        expect((await environ({ "X-Amzn-Trace-Id": "Root=1-2" }))["HTTP_X_REQUEST_ID"]).to.equal("Root=1-2");
        expect((await environ({ "X-Request-ID": 'a "b"' }))["HTTP_X_REQUEST_ID"]).to.match(/^[\w@-]{16,32}$/);
      });

      it("writes one line of JSON per request, without the query string", async () => {
        const headers = { "X-Request-ID": "line-1" };
        expect((await request(server.port, "/a%22%0Ab?token=secret", { headers })).status).to.equal(404);
        const line = () =>
          server
            .output()
            .split("\n")
            .find((text) => text.includes("line-1"));
        await until(line, "the line of the request");
        const found = JSON.parse(line() ?? "") as Record<string, string>;
        expect(found).to.include({ event: "request", method: "GET", status: 404 });
        expect(decodeURIComponent(found["path"] ?? "")).to.equal('/a"\nb');
        expect(found).to.have.keys("event", "method", "path", "status", "bytes", "ms", "request_id");
        expect(server.output()).not.to.contain("secret");
      });

      it("reads bodies with a length and in chunks", async () => {
        const body = "x".repeat(100_000);
        const inChunks = { method: "POST", headers: { "Transfer-Encoding": "chunked" } };
        const chunked = await request(server.port, "/echo", inChunks, body);
        if (traits.chunks) expect(chunked.body).to.equal(body);
        else expect(chunked.status).to.equal(411);
        const headers = { "Content-Length": String(body.length) };
        expect((await request(server.port, "/echo", { method: "POST", headers }, body)).body).to.equal(body);
      });

      it("refuses a body that is too long", async () => {
        const body = "x".repeat(MIB + 1);
        const announced = `POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`;
        expect(await statusOf(server.port, announced)).to.equal("413");
        const inChunks = { method: "POST", headers: { "Transfer-Encoding": "chunked" } };
        const chunked = await request(server.port, "/echo", inChunks, body).catch(() => undefined);
        expect(chunked?.status ?? 400).to.be.at.least(400);
      });

      it("refuses what another server could read otherwise", async () => {
        for (const [what, text] of Object.entries(REFUSED)) {
          expect(await statusOf(server.port, text), what).to.match(/^([45]\d\d)?$/);
        }
      });

      it("answers a response in two parts at once", async () => {
        const agent = new http.Agent({ keepAlive: traits.keepsAlive, maxSockets: 1 });
        const times: number[] = [];
        for (let count = 0; count < 40; count++) {
          const from = performance.now();
          expect((await request(server.port, "/parts", { agent })).body).to.equal("onetwo");
          times.push(performance.now() - from);
        }
        agent.destroy();
        expect(times.sort((a, b) => a - b)[20]).to.be.below(20);
      });

      if (traits.front !== undefined) {
        it("sends static files without asking the application, compressed, and with what browsers may do", async () => {
          const get = (target: string, headers = {}) => request(server.port, `/static/${target}`, { headers });
          const style = await get("style.css", { "Accept-Encoding": "gzip" });
          expect(style.headers).to.include({
            "cache-control": "no-cache",
            "content-encoding": "gzip",
            "x-content-type-options": "nosniff",
          });
          const again = await get("style.css", { "If-None-Match": style.headers.etag, "Accept-Encoding": "gzip" });
          expect(again.status).to.equal(304);
          expect((await get("none.css")).body, "the application's own page").to.contain(
            "The requested URL was not found",
          );
          expect((await get("..%2fshop.py")).status).to.equal(404);
          expect((await get("../../etc/passwd")).status).to.be.within(400, 404);
        });
      }

      it("gives up a request that takes too long", async () => {
        const from = performance.now();
        const answer = await request(server.port, "/slow?seconds=20").catch(() => undefined);
        expect(answer?.status).to.equal(traits.late);
        expect(performance.now() - from).to.be.within(1900, 8000);
      });
    });

    describe("without a proxy", () => {
      afterEach(() => harness.stopAll());

      it("believes no X-Forwarded-*, and leaves log and static files to the application where it is to", async () => {
        const server = await serve(kind, "shop:app", { SLIPWAY_ACCESS_LOG: "0", SLIPWAY_STATIC: "0" });
        const headers = { "X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https", Remote_User: "admin" };
        const answer = await request(server.port, "/environ", { headers });
        const environ = JSON.parse(answer.body) as Record<string, string>;
        expect(environ).to.include({ REMOTE_ADDR: "127.0.0.1", "wsgi.url_scheme": "http" });
        // With SLIPWAY_STATIC=0 it is the application that sends files, with a header of its own.
        const style = await request(server.port, "/static/style.css");
        expect(style.headers["content-disposition"]).to.equal("inline; filename=style.css");
        expect("HTTP_REMOTE_USER" in environ).to.equal(!traits.seesUnderscores);
        await request(server.port, "/"); // after whose answer the first one's line would be there
        expect(server.output()).not.to.contain('"request"');
      });

      it("stops after a running request, whose connection it then closes, and despite an idle one", async () => {
        const server = await serve(kind, "shop:app");
        const idle = raw(server.port, `${GET}\r\n`);
        const slow = request(server.port, "/slow?seconds=1", { agent: new http.Agent({ keepAlive: true }) });
        await until(() => request(server.port, "/started").then(({ body }) => body === "1"), "the request to run");
        const from = performance.now();
        server.process.kill("SIGTERM");
        const answer = await slow;
        expect(answer.body).to.equal("finished");
        // nginx and Apache decide when a request begins.
        if (traits.front === undefined) expect(answer.headers.connection?.toLowerCase()).to.equal("close");
        expect(await server.ended).to.equal(0);
        expect(performance.now() - from).to.be.below(5000);
        expect(await idle).to.contain("hello");
      });

      it("stops within SLIPWAY_GRACE whatever still runs", async () => {
        const server = await serve(kind, "shop:app", { SLIPWAY_GRACE: "1" });
        const slow = request(server.port, "/slow?seconds=30").catch((error: unknown) => error);
        await until(() => request(server.port, "/started").then(({ body }) => body === "1"), "the request to run");
        const from = performance.now();
        server.process.kill("SIGTERM");
        expect(await server.ended).to.equal(0);
        expect(performance.now() - from).to.be.within(900, 12_000);
        await slow;
      });

      it("says why the application cannot be loaded, and that a restart is no help", async () => {
        const failed = harness.start(harness.serverCommand(kind), {
          SLIPWAY_ENTRY: "shop:broken",
          SLIPWAY_LISTEN: `tcp://127.0.0.1:${await harness.freePort()}`,
          SLIPWAY_PROCESSES: "2",
        });
        expect(await failed.ended).to.equal(traits.cannotStart);
        expect(failed.output()).to.contain("broken() raised RuntimeError: the database is on holiday\n\n  File");
      });

      if (traits.front !== undefined) {
        it("names the package where the web server is not installed", async () => {
          const failed = harness.start(harness.serverCommand(kind), {
            SLIPWAY_LISTEN: "tcp://127.0.0.1:1",
            PATH: BARE,
          });
          expect(await failed.ended).to.equal(3);
          expect(failed.output()).to.match(
            /^slipway: (nginx|Apache) is not installed\. It is in the package (nginx|apache)/,
          );
        });

        it("leaves nothing behind when it is killed", async () => {
          const server = await serve(kind, "shop:app");
          const worker = Number((await request(server.port, "/pid")).body);
          process.kill(server.pid, "SIGKILL");
          await until(() => !harness.isAlive(worker), "uWSGI to end");
          await until(async () => !(await harness.answers(server.port)), `${traits.front} to end`);
        });
      }

      it("shares its connections with a process that comes later, and is replaced without one failed request", async () => {
        const environment = { SLIPWAY_ENTRY: "shop:app", SLIPWAY_GRACE: "10" };
        const { port, add, stop } = await harness.shareSocket(kind, folder, environment);
        let old = [await add()];
        const load = startLoad(port);
        const more = async (count: number) => {
          const wanted = load.done() + count;
          await until(() => load.done() >= wanted, "requests", 30);
        };
        try {
          await more(100);
          old.push(await add());
          // Each connection is kept for 60 requests at most.
          await more(1000);
          load.shares();
          await more(1000);
          const shares = load.shares().sort((a, b) => a - b);
          expect(shares).to.have.length(2);
          expect(shares[0]).to.be.above(80);
          // Two take four times as long to be replaced as one.
          for (let round = 1; round <= (traits.front === undefined ? 2 : 1); round++) {
            const next: number[] = [];
            for (const pid of old) {
              next.push(await add());
              expect(await stop(pid)).to.equal(0);
              await more(500);
            }
            old = next;
          }
        } finally {
          expect(await load.stop()).to.deep.equal([]);
        }
      });
    });
  });
}
