/** Tools on this machine that a deployment, or a command on what runs, calls. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { findPulumi } from "../engine/pulumi-cli";
import { findPython } from "../../providers/host/python";
import { packageRoot } from "../../components/package-root";
import { buildsImages, engineOf } from "./docker";
import { failing, ok, thrown, warn, type Check, type Look } from "./finding";
import type { Patient } from "./patient";

function node(): Look[] {
  return [ok(process.versions.node)];
}

async function pulumi(): Promise<Look[]> {
  const { command, version } = await findPulumi(() => undefined);
  return [ok(`${version?.version ?? "version unknown"} at ${command}`)];
}

async function python({ settings }: Patient): Promise<Look[]> {
  const { executable, version } = await findPython(settings().local.python);
  return [ok(`${version} at ${executable}`)];
}

/** The package whose plugin the engine starts for a target's resources. */
const PLUGINS = {
  ecs: ["@pulumi/aws", "@pulumi/docker"],
  beanstalk: ["@pulumi/aws"],
  heroku: ["@pulumi/heroku"],
} as const;

/** Plugins that are not there yet are downloaded by the first deployment, which takes a while and a network. */
function plugins({ settings }: Patient): Look[] {
  const targets = (["ecs", "beanstalk", "heroku"] as const).filter((target) => settings().targets.includes(target));
  const needed = [...new Set(targets.flatMap((target) => PLUGINS[target]))].map(pluginOf);
  const folder = path.join(process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi"), "plugins");
  return needed.map(({ name, version }) =>
    existsSync(path.join(folder, `resource-${name}-v${version}`))
      ? ok(`${name} ${version}`)
      : warn(
          `${name} ${version} is downloaded by the first deployment`,
          `pulumi plugin install resource ${name} ${version}`,
        ),
  );
}

interface Manifest {
  version: string;
  pulumi: { name: string; version?: string };
}

function pluginOf(name: string): { name: string; version: string } {
  const file = createRequire(path.join(packageRoot, "package.json")).resolve(`${name}/package.json`);
  const { version, pulumi: plugin } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  return { name: plugin.name, version: plugin.version ?? version };
}

async function docker(patient: Patient, signal: AbortSignal): Promise<Look[]> {
  if (!buildsImages(patient.settings())) return [];
  const engine = await engineOf(signal);
  return [ok(`engine ${engine.version}, ${engine.platform}`)];
}

async function sessions({ settings }: Patient): Promise<Look[]> {
  const { targets, ecs, beanstalk } = settings();
  const isWanted = (targets.includes("ecs") && ecs.exec) || (targets.includes("beanstalk") && beanstalk.exec);
  if (!isWanted) return [];
  const { requirePlugin } = await import("../aws/session");
  try {
    requirePlugin();
    return [ok("slipway exec can open a shell in the cloud")];
  } catch (error) {
    return [thrown("warn", error)];
  }
}

async function heroku(_patient: Patient, signal: AbortSignal): Promise<Look[]> {
  try {
    const { stdout } = await promisify(execFile)("heroku", ["--version"], { signal });
    return [ok(stdout.trim().split(" ")[0] ?? "")];
  } catch {
    const mend = "install it: https://devcenter.heroku.com/articles/heroku-cli";
    return [warn("Heroku's command line, which slipway exec starts, is not there", mend)];
  }
}

export const TOOLS: readonly Check[] = [
  { name: "Node", look: node },
  { name: "Pulumi CLI", look: failing(pulumi) },
  { name: "Pulumi plugins", targets: ["ecs", "beanstalk", "heroku"], look: failing(plugins) },
  { name: "Python", targets: ["local"], look: failing(python) },
  { name: "Docker", targets: ["ecs"], look: failing(docker) },
  { name: "session-manager-plugin", targets: ["ecs", "beanstalk"], look: sessions },
  { name: "Heroku CLI", targets: ["heroku"], look: heroku },
];
