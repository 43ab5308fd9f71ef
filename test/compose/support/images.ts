/** The images that a Compose file names, made on this machine: none can be pulled for a test. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../../../components/package-root";
import { AUTHORITIES, BASE, type Engine } from "../../support/docker/engine";

const RECIPE = path.join(packageRoot, "test", "compose", "fixtures", "services");
const SERVICES = "slipway-test-services:latest";

/** How the official images start, by the names that the Compose file has for them. */
const STARTS: Readonly<Record<string, readonly string[]>> = {
  "mariadb:11.4": ['ENTRYPOINT ["mariadb.sh"]'],
  "postgres:17": ['ENTRYPOINT ["postgres.sh"]'],
  "rabbitmq:4.2-management": ['ENTRYPOINT ["rabbitmq.sh"]'],
  "redis:7.2": ['ENTRYPOINT ["redis.sh"]', 'CMD ["redis-server"]'],
  "prom/prometheus:v3.5.0": ["USER nobody", 'ENTRYPOINT ["prometheus"]'],
};

/** Makes the images of the database, the broker and the cache, and the one that the application's are built on. */
export async function makeImages(engine: Engine): Promise<void> {
  await engine.prepared(SERVICES, RECIPE);
  for (const [name, lines] of Object.entries(STARTS)) await derive(engine, name, [`FROM ${SERVICES}`, ...lines]);
  // A network with authorities of its own: in a Compose file, nothing hands them to a build.
  const trust = AUTHORITIES === undefined ? [] : ["COPY authorities /etc/authorities", "ENV PIP_CERT=/etc/authorities"];
  await derive(engine, "python:3.13-slim-bookworm", [`FROM ${BASE}`, ...trust]);
}

async function derive(engine: Engine, name: string, lines: readonly string[]): Promise<void> {
  const folder = path.join(engine.folder, "recipes", name.replaceAll(/\W/g, "-"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "Dockerfile"), `${lines.join("\n")}\n`);
  if (AUTHORITIES !== undefined) copyFileSync(AUTHORITIES, path.join(folder, "authorities"));
  await engine.build(name, folder, {});
}
