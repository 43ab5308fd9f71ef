/** The files of a release that Heroku reads: which processes there are, how a release is prepared, what it is built with. */
import { stringify } from "yaml";
import { headsOf, procfile, type Workload } from "../app";
import type { Settings } from "../config";
import { schemeOf } from "../database/drivers";
import { systemPackages } from "../image/system-packages";
import { templateText } from "../package-root";
import { commandLine } from "./command";
import { ATTACHED, SCHEMA_VARIABLE } from "./names";

type BuildKind = "buildpack" | "image";
/** How the source is built. */
export type SourceBuild = Extract<Settings["heroku"]["build"], { kind: BuildKind }>;

const RELEASE = "sh .slipway/release.sh";
const PYTHON = "3.13";

/**
 * Path in the release -> text, for everything but the application's own files. The same for every stage of a pipeline:
 * what differs is in the app's config vars.
 *
 * @param listed paths of the application's own files
 */
export function renderedFiles(
  workload: Workload,
  build: SourceBuild,
  listed: ReadonlySet<string>,
): Record<string, string> {
  const { release } = workload;
  return {
    ...release.files,
    "requirements.txt": release.requirements,
    ".slipway/heroku.json": `${JSON.stringify(facts(workload, build), undefined, 2)}\n`,
    ".slipway/release.sh": releaseScript(workload),
    ".slipway/slipway_heroku.py": templateText("heroku", "slipway_heroku.py"),
    ...(build.kind === "buildpack" ? buildpackFiles(workload, build, listed) : imageFiles(workload, build)),
  };
}

function buildpackFiles(
  { processes, release }: Workload,
  { python }: Extract<SourceBuild, { kind: "buildpack" }>,
  listed: ReadonlySet<string>,
): Record<string, string> {
  const lines = processes.map(({ role, command }) => [role, commandLine(command)] as const);
  const own = python === undefined && listed.has(".python-version");
  return {
    Procfile: procfile({ release: releaseCommand(release), ...Object.fromEntries(lines) }),
    ...(!own && { ".python-version": `${python ?? PYTHON}\n` }),
  };
}

function imageFiles(
  { processes, release }: Workload,
  { base }: Extract<SourceBuild, { kind: "image" }>,
): Record<string, string> {
  const packages = systemPackages(release.requirements);
  const own = { BASE: base, BUILD_PACKAGES: packages.build.join(" "), RUN_PACKAGES: packages.run.join(" ") };
  const config = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ""));
  const run = processes.map((process) => {
    const command = commandLine(process.command);
    return [process.role, process.role === "web" ? command : { image: "web", command: [command] }] as const;
  });
  const manifest = {
    build: { docker: { web: "Dockerfile" }, config },
    release: { image: "web", command: [RELEASE] },
    run: Object.fromEntries(run),
  };
  return { Dockerfile: templateText("heroku", "Dockerfile"), "heroku.yml": stringify(manifest) };
}

/**
 * What Heroku prepares a release by. It names the newest revisions of the database that the release knows, for nobody who
 * runs it: Heroku tells the process types of a slug, and nothing else of what is in it.
 */
function releaseCommand({ revisions }: Workload["release"]): string {
  const heads = headsOf(revisions);
  return [...(heads.length === 0 ? [] : [`${SCHEMA_VARIABLE}=${heads.join(",")}`]), RELEASE].join(" ");
}

/** Proves that the release loads, then brings the database to it. Any failure leaves the old release running. */
function releaseScript({ checks, jobs: { migrate }, release: { version } }: Workload): string {
  // Of a release that is put back, the database is newer than its code.
  const migration =
    migrate === undefined
      ? []
      : [`if [ "\${SLIPWAY_KEEP_DATABASE:-}" != ${version} ]; then`, `    ${commandLine(migrate)}`, "fi"];
  return ["set -eu", ...checks.map(commandLine), ...migration, ""].join("\n");
}

/** What `slipway_heroku.py` reads, and whatever else makes another build of the same source. */
function facts(workload: Workload, build: SourceBuild): object {
  return { ...bindings(workload), ...(build.kind === "buildpack" && { buildpacks: build.buildpacks }) };
}

interface Rule {
  /** Variables of Heroku's, the first that is set counts. */
  from: string[];
  form: "database" | "broker" | "results" | "cache";
  /** Dialect and driver of a SQLAlchemy URL. */
  scheme?: string;
}

/** What `slipway_heroku.py` reads: where the application's variables come from, and where its modules are. */
export function bindings({ variables, needs, release, environment }: Workload): {
  path: string[];
  variables: Record<string, Rule>;
} {
  const broker = [`${ATTACHED.broker}_URL`, "CLOUDAMQP_URL"];
  const rules: [string | undefined, Rule][] = [
    [
      variables.database,
      {
        from: [`${ATTACHED.database}_URL`, "DATABASE_URL"],
        form: "database",
        scheme: schemeOf("postgres", release.requirements),
      },
    ],
    [needs.broker ? variables.broker : undefined, { from: broker, form: "broker" }],
    [needs.broker ? variables.resultBackend : undefined, { from: broker, form: "results" }],
    [variables.cacheHost, { from: [`${ATTACHED.cache}_URL`], form: "cache" }],
  ];
  return {
    path: (environment["PYTHONPATH"] ?? "").split(":"),
    variables: Object.fromEntries(rules.filter((rule): rule is [string, Rule] => rule[0] !== undefined)),
  };
}
