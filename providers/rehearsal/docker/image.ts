import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { PUSHED, imageName, pushedImage, registryHost } from "../aws/ecs/images";
import { textAt } from "../aws/read";
import type { Model, Question, Rule, Site, Thing, Values } from "../model";
import { matches, oneOf, rule } from "../rules";
import { contextDigest } from "./context";

/** Type token of an image that is built on this machine and pushed. */
export const IMAGE = "docker:index/image:Image";

const SOURCE = "pulumi/pulumi-docker provider/provider.go, provider/image.go";
const REPOSITORY = "aws:ecr/repository:Repository";

/** A builder has one of the processors that Docker Engine is made for. */
const HOST_PLATFORM = process.arch === "arm64" ? "linux/arm64" : "linux/amd64";

/**
 * The inputs as the provider keeps them: context and Dockerfile filled in, the platform, and a digest of the context,
 * by which it sees that an image has to be built anew.
 *
 * @param base folder that relative paths start at
 */
export function prepared(inputs: Values, base: string): Values {
  if (typeof inputs["build"] === "symbol") return inputs;
  const build = typeof inputs["build"] === "object" && inputs["build"] !== null ? (inputs["build"] as Values) : {};
  const context = build["context"] ?? ".";
  const dockerfile =
    build["dockerfile"] ?? (typeof context === "string" ? path.posix.join(context, "Dockerfile") : context);
  const isKnown = typeof context === "string" && typeof dockerfile === "string";
  const digest = isKnown ? contextDigest(path.resolve(base, context), path.resolve(base, dockerfile)) : undefined;
  return {
    ...inputs,
    buildOnPreview: inputs["buildOnPreview"] ?? false,
    build: {
      ...build,
      context,
      dockerfile,
      platform: build["platform"] ?? HOST_PLATFORM,
      ...(digest !== undefined && { contextDigest: digest }),
    },
  };
}

const planned = (base: string): Rule[] => [
  rule({ id: "image-dockerfile", source: `${SOURCE}: Check` }, ["build"], ({ inputs }) => {
    const dockerfile = textAt(inputs, "build.dockerfile") ?? "";
    if (existsSync(path.resolve(base, dockerfile))) return undefined;
    const reason = `: stat ${dockerfile}: no such file or directory`;
    if (path.isAbsolute(dockerfile)) return `expected a relative Dockerfile path; got "${dockerfile}" instead${reason}`;
    const inContext = path.join(textAt(inputs, "build.context") ?? ".", dockerfile);
    const isThere = existsSync(path.resolve(base, inContext));
    const hint = isThere ? `. Try setting \`dockerfile\` to "${inContext}"` : reason;
    return `could not open dockerfile at relative path "${dockerfile}"${hint}`;
  }),
  rule({ id: "image-context", source: `${SOURCE}: hashContext` }, ["build"], ({ inputs }) => {
    const context = textAt(inputs, "build.context") ?? ".";
    return existsSync(path.resolve(base, context))
      ? undefined
      : `unable to hash build context: resolve : lstat ${context}: no such file or directory`;
  }),
  rule(
    { id: "image-name-qualified", source: `${SOURCE}: getRegistryAddrFromImage` },
    ["imageName", "registry"],
    ({ inputs }) => {
      if (inputs["skipPush"] === true || serverOf(inputs) !== undefined) return undefined;
      const name = textAt(inputs, "imageName") ?? "";
      return /^[^/]+[.:][^/]*\/|^localhost\//.test(name)
        ? undefined
        : `"${name}": repository name must be canonical. This resource requires all image names to be fully qualified.`;
    },
  ),
];

function serverOf(inputs: Values): string | undefined {
  const server = textAt(inputs, "registry.server");
  return server === undefined || server === "" ? undefined : server.replace(/^https?:\/\//, "").split("/")[0];
}

/** The image's place in the simulated registry; undefined when it is not pushed there. */
function destination({
  inputs,
  site,
}: Pick<Question, "inputs" | "site">): { repository: string; tag: string } | undefined {
  const { host, repository, tag = "latest" } = imageName(textAt(inputs, "imageName") ?? "");
  return inputs["skipPush"] !== true && host === registryHost(site) ? { repository, tag } : undefined;
}

// The provider takes any name and platform; the Docker engine refuses when it is to build.
const call: Rule[] = [
  matches(
    { id: "image-name", source: "distribution/reference: the grammar of image names" },
    "imageName",
    /^[a-z0-9]+([._:-][a-z0-9]+)*(\/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?$/,
    "a lower case name with an optional tag of up to 128 characters: invalid reference format otherwise",
  ),
  oneOf({ id: "image-platform", source: "Docker: platforms that Debian images are made for" }, "build.platform", [
    "linux/amd64",
    "linux/arm64",
    "linux/arm64/v8",
  ]),
  rule(
    {
      id: "image-registry-known",
      source: "the rehearsal knows the account's own registry alone",
      code: "ImagePushFailed",
    },
    ["imageName"],
    ({ inputs, site }) => {
      const { host } = imageName(textAt(inputs, "imageName") ?? "");
      return inputs["skipPush"] === true || host === registryHost(site)
        ? undefined
        : `pushing to ${host} is not simulated; the account's registry is ${registryHost(site)}`;
    },
  ),
  rule(
    {
      id: "image-registry-of-name",
      source: "moby: a push shows the login to the host in the name; ECR refuses the login of another account",
      code: "ImagePushFailed",
    },
    ["imageName", "registry"],
    ({ inputs }) => {
      const server = serverOf(inputs);
      const { host } = imageName(textAt(inputs, "imageName") ?? "");
      return inputs["skipPush"] === true || server === undefined || server === host
        ? undefined
        : `no basic auth credentials for ${host}: the credentials are for ${server}`;
    },
  ),
  rule(
    {
      id: "image-login",
      source: "ECR user guide, Private registry authentication: the user name is AWS",
      code: "ImagePushFailed",
    },
    ["imageName", "registry"],
    (question) => {
      if (destination(question) === undefined) return undefined;
      const [username, password] = [
        textAt(question.inputs, "registry.username"),
        textAt(question.inputs, "registry.password"),
      ];
      if ((username ?? "") === "" || (password ?? "") === "") return "no basic auth credentials";
      return username === "AWS" ? undefined : "denied: User: anonymous is not authorized: the user name of ECR is AWS";
    },
  ),
  rule(
    {
      id: "image-repository-exists",
      source: "ECR user guide, Pushing a Docker image: the repository must exist",
      code: "RepositoryNotFoundException",
    },
    ["imageName"],
    (question) => {
      const to = destination(question);
      return to === undefined || question.site.find(REPOSITORY, "name", to.repository) !== undefined
        ? undefined
        : `The repository with name '${to.repository}' does not exist in the registry with id '${question.site.account}'`;
    },
  ),
  rule(
    {
      id: "image-tag-free",
      source: "aws/containers-roadmap#2179: refused for the same image, too",
      code: "ImageTagAlreadyExistsException",
    },
    ["imageName", "build"],
    (question) => {
      const to = destination(question);
      const repository = to && question.site.find(REPOSITORY, "name", to.repository);
      if (to === undefined || repository?.outputs["imageTagMutability"] !== "IMMUTABLE") return undefined;
      return pushedImage(question.site, { host: "", ...to }) === undefined
        ? undefined
        : `The image tag '${to.tag}' already exists in the '${to.repository}' repository and cannot be overwritten because the tag is immutable.`;
    },
  ),
];

/** The same context, Dockerfile, arguments, stage and platform make the same image. */
function digestOf(inputs: Values): string {
  const { contextDigest: content, args, target, platform } = (inputs["build"] ?? {}) as Values;
  return `sha256:${createHash("sha256")
    .update(JSON.stringify([content, sorted(args), target, platform]))
    .digest("hex")}`;
}

function sorted(args: unknown): [string, unknown][] {
  return Object.entries((args ?? {}) as Values).sort(([one], [other]) => (one < other ? -1 : 1));
}

function outputsOf(inputs: Values, base: string): Values {
  const name = textAt(inputs, "imageName") ?? "";
  const { host, repository } = imageName(name);
  const digest = digestOf(inputs);
  return {
    baseImageName: name,
    context: textAt(inputs, "build.context"),
    // The input starts at the provider's folder, the output at the context.
    dockerfile: path.relative(
      path.resolve(base, textAt(inputs, "build.context") ?? "."),
      path.resolve(base, textAt(inputs, "build.dockerfile") ?? ""),
    ),
    platform: textAt(inputs, "build.platform"),
    registryServer: textAt(inputs, "registry.server") ?? "",
    repoDigest: inputs["skipPush"] === true ? digest : `${host}/${repository}@${digest}`,
  };
}

/** Puts the image into the simulated registry; an older image loses the tag. */
function push({ inputs }: Thing, site: Site): void {
  const to = destination({ inputs, site });
  if (to === undefined) return;
  const digest = digestOf(inputs);
  const there = pushedImage(site, { host: "", ...to });
  if (there?.outputs["imageDigest"] === digest) return;
  if (there !== undefined) site.change(there, { imageTag: undefined });
  site.add({
    type: PUSHED,
    id: `${to.repository}:${to.tag}@${digest}`,
    inputs: {},
    outputs: {
      repositoryName: to.repository,
      imageTag: to.tag,
      imageDigest: digest,
      platform: textAt(inputs, "build.platform"),
    },
  });
}

/**
 * A container image, built from a folder of this machine; what was pushed stays when it is deleted.
 *
 * @param base folder that relative paths start at
 */
export const imageModel = (base: string): Model => ({
  type: IMAGE,
  source: `${SOURCE}: nothing replaces, every change builds and pushes; the login is compared with nothing (diffUpdates)`,
  required: ["imageName"],
  replaces: [],
  quiet: ["registry.username", "registry.password"],
  secrets: ["registry"],
  plan: planned(base),
  call,
  computed: (inputs) => ({ id: textAt(inputs, "imageName") ?? "", ...outputsOf(inputs, base) }),
  updated: (inputs) => outputsOf(inputs, base),
  settled: push,
  seconds: { create: 100, update: 60, delete: 0 },
});
