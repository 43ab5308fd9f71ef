/** The files of build services, taken apart: which jobs they have, and which lines of the shell they run. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { CI_FILES, initCi, type CiProvider } from "../../../automation/init/ci";

export interface GithubStep {
  name?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, string>;
}

export interface GithubJob {
  if?: string;
  needs?: string[];
  permissions?: Record<string, string>;
  environment?: string;
  concurrency?: { group: string };
  steps: GithubStep[];
}

export interface GithubWorkflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, GithubJob>;
}

/** A stack's config that the templates can be filled with. */
export const CI_CONFIG = {
  "aws:region": "eu-central-1",
  "slipway:app": { name: "shop", source: "app", entry: "shop:create_app" },
  "slipway:targets": ["ecs"],
};

/** Texts of the files of a build service, by their path. */
export function ciFiles(provider: CiProvider, config: object = CI_CONFIG): Map<string, string> {
  const project = mkdtempSync(path.join(tmpdir(), "slipway-ci-"));
  try {
    writeFileSync(path.join(project, "Pulumi.staging.yaml"), stringify({ config }));
    const files = initCi({ provider, stack: "staging", project });
    return new Map(files.map((file) => [path.relative(project, file), readFileSync(file, "utf8")]));
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** What the shell runs, step by step. */
export function shellSteps(provider: CiProvider): string[] {
  return [...ciFiles(provider)].flatMap(([file, text]) => {
    if (file === "Jenkinsfile") return [...text.matchAll(/\bsh '((?:[^'\\]|\\.)*)'/g)].map(([, line = ""]) => line);
    const parsed = parse(text) as Record<string, unknown>;
    if (provider === "github") {
      const { jobs } = parsed as unknown as GithubWorkflow;
      return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    }
    return scriptsIn(parsed);
  });
}

function scriptsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(scriptsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    /^(script|before_script|before_install|install)$/.test(key) ? (inner as string[]) : scriptsIn(inner),
  );
}

export const PROVIDERS = Object.keys(CI_FILES) as CiProvider[];
