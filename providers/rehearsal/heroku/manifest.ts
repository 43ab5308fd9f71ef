/** The process types that a source declares: in its Procfile, or in heroku.yml where images are built. */
import { parse } from "yaml";
import { isObject } from "../../protocol/values";
import type { Variables } from "./app-state";
import type { Source } from "./source";

/** `type: command` lines, devcenter.heroku.com/articles/procfile. */
export function procfileTypes(source: Source): Variables {
  const lines = (source.read("Procfile") ?? "").split("\n");
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, type, command] = /^([\w-]+):\s*(\S.*?)\s*$/.exec(line) ?? [];
      return type === undefined || command === undefined ? [] : [[type, command]];
    }),
  );
}

/** Parts of heroku.yml, devcenter.heroku.com/articles/build-docker-images-heroku-yml. */
export interface Manifest {
  /** Dockerfile of each process type that has an image of its own. */
  docker: Variables;
  processTypes: Variables;
}

/** The build manifest of a source; undefined when it has none, or none that can be read. */
export function manifestOf(source: Source): Manifest | undefined {
  const text = source.read("heroku.yml");
  const document: unknown = text === undefined ? undefined : parsed(text);
  if (!isObject(document)) return undefined;
  const build = isObject(document["build"]) ? document["build"]["docker"] : undefined;
  const docker = isObject(build) ? texts(build) : {};
  const run = isObject(document["run"]) ? texts(document["run"]) : {};
  const release = isObject(document["release"]) ? { release: commandOf(document["release"]) } : {};
  return { docker, processTypes: { ...docker, ...run, ...release } };
}

function texts(section: Readonly<Record<string, unknown>>): Variables {
  return Object.fromEntries(Object.entries(section).map(([type, value]) => [type, commandOf(value)]));
}

function commandOf(value: unknown): string {
  if (typeof value === "string") return value;
  const command = isObject(value) ? value["command"] : undefined;
  return Array.isArray(command) ? command.join(" ") : "";
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
