/** Looks at what a deployment needs from this machine and says what is missing, each with what mends it. */
import { existsSync, statSync } from "node:fs";
import { ConfigError } from "../components/config";
import { describeWorkload } from "../components/app";
import { layout } from "../providers/host/paths";
import { holdersOf, isFree } from "../providers/host/ports";
import { findPython } from "../providers/host/python";
import { Supervisord } from "../providers/host/supervisord";
import { stackFolder } from "../components/deploy";
import { readSettings } from "./configuration";
import { SlipwayError } from "./errors";
import { configFile, passphraseFile, placeOf, stateFolder } from "./engine/project";
import { findPulumi } from "./engine/pulumi-cli";
import { accessOf } from "./heroku/api";
import { status, type StackQuery, type StackRef } from "./running";
import { unlessStopped } from "./stopping";

/** One thing that was looked at. */
export interface Finding {
  subject: string;
  /** `bad` keeps a deployment from working; `note` is worth knowing. */
  verdict: "good" | "note" | "bad";
  /** What was found. */
  found: string;
  /** What mends it. */
  mend?: string;
}

type Check = () => Promise<Finding[]> | Finding[];

/**
 * Looks at everything that a deployment of the stack needs, and at what runs.
 *
 * @returns a finding for each thing looked at; none throws, what cannot be looked at is a finding itself
 * @throws SlipwayError (timeout, cancelled)
 */
export async function doctor(ref: StackQuery): Promise<Finding[]> {
  const checks: readonly (readonly [string, Check])[] = [
    ["Node", checkNode],
    ["Pulumi CLI", checkPulumi],
    ["config", () => checkConfig(ref)],
    ["application", () => checkApplication(ref)],
    ["Python", () => checkPython(ref)],
    ["port", () => checkPort(ref)],
    ["files", () => checkFiles(ref)],
    ["Heroku", () => checkHeroku(ref)],
    ["processes", () => checkProcesses(ref)],
  ];
  const looks = (): Promise<Finding[][]> => Promise.all(checks.map(([subject, check]) => looked(subject, check)));
  return (await unlessStopped(ref.signal, looks)).flat();
}

async function looked(subject: string, check: Check): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    // A fault of the config is told once, by the check of the config.
    if (error instanceof ConfigError && subject !== "config" && subject !== "application") return [];
    const mend = error instanceof SlipwayError ? error.mend : undefined;
    const found = error instanceof Error ? error.message : String(error);
    return [{ subject, verdict: "bad", found, ...(mend !== undefined && { mend }) }];
  }
}

function checkNode(): Finding[] {
  return [{ subject: "Node", verdict: "good", found: process.versions.node }];
}

async function checkPulumi(): Promise<Finding[]> {
  const command = await findPulumi(() => undefined);
  return [
    {
      subject: "Pulumi CLI",
      verdict: "good",
      found: `${command.version?.version ?? "version unknown"} at ${command.command}`,
    },
  ];
}

function checkConfig({ stack, project }: StackRef): Finding[] {
  const { targets } = readSettings(stack, project);
  return [
    {
      subject: "config",
      verdict: "good",
      found: `${configFile(placeOf(stack, project))}, targets ${targets.join(", ")}`,
    },
  ];
}

async function checkApplication({ stack, project }: StackRef): Promise<Finding[]> {
  const settings = readSettings(stack, project);
  const { release } = await describeWorkload(settings, placeOf(stack, project).project, stack);
  return [{ subject: "application", verdict: "good", found: `${release.source}, version ${release.version}` }];
}

async function checkPython({ stack, project }: StackRef): Promise<Finding[]> {
  const { executable, version } = await findPython(readSettings(stack, project).local.python);
  return [{ subject: "Python", verdict: "good", found: `${version} at ${executable}` }];
}

async function checkPort({ stack, project }: StackRef): Promise<Finding[]> {
  const { port } = readSettings(stack, project).local;
  if (await isFree("127.0.0.1", port)) return [{ subject: "port", verdict: "good", found: `${port} is free` }];
  const place = placeOf(stack, project);
  const own = await new Supervisord(layout(stackFolder(place.project, stack))).pid();
  const holders = await holdersOf(port);
  if (holders.some(({ pid }) => pid === own))
    return [{ subject: "port", verdict: "good", found: `${port} is this stack's own` }];
  const who =
    holders.map(({ pid, command }) => `process ${pid} (${command})`).join(", ") || "a process of another user";
  const mend = `slipway config set local.port <other> --stack ${stack}`;
  return [{ subject: "port", verdict: "bad", found: `${port} is held by ${who}`, mend }];
}

/** Whatever holds a secret must be readable by its owner alone. */
function checkFiles({ stack, project }: StackRef): Finding[] {
  const place = placeOf(stack, project);
  const secret = [passphraseFile(), stateFolder(place), stackFolder(place.project, stack)].filter((file) =>
    existsSync(file),
  );
  const open = secret.filter((file) => (statSync(file).mode & 0o077) !== 0);
  if (open.length === 0) return [{ subject: "files", verdict: "good", found: "secrets are readable by you alone" }];
  return open.map((file) => ({
    subject: "files",
    verdict: "bad",
    found: `${file} is open to others`,
    mend: `chmod go= ${file}`,
  }));
}

function checkHeroku({ stack, project }: StackRef): Finding[] {
  if (!readSettings(stack, project).targets.includes("heroku")) return [];
  const { url } = accessOf(process.env);
  return [{ subject: "Heroku", verdict: "good", found: `a key for ${url ?? "its API"}` }];
}

async function checkProcesses(ref: StackRef): Promise<Finding[]> {
  const place = placeOf(ref.stack, ref.project);
  const mend = `slipway up --stack ${ref.stack}`;
  if (!existsSync(layout(stackFolder(place.project, ref.stack)).run)) {
    return [{ subject: "processes", verdict: "note", found: "not deployed yet", mend }];
  }
  const { processes, healthy, health } = await status(ref);
  if (healthy) return [{ subject: "processes", verdict: "good", found: `${processes.length} run, ready (${health})` }];
  const dead = processes.filter(({ running }) => !running).map(({ name, state }) => `${name} ${state}`);
  return [{ subject: "processes", verdict: "bad", found: ["not healthy", ...dead, health].join(", "), mend }];
}
