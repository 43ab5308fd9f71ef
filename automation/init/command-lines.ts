import { readAppFile } from "./app-files";
import type { Evidence } from "./inspection";

/** An app that a command line or FLASK_APP of the user's names. */
export interface Declared {
  readonly kind: "server" | "flask" | "celery" | "beat";
  /** As written: `module`, `file.py`, `module:attribute` or `module:factory('x')`. */
  readonly spec: string;
  readonly evidence: Evidence;
}

const COMMAND_FILES = [
  "Procfile",
  "Dockerfile",
  "docker-compose.yml",
  "docker-compose.yaml",
  "compose.yml",
  "compose.yaml",
  "entrypoint.sh",
  "start.sh",
  "run.sh",
  "boot.sh",
];
const UWSGI_FILES = ["uwsgi.ini", "wsgi.ini"];
const ENVIRONMENT_FILES = [".flaskenv", ".env"];
const MAX_LINE = 2000;

const SPEC = /^[A-Za-z_][\w.]*:[A-Za-z_]\w*(\(.*\))?$/;
const MODULE = /^[A-Za-z_]\w*(\.\w+)*$/;
const FLASK_APP = /\bFLASK_APP\s*[=: ]\s*(?:"([^"]*)"|'([^']*)'|(\S+))/;

/** Every app that the folder's Procfile, Dockerfile, compose file, uwsgi.ini, start script or .flaskenv names. */
export function declaredApps(folder: string): Declared[] {
  const found: Declared[] = [];
  for (const file of [...COMMAND_FILES, ...ENVIRONMENT_FILES]) {
    for (const { text, line } of logicalLines(readAppFile(folder, file) ?? "")) {
      const flaskApp = FLASK_APP.exec(text);
      const spec = flaskApp?.[1] ?? flaskApp?.[2] ?? flaskApp?.[3];
      if (spec !== undefined) {
        found.push({ kind: "flask", spec, evidence: { file, line, what: "FLASK_APP" } });
      }
      if (COMMAND_FILES.includes(file)) {
        found.push(...commands(text).flatMap((words) => appsOfCommand(words, { file, line })));
      }
    }
  }
  return [...found, ...UWSGI_FILES.flatMap((file) => uwsgiIni(folder, file))];
}

/** Lines without comments; those that a backslash continues are joined. */
function logicalLines(content: string): { text: string; line: number }[] {
  const result: { text: string; line: number }[] = [];
  let continued = "";
  content.split(/\r?\n/).forEach((raw, index, all) => {
    const text = continued + raw;
    const goesOn = /\\$/.test(text) && index < all.length - 1;
    continued = goesOn ? `${text.slice(0, -1)} ` : "";
    if (!goesOn && !/^\s*#/.test(text) && text.length <= MAX_LINE) {
      result.push({ text, line: index + 1 });
    }
  });
  return result;
}

/** The commands of one line, in words: shell form, Procfile, or the JSON form of Dockerfiles and compose files. */
function commands(text: string): string[][] {
  const list = /\[.*\]/.exec(text)?.[0];
  let words = shellWords(text);
  try {
    const parsed: unknown = list === undefined ? undefined : JSON.parse(list);
    if (Array.isArray(parsed) && parsed.every((word) => typeof word === "string")) {
      words = parsed.flatMap((word: string) => (/\s/.test(word) && !SPEC.test(word) ? shellWords(word) : [word]));
    }
  } catch {
    // Square brackets of something else: the words as they stand.
  }
  const result: string[][] = [[]];
  for (const word of words) {
    if (["&&", "||", ";", "|"].includes(word)) {
      result.push([]);
    } else {
      result.at(-1)?.push(word);
    }
  }
  return result;
}

/** Words as a shell would split them; quotes are taken off, nothing is expanded. */
function shellWords(text: string): string[] {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*'|["'](?=[^"']*$))+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

function appsOfCommand(words: string[], at: { file: string; line: number }): Declared[] {
  const start = words.findIndex((word) =>
    /^(.*\/)?(gunicorn|hypercorn|waitress-serve|p?y?uwsgi|flask|celery)$/.test(word),
  );
  const program = words[start]?.split("/").at(-1);
  if (program === undefined) {
    return [];
  }
  const rest = words.slice(start + 1);
  // Only the app is repeated: the rest of a command line may hold passwords.
  const declare = (kind: Declared["kind"], spec: string | undefined): Declared[] =>
    spec === undefined ? [] : [{ kind, spec, evidence: { ...at, what: `${program} ${spec}`.trim() } }];
  switch (program) {
    case "celery": {
      const runsBeat = rest.some((word) => ["beat", "-B", "--beat"].includes(word));
      const spec = option(rest, "-A", "--app");
      return [...declare("celery", spec), ...(runsBeat ? declare("beat", spec ?? "") : [])];
    }
    case "flask":
      return declare("flask", option(rest, "-A", "--app"));
    case "gunicorn":
    case "hypercorn":
    case "waitress-serve":
      return declare("server", serverSpec(rest));
    default: {
      const module = option(rest, "-w", "--module") ?? option(rest, "--wsgi-file", "--file");
      return declare("server", module && withCallable(module, option(rest, "--callable", "--callable")));
    }
  }
}

function option(words: string[], short: string, long: string): string | undefined {
  const index = words.findIndex((word) => word === short || word === long);
  return index >= 0 ? words[index + 1] : words.find((word) => word.startsWith(`${long}=`))?.slice(long.length + 1);
}

/** gunicorn's positional argument: `module:app`, or a module alone, which means `module:application`. */
function serverSpec(words: string[]): string | undefined {
  const positional = words.filter(
    (_, index) => !/^--?(k|worker-class|b|bind|logger-class)$/.test(words[index - 1] ?? ""),
  );
  const spec = positional.findLast((word) => SPEC.test(word));
  const last = words.at(-1) ?? "";
  return spec ?? (MODULE.test(last) && !/^-/.test(words.at(-2) ?? "") ? `${last}:application` : undefined);
}

function withCallable(module: string, callable: string | undefined): string {
  return module.includes(":") ? module : `${module}:${callable ?? "application"}`;
}

function uwsgiIni(folder: string, file: string): Declared[] {
  const settings = new Map<string, { value: string; line: number }>();
  for (const { text, line } of logicalLines(readAppFile(folder, file) ?? "")) {
    const match = /^\s*(module|wsgi|wsgi-file|file|callable)\s*=\s*(\S.*?)\s*$/.exec(text);
    if (match?.[1] !== undefined && match[2] !== undefined) {
      settings.set(match[1], { value: match[2], line });
    }
  }
  const named = ["module", "wsgi", "wsgi-file", "file"].map((key) => settings.get(key)).find((entry) => entry);
  if (named === undefined) {
    return [];
  }
  const spec = withCallable(named.value, settings.get("callable")?.value);
  return [{ kind: "server", spec, evidence: { file, line: named.line, what: `uWSGI: ${spec}` } }];
}
