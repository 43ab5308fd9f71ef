/** The images against plain Dockerfiles of the same application: size, and what a change of the code costs. */
import { appendFileSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../components/package-root";
import { Shipped } from "../test/images/support/apps";
import { AUTHORITIES, BASE, Engine, missing } from "../test/support/docker/engine";
import { ratio, spread, type Benchmark, type Section } from "./support";

const ROUNDS = 3;
const BLOG = { name: "blog", source: "app-templates/blog", entry: "webapp:create_app", live: "/health/live" };
/** All of them are in the official image `python:3` as well, among many others. */
const TOOLS =
  "gcc g++ make libc6-dev libffi-dev libssl-dev libpq-dev default-libmysqlclient-dev git curl ca-certificates";

/** What many guides show: all in one stage, whatever changes. */
const GUNICORN = `ARG BASE
FROM \${BASE}
WORKDIR /app
COPY . .
RUN python3 -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt -r server.txt
EXPOSE 8000
CMD ["/venv/bin/gunicorn", "--bind", "0.0.0.0:8000", "webapp:create_app()"]
`;
/** The same with the server and the broker that the web image is made for; PyPI has uWSGI as source code. */
const UWSGI = `ARG BASE
FROM \${BASE}
RUN apt-get update && apt-get install --yes --no-install-recommends nginx gcc libc6-dev python3-dev && apt-get clean && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN python3 -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt && /venv/bin/pip install --no-cache-dir uwsgi "kombu[sqs]"
EXPOSE 8000
CMD ["sh", "-c", "nginx && exec /venv/bin/uwsgi --socket 127.0.0.1:8001 --master --module 'webapp:create_app()'"]
`;

/** What a row is compared with, in the order of {@link plain}. */
const PEERS = ["to compilers", "to same base", "to same base and server"];

/** An image that is built again and again. */
interface Image {
  name: string;
  tag: string;
  /** @returns seconds */
  build: () => Promise<number>;
  /** The folder of the application that it is built from. */
  source: string;
}

export const images: Benchmark = { title: "Images", missing: () => missing([]), measure };

async function measure(): Promise<Section> {
  const engine = new Engine();
  try {
    await engine.start();
    return await compare(engine, ours(engine), await plain(engine));
  } finally {
    await engine.stop();
  }
}

function ours(engine: Engine): Image[] {
  return (["web", "worker"] as const).map((role) => {
    const blog = new Shipped(engine, { ...BLOG, celery: "celery_runner:celery" });
    const name = role === "web" ? "web: nginx, uWSGI" : "worker";
    return { name, tag: `blog-${role}`, build: () => blog.build(role, `blog-${role}`), source: blog.source };
  });
}

async function plain(engine: Engine): Promise<Image[]> {
  const trust = AUTHORITIES === undefined ? [] : ["COPY authorities /etc/authorities", "ENV PIP_CERT=/etc/authorities"];
  const install = `RUN apt-get update && apt-get install --yes --no-install-recommends ${TOOLS} python3-dev`;
  const recipe = (name: string, lines: readonly string[]): string => {
    const folder = path.join(engine.folder, name);
    mkdirSync(folder);
    writeFileSync(path.join(folder, "Dockerfile"), `${[`FROM ${BASE}`, ...lines, ...trust].join("\n")}\n`);
    if (AUTHORITIES !== undefined) copyFileSync(AUTHORITIES, path.join(folder, "authorities"));
    return folder;
  };
  await engine.prepared(
    "compilers:latest",
    recipe("compilers", [`${install} && apt-get clean && rm -rf /var/lib/apt/lists/*`]),
  );
  await engine.build("same:latest", recipe("same", []), {});
  const image = (name: string, base: string, dockerfile = GUNICORN): Image => {
    const tag = name.toLowerCase().replaceAll(/\W+/g, "-");
    const source = path.join(engine.folder, tag);
    cpSync(path.join(packageRoot, BLOG.source), source, { recursive: true });
    writeFileSync(path.join(source, "Dockerfile"), dockerfile);
    copyFileSync(path.join(packageRoot, "bench", "requirements.txt"), path.join(source, "server.txt"));
    return { name, tag, build: () => engine.build(tag, source, { BASE: `${base}:latest` }), source };
  };
  return [
    image("plain, on a base with compilers", "compilers"),
    image("plain, on the same base", "same"),
    image("plain, on the same base, with nginx, uWSGI, SQS", "same", UWSGI),
  ];
}

/** Builds all of them, then again in turn, each after a change of its code. */
async function compare(engine: Engine, own: readonly Image[], peers: readonly Image[]): Promise<Section> {
  const all = [...own, ...peers];
  const seconds = new Map(all.map((image) => [image, [] as number[]]));
  for (const image of all) await image.build();
  for (let round = 0; round < ROUNDS; round++)
    for (const image of all) {
      appendFileSync(path.join(image.source, "webapp", "text.py"), "\n# changed\n");
      seconds.get(image)?.push(await image.build());
    }
  const size = new Map<Image, number>();
  for (const image of all) size.set(image, await engine.size(image.tag));
  const of = (image: Image): { bytes: number; times: number[] } => ({
    bytes: size.get(image) ?? Number.NaN,
    times: seconds.get(image) ?? [],
  });
  const rows = all.map((image) => [
    image.name,
    `${(of(image).bytes / 1e6).toFixed(0)} MB`,
    ...peers.map((peer) => (of(image).bytes / of(peer).bytes).toFixed(2)),
    spread(of(image).times, "s", 1),
    ...peers.map((peer) => ratio(of(image).times, of(peer).times)),
  ]);
  const bases = `${((await engine.size(BASE)) / 1e6).toFixed(0)} MB, with compilers ${((await engine.size("compilers")) / 1e6).toFixed(0)} MB`;
  return {
    tables: [
      {
        head: ["image", "size", ...PEERS, "a change of the code", ...PEERS],
        rows,
      },
    ],
    notes: [
      `The blog, built ${ROUNDS} times after a change of one file, in turn, by BuildKit; ours with the time that writing the context takes.`,
      `The bases (${bases}) are Debian with Python 3, made on this machine: no image can be pulled here. The one with compilers has ${TOOLS}, ` +
        "all of which the official `python:3` has too, among much else.",
      "Plain: `COPY . .`, then `pip install` of the application's requirements and gunicorn, in one stage, without pip's cache. " +
        "Ours hold more: nginx and uWSGI, what SQS needs; both images are whole ones.",
      "The last one has what the web image has, as guides show it: nginx, gcc and Python's headers, `pip install uwsgi`, which is " +
        "compiled, and `kombu[sqs]`.",
    ],
  };
}
