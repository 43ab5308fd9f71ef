/** Every server against bare gunicorn and bare uWSGI: requests a second, latency and memory. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { SERVERS } from "../components/config/server";
import { packageRoot } from "../components/package-root";
import { onPath } from "../test/support/docker/engine";
import { virtualenv } from "../test/platforms/support/virtualenvs";
import { gunicorn, ours, serve, uwsgi, type Application, type Command, type Server } from "./serving";
import { median, ratio, spread, timed, type Benchmark, type BenchProject, type Section, type Table } from "./support";
import { CONNECTIONS, load, noWrk, type Load } from "./wrk";

const ROUNDS = 3;
const SECONDS = 2;
const PROCESSES = 2;

const HELLO = `from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "Hello, world!"
`;

/** What the web server of a kind is called on PATH, where it has one. */
const FRONTS: Readonly<Record<string, string>> = { "nginx-uwsgi": "nginx", "apache-uwsgi": "apache2" };
const BARE: Readonly<Record<string, Command>> = { "bare gunicorn": gunicorn, "bare uWSGI": uwsgi };

/** A page that is asked for, of one of the applications. */
interface Page {
  caption: string;
  app: "hello" | "blog";
  path: string;
}

const PAGES: readonly Page[] = [
  { caption: "A hello page", app: "hello", path: "/" },
  { caption: "The blog's home page", app: "blog", path: "/" },
  { caption: "A static file (4 KB) of the blog", app: "blog", path: "/static/style.css" },
];

/** What was measured of one server with one page, a value for each round. */
interface Measured {
  loads: Load[];
  memory: number[];
}

type Results = Map<Page, Map<string, Measured>>;

export const servers: Benchmark = { title: "Servers", missing: noWrk, measure };

async function measure(project: BenchProject): Promise<Section> {
  const bin = await virtualenv(requirements(project.app));
  const apps = { hello: helloApp(project.folder), blog: await blogApp(project, bin) };
  const absent = SERVERS.filter((kind) => !onPath(FRONTS[kind] ?? "true"));
  const present = SERVERS.filter((kind) => !absent.includes(kind));
  const commands = { ...Object.fromEntries(present.map((kind) => [kind, ours(kind)])), ...BARE };
  const results: Results = new Map(PAGES.map((page) => [page, new Map<string, Measured>()]));
  const options = { bin, processes: PROCESSES, log: path.join(project.folder, "servers.log") };
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, command] of Object.entries(commands))
      for (const [kind, app] of Object.entries(apps)) {
        const server = await serve(command, app, options);
        const pages = PAGES.filter((page) => page.app === kind);
        await ask(name, server, pages, results).finally(() => server.stop());
      }
  return {
    tables: PAGES.map((page) => tableOf(page, results.get(page) ?? new Map<string, Measured>())),
    notes: [
      `${ROUNDS} rounds, each of which starts every server in turn and asks it for ${SECONDS} s for each page: wrk, one thread, ` +
        `${CONNECTIONS} connections that ask to be kept alive, on the same machine. Ratios are of the same round.`,
      `${PROCESSES} processes each, nothing else set: ours write a line of the log for each request, with two threads in each process of uWSGI.`,
      `Bare: \`gunicorn --workers ${PROCESSES} ENTRY\` and \`uwsgi --http-socket ADDRESS --master --processes ${PROCESSES} --wsgi ENTRY\`, the faster ` +
        "of uWSGI's two ways to speak HTTP, with a header that tells clients that it closes each connection: without it they run into the end. " +
        "gunicorn writes no line for a request, uWSGI does.",
      "Memory is what all processes of the server have after the load, nginx and Apache among them; what they share counts once.",
      ...absent.map((kind) => `Not measured: ${kind} (not installed: ${FRONTS[kind] ?? ""}).`),
    ],
  };
}

async function ask(name: string, server: Server, pages: readonly Page[], results: Results): Promise<void> {
  for (const page of pages) {
    const url = `${server.url}${page.path}`;
    await load(url, 1);
    const measured = results.get(page)?.get(name) ?? { loads: [], memory: [] };
    results.get(page)?.set(name, measured);
    measured.loads.push(await load(url, SECONDS));
    measured.memory.push(await server.memory());
  }
}

function tableOf({ caption }: Page, byServer: ReadonlyMap<string, Measured>): Table {
  const rates = (name: string): number[] => (byServer.get(name)?.loads ?? []).map(({ perSecond }) => perSecond);
  const rows = [...byServer].map(([name, { loads, memory }]) => [
    name,
    spread(rates(name), "/s", 0),
    ...Object.keys(BARE).map((bare) => ratio(rates(name), rates(bare))),
    ...(["p50", "p99"] as const).map((part) => `${median(loads.map((each) => each[part])).toFixed(1)} ms`),
    `${(median(memory) / 1e6).toFixed(0)} MB`,
  ]);
  const ratios = Object.keys(BARE).map((bare) => `to ${bare}`);
  return { caption, head: ["server", "requests", ...ratios, "p50", "p99", "memory"], rows };
}

/** Ours, the bare ones and the blog, in one virtual environment. */
function requirements(blog: string): string {
  const locked = ["gevent", "tornado", "uwsgi"].map((kind) =>
    path.join(packageRoot, "app-templates", "servers", `requirements-${kind}.txt`),
  );
  const files = [...locked, path.join(blog, "requirements.txt"), path.join(packageRoot, "bench", "requirements.txt")];
  return files.map((file) => readFileSync(file, "utf8")).join("\n");
}

function helloApp(folder: string): Application {
  const own = path.join(folder, "hello");
  mkdirSync(own);
  writeFileSync(path.join(own, "hello.py"), HELLO);
  return { folder: own, entry: "hello:app", environment: {} };
}

/** With a database of its own. */
async function blogApp({ folder, app }: BenchProject, bin: string): Promise<Application> {
  const environment = { DB_URI: `sqlite:///${path.join(folder, "servers.db")}`, SECRET_KEY: "of a benchmark" };
  const flask = (...words: string[]): Promise<unknown> =>
    timed(path.join(bin, "flask"), ["--app", "webapp", ...words], environment, app);
  await flask("db", "upgrade");
  await flask("seed");
  return { folder: app, entry: "webapp:create_app()", environment };
}
