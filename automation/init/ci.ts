/** `init ci`: the files of a build service, for a stack that is there. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { templateText } from "../../components/package-root";
import { defaultProject, placeOf, readStackFile } from "../engine/project";
import { SlipwayError } from "../errors";

/** By build service, the templates and where they belong. */
export const CI_FILES = {
  github: {
    "github.yml": ".github/workflows/slipway.yml",
    "github-comment.yml": ".github/workflows/slipway-comment.yml",
  },
  gitlab: { "gitlab.yml": ".gitlab-ci.yml" },
  jenkins: { Jenkinsfile: "Jenkinsfile" },
  travis: { "travis.yml": ".travis.yml" },
} as const satisfies Record<string, Record<string, string>>;

export type CiProvider = keyof typeof CI_FILES;

/** Options of {@link initCi}. */
export interface CiOptions {
  provider: CiProvider;
  /** Stack that is previewed and deployed; it has a target on AWS. */
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
  /** Replace files that are there. @default false */
  overwrite?: boolean;
}

/**
 * Writes the files of a build service beside Pulumi.yaml.
 *
 * @returns paths of what was written
 * @throws SlipwayError (usage) for files that are there, (config) for a stack that does not fit
 */
export function initCi({ provider, stack, project = defaultProject(), overwrite = false }: CiOptions): string[] {
  const values = valuesOf(stack, project);
  const files = Object.entries(CI_FILES[provider]).map(
    ([template, file]) => [template, path.join(project, file)] as const,
  );
  const there = files.map(([, file]) => file).filter((file) => existsSync(file));
  if (there.length > 0 && !overwrite) {
    const mend = `slipway init ci --provider ${provider} --stack ${stack} --overwrite`;
    throw new SlipwayError("usage", `${there.join(", ")} ${there.length > 1 ? "are" : "is"} there already.`, mend);
  }
  for (const [template, file] of files) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, filled(templateText("ci", template), values));
  }
  return files.map(([, file]) => file);
}

type Values = Readonly<Record<"stack" | "region" | "source" | "install" | "tools", string>>;

function filled(text: string, values: Values): string {
  return text.replaceAll(/__(stack|region|source|install|tools)__/g, (_, name: keyof Values) => values[name]);
}

/** What the templates ask for; every value stands in YAML, in Groovy and in a shell. */
function valuesOf(stack: string, project: string): Values {
  const { config } = readStackFile(placeOf(stack, project));
  const { source = "", requirements = "requirements.txt" } = (config["slipway:app"] ?? {}) as Record<string, string>;
  const region = config["aws:region"];
  if (typeof region !== "string" || !/^[a-z0-9-]+$/.test(region)) {
    throw new SlipwayError(
      "config",
      `The stack ${stack} names no region of AWS, which the files need for its credentials.`,
      `slipway config check --stack ${stack}; aws:region stands in Pulumi.${stack}.yaml`,
    );
  }
  for (const each of [source, requirements]) {
    if (/^[\w./-]+$/.test(each)) continue;
    const said = `${JSON.stringify(each)} cannot stand in these files: allowed are letters, digits, and . / _ -`;
    throw new SlipwayError("config", said);
  }
  const folder = path.posix.normalize(source);
  const file = path.posix.join(folder, requirements);
  const install = file.endsWith(".toml") ? `"./${path.posix.dirname(file)}"` : `--requirement "${file}"`;
  // Hashes in one file ask for hashes of everything that is installed with it.
  const more = path.posix.join(folder, "requirements-dev.txt");
  const tools = existsSync(path.join(project, more)) ? `--requirement "${more}"` : "pytest";
  return { stack, region, source: folder, install, tools };
}
