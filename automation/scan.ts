/** What is in images of a registry, and what is known against it: by Syft and Grype, which are processes of their own. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { namedByCaller } from "./caller";
import { SlipwayError } from "./errors";

const TIMEOUT_MS = 30_000;
/** Repositories, and tags of one, that are asked for at once. */
const MANY = 1000;
/** How Grype ends where it finds what it is to fail on (anchore/grype, cmd/grype/cli/cli.go). */
const TOO_SEVERE = 2;
const SEVERITIES = ["negligible", "low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Options of {@link scanImages}. */
export interface ScanOptions {
  /** Host and port of a registry that is spoken to without TLS, such as `localhost:5000`. */
  registry: string;
  /** Folder that a list of contents is written to for each image. @default sbom */
  output?: string;
  /** Least severity of a flaw that there is a remedy for, with which an image fails. @default critical */
  failOn?: Severity;
}

/** An image that was scanned. */
export interface ScannedImage {
  /** Repository and tag. */
  image: string;
  /** File that lists what is in it, as SPDX in JSON. */
  sbom: string;
  /** Whether nothing was found in it that is as severe as told. */
  passed: boolean;
}

/**
 * Lists what is in the newest image of each repository of a registry, and looks up what is known against it. What Grype finds is
 * written to standard error.
 *
 * @throws SlipwayError (usage) for a registry or a severity that does not fit, (tool) without Syft or Grype, (failed)
 */
export async function scanImages({
  registry,
  output = "sbom",
  failOn = "critical",
}: ScanOptions): Promise<ScannedImage[]> {
  if (!/^[\w.-]+:\d+$/.test(registry)) {
    throw new SlipwayError("usage", `The registry ${registry} is not named by host and port, such as localhost:5000.`);
  }
  if (!SEVERITIES.includes(failOn)) {
    throw new SlipwayError("usage", `${failOn as string} is no severity; allowed are ${SEVERITIES.join(", ")}.`);
  }
  const { repositories } = await asked<{ repositories: string[] }>(registry, `_catalog?n=${MANY}`);
  if (repositories.length === 0) {
    const mend = `slipway rehearse --real docker --registry ${registry} puts those of a stack there`;
    throw new SlipwayError("failed", `There is no image in ${registry}.`, mend);
  }
  const folder = namedByCaller(output);
  mkdirSync(folder, { recursive: true });
  const scanned: ScannedImage[] = [];
  for (const repository of repositories) {
    const { tags } = await asked<{ tags: string[] | null }>(registry, `${repository}/tags/list?n=${MANY}`);
    const tag = [...(tags ?? [])].sort((a, b) => builtAt(a).localeCompare(builtAt(b))).at(-1);
    if (tag === undefined) continue;
    const image = `${repository}:${tag}`;
    const sbom = path.join(folder, `${repository.replaceAll("/", "-")}.spdx.json`);
    await run("SYFT", "syft", ["scan", `registry:${registry}/${image}`, "--output", `spdx-json=${sbom}`], [0]);
    const ended = await run("GRYPE", "grype", [`sbom:${sbom}`, "--only-fixed", "--fail-on", failOn], [0, TOO_SEVERE]);
    scanned.push({ image, sbom, passed: ended === 0 });
  }
  return scanned;
}

/** The time of its build, which ends the tag of an image. */
function builtAt(tag: string): string {
  return tag.split("-").slice(-2).join("-");
}

async function asked<Answer>(registry: string, what: string): Promise<Answer> {
  const url = `http://${registry}/v2/${what}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
    throw new SlipwayError("failed", `The registry ${registry} does not answer.`, undefined, { cause: error });
  });
  if (!response.ok) throw new SlipwayError("failed", `${url} answered ${response.status} ${response.statusText}.`);
  return (await response.json()) as Answer;
}

/** Runs one of the two, by the variable that names another file, or from the PATH. @returns its exit code */
function run(variable: string, name: string, words: readonly string[], allowed: readonly number[]): Promise<number> {
  const command = process.env[variable] ?? name;
  return new Promise((resolve, reject) => {
    // A registry for a build has no TLS, wherever it is.
    const env = { ...process.env, SYFT_REGISTRY_INSECURE_USE_HTTP: "true" };
    const child = spawn(command, words, { env, stdio: ["ignore", 2, 2] });
    child.once("error", (error) => {
      const mend = `sh app-templates/ci/scanners.sh <folder on the PATH>, or name it with ${variable}`;
      reject(new SlipwayError("tool", `${command} cannot be started: ${error.message}`, mend, { cause: error }));
    });
    child.once("close", (code) => {
      if (code !== null && allowed.includes(code)) resolve(code);
      else reject(new SlipwayError("failed", `${name} ${words.join(" ")} ended with ${String(code)}.`));
    });
  });
}
