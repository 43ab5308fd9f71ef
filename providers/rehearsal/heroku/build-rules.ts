/** What the provider and Heroku refuse to build, and what makes a build fail: a build that fails leaves nothing behind. */
import * as path from "node:path";
import type { Question, Rule, Thing, Values } from "../model";
import { textAt } from "../aws/read";
import { matches, rule, type About } from "../rules";
import { appOf } from "./app-state";
import { manifestOf } from "./manifest";
import { isPython, packageManagerFault, versionFault } from "./python";
import { PROVIDER } from "./rules";
import { readSource, type Source } from "./source";
import { RETIRED_STACKS } from "./tables";

export const FILE = "resource_heroku_build.go";
const BUILDPACK = "heroku/heroku-buildpack-python";

/** The source on this machine; undefined for one that is elsewhere, or not there. @param base where relative paths begin */
export function sourceOf(inputs: Values, base: string): Source | undefined {
  const file = textAt(inputs, "source.path");
  return file === undefined ? undefined : readSource(path.resolve(base, file));
}

export function planRules(base: string): Rule[] {
  return [
    matches(
      { id: "build-url-https", source: `${PROVIDER}/${FILE}, validateSourceUrl` },
      "source.url",
      /^https:\/\//,
      "a secure URL, starting with https://",
    ),
    rule({ id: "build-one-source", source: `${PROVIDER}/${FILE}, ConflictsWith` }, ["source"], ({ inputs }) =>
      textAt(inputs, "source.path") !== undefined && textAt(inputs, "source.url") !== undefined
        ? '"source.path": conflicts with source.url'
        : undefined,
    ),
    rule({ id: "build-path", source: `${PROVIDER}/${FILE}, CustomizeDiff` }, ["source"], ({ inputs }) => {
      const file = textAt(inputs, "source.path");
      return file === undefined || sourceOf(inputs, base) !== undefined
        ? undefined
        : `Error stating build source path ${file}: stat ${file}: no such file or directory`;
    }),
  ];
}

/** A build that fails, with what its log says. */
function failing(
  about: About,
  base: string,
  fault: (source: Source, app: Thing, question: Question) => string | undefined,
): Rule {
  return rule(about, ["source", "appId", "buildpacks"], (question) => {
    const app = appOf(question.site, question.inputs["appId"]);
    const source = sourceOf(question.inputs, base);
    const said = app === undefined || source === undefined ? undefined : fault(source, app, question);
    return said === undefined
      ? undefined
      : `unexpected state 'failed', wanted target 'succeeded'. The build says: ${said}`;
  });
}

/** Buildpacks of the build, or else of the app; none lets Heroku find out. */
function buildpacksOf(app: Thing, { inputs }: Question): string[] {
  return (inputs["buildpacks"] ?? app.outputs["buildpacks"] ?? []) as string[];
}

function isContainer(app: Thing): boolean {
  return app.outputs["stack"] === "container";
}

/** True when the Python buildpack is among those that build. */
function buildsPython(source: Source, app: Thing, question: Question): boolean {
  const buildpacks = buildpacksOf(app, question);
  if (isContainer(app)) return false;
  return buildpacks.length === 0 ? isPython(source) : buildpacks.some((name) => /\bpython\b/.test(name));
}

const given: Rule[] = [
  rule({ id: "build-source", source: `${PROVIDER}/${FILE}, Create` }, ["source"], ({ inputs }) =>
    textAt(inputs, "source.path") === undefined && textAt(inputs, "source.url") === undefined
      ? "Build requires either source.path or source.url"
      : undefined,
  ),
  rule({ id: "build-checksum", source: `${PROVIDER}/${FILE}, Create` }, ["source"], ({ inputs }) =>
    textAt(inputs, "source.path") !== undefined && textAt(inputs, "source.checksum") !== undefined
      ? "source.checksum should be empty when source.path is set (checksum is auto-generated)"
      : undefined,
  ),
  rule(
    { id: "build-source-here", source: "the rehearsal fetches nothing: what is at a URL is not known to it" },
    ["source"],
    ({ inputs }) =>
      textAt(inputs, "source.url") === undefined ? undefined : "a source at a URL is not simulated; give source.path",
  ),
  matches(
    {
      id: "build-buildpack",
      source: "devcenter.heroku.com/articles/managing-buildpacks: registry name, URL or urn",
      code: "invalid_params",
    },
    "buildpacks",
    /^([a-z0-9_-]+\/[a-z0-9_-]+|(https?|git|urn:buildpack):\S+)$/,
    "a name of the registry such as heroku/python, or a URL",
  ),
  rule(
    {
      id: "build-stack-retired",
      source: "help.heroku.com/X5OE6BCA: no builds after the end of life",
      code: "invalid_params",
    },
    ["appId"],
    ({ inputs, site }) => {
      const stack = appOf(site, inputs["appId"])?.outputs["stack"];
      return RETIRED_STACKS.some((name) => name === stack)
        ? `The stack ${String(stack)} has reached its end of life, and nothing is built on it.`
        : undefined;
    },
  ),
];

export function callRules(base: string): Rule[] {
  const manual = "devcenter.heroku.com/articles/build-docker-images-heroku-yml";
  return [
    ...given,
    failing({ id: "build-container-manifest", source: manual }, base, (source, app) =>
      isContainer(app) && manifestOf(source) === undefined
        ? "Your app does not include the heroku.yml build manifest."
        : undefined,
    ),
    failing({ id: "build-container-dockerfile", source: manual }, base, (source, app) => {
      const files = Object.values(manifestOf(source)?.docker ?? {});
      const missing = files.find((file) => !source.names.includes(path.posix.normalize(file)));
      return isContainer(app) && missing !== undefined ? `unable to read ${missing}: no such file` : undefined;
    }),
    failing(
      {
        id: "build-language",
        source: "devcenter.heroku.com/articles/buildpacks: detection by the official buildpacks",
      },
      base,
      (source, app, question) => {
        if (isContainer(app) || buildpacksOf(app, question).length > 0 || isPython(source)) return undefined;
        return "No default language could be detected for this app.";
      },
    ),
    failing(
      { id: "build-python-packages", source: `${BUILDPACK} lib/package_manager.sh, bin/detect` },
      base,
      (source, app, question) => (buildsPython(source, app, question) ? packageManagerFault(source) : undefined),
    ),
    failing(
      { id: "build-python-version", source: `${BUILDPACK} lib/python_version.sh` },
      base,
      (source, app, question) => (buildsPython(source, app, question) ? versionFault(source) : undefined),
    ),
  ];
}
