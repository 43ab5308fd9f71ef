/** What a bundle holds beside the application: how the platform prepares, starts and fronts it. */
import { readdirSync } from "node:fs";
import { stringify } from "yaml";
import { procfile, shellWord, type Process, type SourceFile, type Workload } from "../../app";
import { templatePath, templateText } from "../../package-root";
import { DATA_FOLDER, shippedVariables } from "../properties";
import { staticLocation } from "./static";
import { platformPackages } from "./platform-packages";

/** What a bundle is rendered from. */
export interface BundleArgs {
  role: "web" | "worker";
  workload: Workload;
  /** Processes that run on each instance of the environment. */
  processes: readonly Process[];
  /** Whether whoever comes by HTTP is sent to HTTPS. */
  secure: boolean;
}

/** Python files of every release on Elastic Beanstalk: what runs once, what runs on one instance, a worker's health. */
const PYTHON = ["slipway_once.py", "slipway_shared.py", "slipway_single.py", "slipway_well.py"];
const HOOKS = ["prebuild", "predeploy", "postdeploy"] as const;
/** Seconds after its own limit at which the platform kills a process. */
const KILL_MARGIN = 5;

/** Whether a rendered file may be run. */
export function executable(path: string): boolean {
  return path.startsWith(".platform/") && path.endsWith(".sh");
}

/** Path in the bundle -> text. */
export function bundleFiles(args: BundleArgs, listed: readonly SourceFile[]): Record<string, string> {
  const { workload, processes, role } = args;
  const files: Record<string, string> = {
    ...workload.release.files,
    ".slipway/slipway_database.py": templateText("servers", "slipway_database.py"),
    ...named(PYTHON, (name) => [`.slipway/${name}`, templateText("beanstalk", name)]),
    // As /proc has it: a value may hold anything but NUL.
    ".slipway/environment": Object.entries(shippedVariables(workload))
      .map(([name, value]) => `${name}=${value}\0`)
      .join(""),
    ".slipway/exec.sh": templateText("beanstalk", "exec.sh"),
    ".slipway/instance.sh": templateText("beanstalk", "instance.sh"),
    "requirements.txt": workload.release.requirements,
    Procfile: procfile(processLines(args)),
    ".slipway/processes": lines(processes.map(({ role: name, stopTimeout }) => `${name} ${stopTimeout + KILL_MARGIN}`)),
    ".slipway/packages": lines(platformPackages(workload.release.requirements)),
    ".platform/nginx/conf.d/elasticbeanstalk/slipway.conf": nginxConfiguration(args, listed),
    ...named([...processes.map((process) => process.role)], (name) => [`.slipway/run-${name}`, runScript(name, args)]),
    ...(role === "worker" && { ".slipway/run-well": startScript("worker", ["python", ".slipway/slipway_well.py"]) }),
  };
  for (const stage of HOOKS) {
    for (const name of readdirSync(templatePath("beanstalk", "hooks", stage)).sort()) {
      const text = templateText("beanstalk", "hooks", stage, name);
      files[`.platform/hooks/${stage}/${name}`] = text;
      // A change of the environment's properties starts the processes anew, and nothing else.
      if (stage === "postdeploy") files[`.platform/confighooks/${stage}/${name}`] = text;
    }
  }
  const jobs = jobCommands(workload);
  if (Object.keys(jobs).length > 0) files[".ebextensions/slipway.config"] = stringify({ container_commands: jobs });
  // The application's own is what it says it is.
  const own = listed.some(({ path }) => path === "application.py" || path.startsWith("application/"));
  if (role === "web" && !own) files["application.py"] = templateText("beanstalk", "application.py");
  return files;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

function named(names: readonly string[], entry: (name: string) => [string, string]): Record<string, string> {
  return Object.fromEntries(names.map(entry));
}

/** One line for each process; the platform wants one that answers HTTP wherever there is none. */
function processLines({ role, processes }: BundleArgs): Record<string, string> {
  const names = [...processes.map((process) => process.role)].sort();
  const lines = names.map((name) => [name, `bash .slipway/run-${name}`] as const);
  return { ...Object.fromEntries(lines), ...(role === "worker" && { web: "bash .slipway/run-well" }) };
}

/** How a process is started. */
function runScript(role: string, { processes }: BundleArgs): string {
  const process = processes.find((one) => one.role === role);
  const words = (process?.command ?? []).map((word) => word.replaceAll("{instance}", role));
  return startScript(role, role === "beat" ? ["python", ".slipway/slipway_single.py", role, ...words] : words);
}

/**
 * A script that starts a command. Not in the Procfile itself: its lines become lines of systemd units, where `%` has a
 * meaning.
 *
 * @param heart whose heartbeat it touches, or reads
 */
function startScript(heart: string, words: readonly string[]): string {
  return lines([
    "#!/bin/bash",
    "# Written by Slipway.",
    `data="\${SLIPWAY_ROOT:-}${DATA_FOLDER}"`,
    `export SLIPWAY_HEARTBEAT="$data/${heart}.heartbeat"`,
    `exec bash .slipway/instance.sh ${words.map(quoted).join(" ")}`,
  ]);
}

/** A word of a command line of bash; `{data}` is what the variable `data` says. */
function quoted(word: string): string {
  const parts = word.split("{data}");
  return parts.map((part) => (part === "" && parts.length > 1 ? "" : shellWord(part))).join('"$data"');
}

/** Commands that every instance runs before it answers; only one of them does the work. */
function jobCommands({ jobs }: Workload): Record<string, { command: string }> {
  const entries = (["migrate", "seed"] as const).flatMap((name, index) => {
    const words = jobs[name];
    if (words === undefined) return [];
    const command = `bash .slipway/instance.sh python .slipway/slipway_once.py ${name} ${words.map(quoted).join(" ")}`;
    return [[`${index + 50}-slipway-${name}`, { command }] as const];
  });
  return Object.fromEntries(entries);
}

function nginxConfiguration({ role, workload, secure }: BundleArgs, listed: readonly SourceFile[]): string {
  const { environment } = workload;
  const parts = [
    templateText("beanstalk", "nginx", "server.conf")
      .replace("@maxBody@", environment["SLIPWAY_MAX_BODY"] ?? "")
      .replace("@timeout@", environment["SLIPWAY_TIMEOUT"] ?? ""),
    ...(secure ? [templateText("beanstalk", "nginx", "https.conf")] : []),
    ...(role === "web" && environment["SLIPWAY_STATIC"] !== "0" ? [staticLocation(workload, listed)] : []),
  ];
  return parts.filter((part) => part !== "").join("\n");
}
