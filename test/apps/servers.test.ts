import { mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import * as harness from "./fixtures/servers/harness";
import { startLoad } from "./fixtures/servers/load";

const { request, serve, until, raw } = harness;
const GET = "GET / HTTP/1.1\r\nHost: x\r\n";
const MIB = 1024 * 1024;

/** What differs between the servers; all else is the same for each. */
interface Traits {
  /** Keeps a connection for the next request. */
  keepsAlive: boolean;
  /** What a request gets that takes too long: an answer, or the end of its connection. */
  late: number | undefined;
  /** Tells a header with an underscore from one with a hyphen. */
  seesUnderscores: boolean;
  /** Exit code where the application cannot be loaded. */
  cannotStart: number;
}

const SERVERS = {
  gevent: { keepsAlive: true, late: 504, seesUnderscores: true, cannotStart: 3 },
  tornado: { keepsAlive: true, late: 504, seesUnderscores: true, cannotStart: 3 },
  uwsgi: { keepsAlive: false, late: undefined, seesUnderscores: false, cannotStart: 22 },
} satisfies Record<string, Traits>;

const REFUSED: Record<string, string> = {
  "a space before the colon": `${GET}Content-Length : 3\r\n\r\nabc`,
  "two lengths": `${GET}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
  "a signed length": `${GET}Content-Length: +3\r\n\r\nabc`,
  "length and chunks": `${GET}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "an unknown transfer coding": `${GET}Transfer-Encoding: gzip, chunked\r\n\r\n`,
  "70 KB of headers": `${GET}A: ${"x".repeat(70_000)}\r\n\r\n`,
};

for (const [name, traits] of Object.entries(SERVERS)) {
  const kind = name as keyof typeof SERVERS;
  describe(`serve_${kind}.py`, function () {
    this.timeout(60_000);
    let folder = "";
    before(function () {
      this.timeout(300_000);
      folder = mkdtempSync(path.join(tmpdir(), "slipway-servers-"));
      return harness.makeVenv();
    });
    after(() => {
      rmSync(folder, { recursive: true });
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
        expect(seen["HTTP_HOST"]).to.equal(`127.0.0.1:${server.port}`);
        expect(await environ({ "X-Forwarded-For": "nonsense" })).to.include({ REMOTE_ADDR: "127.0.0.1" });
      });

      it("takes the request's id from the proxy, and makes one where there is none that it could log", async () => {
        expect((await environ({ "X-Request-ID": "abc-1" }))["HTTP_X_REQUEST_ID"]).to.equal("abc-1");
        expect((await environ({ "X-Amzn-Trace-Id": "Root=1-2" }))["HTTP_X_REQUEST_ID"]).to.equal("Root=1-2");
        expect((await environ({ "X-Request-ID": 'a "b"' }))["HTTP_X_REQUEST_ID"]).to.match(/^[0-9a-f]{16,32}$/);
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
        const found = JSON.parse(line() ?? "") as object;
        expect(found).to.include({ event: "request", method: "GET", path: '/a"\nb', status: 404 });
        expect(found).to.have.keys("event", "method", "path", "status", "bytes", "ms", "request_id");
        expect(server.output()).not.to.contain("secret");
      });

      it("reads bodies with a length and in chunks", async () => {
        const body = "x".repeat(100_000);
        expect((await request(server.port, "/echo", { method: "POST" }, body)).body).to.equal(body);
        const headers = { "Content-Length": String(body.length) };
        expect((await request(server.port, "/echo", { method: "POST", headers }, body)).body).to.equal(body);
      });

      it("refuses a body that is too long", async () => {
        const body = "x".repeat(MIB + 1);
        const announced = `POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`;
        expect((await raw(server.port, announced)).slice(9, 12)).to.equal("413");
        const chunked = await request(server.port, "/echo", { method: "POST" }, body).catch(() => undefined);
        expect(chunked?.status ?? 400).to.be.at.least(400);
      });

      it("refuses what another server could read otherwise", async () => {
        for (const [what, text] of Object.entries(REFUSED)) {
          expect((await raw(server.port, text)).slice(9, 12), what).to.match(/^([45]\d\d)?$/);
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

      it("gives up a request that takes too long", async () => {
        const from = performance.now();
        const answer = await request(server.port, "/slow?seconds=20").catch(() => undefined);
        expect(answer?.status).to.equal(traits.late);
        expect(performance.now() - from).to.be.within(1900, 8000);
      });
    });

    describe("without a proxy", () => {
      afterEach(() => harness.stopAll());

      it("believes no X-Forwarded-*, and writes no line with SLIPWAY_ACCESS_LOG=0", async () => {
        const server = await serve(kind, "shop:app", { SLIPWAY_ACCESS_LOG: "0" });
        const headers = { "X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https", Remote_User: "admin" };
        const answer = await request(server.port, "/environ", { headers });
        const environ = JSON.parse(answer.body) as Record<string, string>;
        expect(environ).to.include({ REMOTE_ADDR: "127.0.0.1", "wsgi.url_scheme": "http" });
        expect("HTTP_REMOTE_USER" in environ).to.equal(!traits.seesUnderscores);
        server.process.kill("SIGTERM");
        expect(await server.ended).to.equal(0);
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
        expect(answer.headers.connection?.toLowerCase()).to.equal("close");
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
        expect(performance.now() - from).to.be.within(900, 4500);
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

      it("is replaced on a shared socket without one failed request", async () => {
        const environment = { SLIPWAY_ENTRY: "shop:app", SLIPWAY_GRACE: "10" };
        const { port, add, ended } = await harness.shareSocket(kind, folder, environment);
        let old = [await add(), await add()];
        const load = startLoad(port);
        try {
          for (let round = 1; round <= 2; round++) {
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
        } finally {
          expect(await load.stop()).to.deep.equal([]);
        }
      });
    });
  });
}
