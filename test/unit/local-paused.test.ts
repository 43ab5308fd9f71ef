/** Processes that are held while the data under them is replaced, with a supervisord of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import * as path from "node:path";
import { tmpdir } from "node:os";
import { expect } from "chai";
import { whilePaused } from "../../automation/local/paused";
import { stackFolder } from "../../components/deploy";
import { prepare, programConfig, specPath } from "../../providers/host/paths";
import { encodeCall } from "../../providers/host/xmlrpc";

const [STOPPED, STARTING, RUNNING, BACKOFF, FATAL] = [0, 10, 20, 30, 200];

describe("processes of a stack on this machine that are held", () => {
  let folder: string;
  let servers: http.Server[];
  let states: Map<string, number>;
  let refused: string | undefined;
  const place = () => ({ project: folder, stack: "dev" });

  const listen = async (server: http.Server, where: string | number): Promise<http.Server> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(where, () => resolve()));
    return server;
  };
  const answerTo = (method: string, name: string): Parameters<typeof encodeCall>[1][number] => {
    if (method === "getPID") return process.pid;
    if (method === "stopProcess") states.set(name, STOPPED);
    if (method === "startProcess" && name !== refused) states.set(name, RUNNING);
    if (method !== "getAllProcessInfo") return true;
    return [...states].map(([full, state]) => ({
      group: full.split(":")[0] ?? "",
      name: full.split(":")[1] ?? "",
      state,
    }));
  };
  const call = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const [, method = "", name = ""] = /supervisor\.(\w+)(?:.*?<string>([^<]*))?/.exec(await text(request)) ?? [];
    // Supervisor's SPAWN_ERROR.
    const fault = method === "startProcess" && name === refused;
    const said = encodeCall("x", [fault ? { faultCode: 50, faultString: name } : answerTo(method, name)]);
    const value = /<value>.*<\/value>/.exec(said)?.[0] ?? "";
    const body = fault ? `<fault>${value}</fault>` : `<params><param>${value}</param></params>`;
    response.end(`<methodResponse>${body}</methodResponse>`);
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-paused-"));
    const root = stackFolder(folder, "dev");
    const paths = prepare(root);
    servers = [];
    refused = undefined;
    states = new Map([
      ["web:web-0", RUNNING],
      ["worker:worker-0", STARTING],
      ["worker:worker-1", BACKOFF],
      ["beat:beat-0", FATAL],
      ["broker:broker-0", RUNNING],
    ]);
    await listen(
      http.createServer((request, response) => void call(request, response)),
      paths.supervisorSocket,
    );
    const web = await listen(
      http.createServer((_, response) => response.end()),
      0,
    );
    for (const program of ["web", "worker", "beat", "broker"]) {
      const cwd = program === "broker" ? root : path.join(paths.releases, "0a1b2c3d4e5f");
      writeFileSync(specPath(paths, program), JSON.stringify({ cwd }));
    }
    writeFileSync(programConfig(paths, "web"), `socket = tcp://127.0.0.1:${(web.address() as AddressInfo).port}\n`);
  });
  afterEach(() => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  it("are those that run, start, or are about to be started again; what had ended stays so", async () => {
    const during = await whilePaused(place(), () => Promise.resolve(new Map(states)), 0);
    expect([...during.result.values()]).to.deep.equal([STOPPED, STOPPED, STOPPED, FATAL, RUNNING]);
    expect([...states.values()]).to.deep.equal([RUNNING, RUNNING, RUNNING, FATAL, RUNNING]);
    expect(during.serves).to.equal(false);
    states.set("beat:beat-0", RUNNING);
    expect(await whilePaused(place(), () => Promise.resolve("done"), 0)).to.deep.equal({
      result: "done",
      serves: true,
    });
  });

  it("are all started again where one of them cannot be, and what was done meanwhile is told", async () => {
    refused = "web:web-0";
    expect(await whilePaused(place(), () => Promise.resolve("done"), 0)).to.deep.equal({
      result: "done",
      serves: false,
    });
    expect([...states.values()]).to.deep.equal([STOPPED, RUNNING, RUNNING, FATAL, RUNNING]);
    const failed = whilePaused(place(), () => Promise.reject(new Error("no room")), 0);
    expect(await failed.catch(String)).to.equal("Error: no room");
  });
});
