import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { isMap, isPair, isScalar, parseDocument, Scalar, visit, type Document, type Pair } from "yaml";
import type { TargetName } from "../../components/config";
import type { StackDraft } from "./draft";
import { printable } from "./inspection";

export interface StackFileOptions {
  /** Path of Pulumi.<stack>.yaml. */
  readonly path: string;
  /** Folder of Pulumi.yaml, which a relative `source` counts from. */
  readonly checkout: string;
  /** Where editors find the JSON Schema of the file: a URL, or a path relative to the file. */
  readonly schema: string;
  /** @default "dev" */
  readonly environment?: "dev" | "stg" | "prod";
  /** @default "local" */
  readonly target?: TargetName;
  /** Loopback port of the target local. @default 8080 */
  readonly port?: number;
  /** AWS region of the targets beanstalk and ecs; one that the file has already stays. @default none is written */
  readonly region?: string;
  /** Replace Slipway's keys in a file that exists; the others, such as the encryption salt, stay. @default false */
  readonly overwrite?: boolean;
}

const COMMENTS: Readonly<Record<string, string>> = {
  "slipway:environment": "Which environment this stack is: dev, stg or prod.",
  "slipway:app": "The application, as `slipway init` found it.",
  "slipway:processes": "What runs, and how often.",
  "slipway:env": "Plain environment variables; secret ones: slipway config set --secret.",
  "slipway:targets": "Where it runs.",
  "slipway:local": "The target local: this machine.",
  "aws:region": "Where in AWS.",
  "app.name": "Name of the app; every resource's name starts with it.",
  "app.source": "Folder of the app, relative to this file, or absolute.",
  "app.entry": "The Flask app, or the function that makes it",
  "app.celery": "The Celery app",
  "app.requirements": "The packages to install",
  "app.migrate": "Run before a release is switched to",
  "app.seed": "Fills a new database, run once.",
  "app.health": "Where the app says how it is",
  "app.variables": "Names under which the app expects what Slipway provides.",
  "app.variables.environment": "The environment's name",
  "app.variables.database": "The database URL",
  "app.variables.broker": "The broker URL",
  "app.variables.resultBackend": "The URL of Celery's result backend",
  "app.variables.secretKey": "A generated secret key",
  "processes.web": "Answer HTTP.",
  "processes.worker": "Run Celery tasks.",
  "processes.beat": "Starts periodic tasks",
  "local.port": "http://127.0.0.1:<port>",
};

/**
 * Writes a stack's config file, in one step: either the whole file is there or nothing has changed.
 * The draft's secrets are not in it.
 * @throws if the file exists and may not be overwritten, or is not valid YAML
 */
export function writeStackFile(draft: StackDraft, options: StackFileOptions): void {
  const { path, overwrite = false } = options;
  const existing = overwrite ? readIfPresent(path) : undefined;
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, stackFileText(draft, options, existing), { flag: "wx" });
    if (overwrite) {
      renameSync(temporary, path);
    } else {
      linkNew(temporary, path);
    }
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** Unlike a rename, a link never replaces a file that someone else has made meanwhile. */
function linkNew(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new Error(`${path} exists already and was left as it is: --overwrite replaces Slipway's keys in it.`);
    }
    throw error;
  }
}

/** The file's text; what `existing` says besides Slipway's own keys stays. */
export function stackFileText(draft: StackDraft, options: StackFileOptions, existing = ""): string {
  const document = parseDocument(existing);
  if (document.errors[0] !== undefined) {
    throw new Error(`${options.path} is not valid YAML: ${document.errors[0].message}`);
  }
  if (!isMap(document.get("config"))) {
    document.set("config", document.createNode({}));
  }
  const config = document.get("config");
  if (isMap(config) && config.items[0] !== undefined && keyOf(config.items[0]) in settings(draft, options)) {
    // A comment above the first key counts as the map's own: it is that key's, which is written anew.
    config.commentBefore = null;
  }
  for (const [key, value] of Object.entries(settings(draft, options))) {
    document.deleteIn(["config", key]);
    if (value !== undefined) {
      document.addIn(["config"], createPair(document, key, value, draft));
    }
  }
  if (options.region !== undefined && !document.hasIn(["config", "aws:region"])) {
    document.addIn(["config"], createPair(document, "aws:region", options.region, draft));
  }
  const others = (document.commentBefore ?? "").split("\n").filter((line) => !line.startsWith(MODELINE) && line !== "");
  document.commentBefore = [`${MODELINE}${printable(options.schema)}`, ...others].join("\n");
  return document.toString({ lineWidth: 0 });
}

const MODELINE = " yaml-language-server: $schema=";

/** Slipway's keys; an undefined one must not stay in a file that is overwritten. */
function settings(draft: StackDraft, options: StackFileOptions): Record<string, object | string | undefined> {
  const { app, processes, env } = draft;
  const { target = "local" } = options;
  return {
    "slipway:environment": options.environment ?? "dev",
    "slipway:app": { ...app, source: sourcePath(app.source, options.checkout) },
    // Basic dynos, which are the default there, come one to a process.
    "slipway:processes": target === "heroku" ? { ...processes, web: { count: 1 } } : processes,
    "slipway:env": Object.keys(env).length > 0 ? env : undefined,
    "slipway:targets": [target],
    "slipway:local": target === "local" ? { port: options.port ?? 8080 } : undefined,
  };
}

/** Relative inside and beside the checkout, so that both can be moved together; absolute elsewhere. */
function sourcePath(source: string, checkout: string): string {
  const path = relative(checkout, source);
  const levels = path.split(sep).filter((part) => part === "..").length;
  return isAbsolute(path) || levels > 1 ? source : path || ".";
}

/** The key with its value, and above each line of it a comment that says what it means and where it was found. */
function createPair(document: Document, key: string, value: object | string, draft: StackDraft): Pair {
  const pair = document.createPair(key, value);
  annotate(pair, key, draft);
  visit(pair.value, {
    Map: (_, map) => {
      map.flow = map.items.length === 0;
    },
    Pair: (_, inner, ancestors) => {
      const path = [key, ...ancestors.filter(isPair), inner].map((part) => (isPair(part) ? keyOf(part) : part));
      annotate(inner, path.join(".").replace(/^slipway:/, ""), draft);
    },
    Scalar: (position, scalar) => {
      // What looks like a number or a yes to one YAML reader and not to another is a text here.
      if (position !== "key" && typeof scalar.value === "string" && key === "slipway:env") {
        scalar.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return pair;
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function annotate(pair: Pair, path: string, { reasons }: StackDraft): void {
  const meaning = COMMENTS[path];
  const reason = reasons[path];
  if (meaning !== undefined && isScalar(pair.key)) {
    pair.key.commentBefore = ` ${meaning}${reason === undefined || reason === "" ? "" : ` (${printable(reason)})`}`;
  }
}
