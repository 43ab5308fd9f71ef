import type { Model, Question, Rule, Site, Values } from "../../model";
import { excludes, matches, oneOf, rule } from "../../rules";
import { regionalArn, textAt } from "../read";
import { versionOf } from "./bundle";
import { deployRules } from "./deploy-rules";
import { launchRules } from "./launch-rules";
import { networkReferences, networkRules } from "./network-rules";
import { optionRules } from "./option-rules";
import { allSettings } from "./options";
import { partsOf, removeParts, syncParts } from "./parts";
import { SOLUTION_STACKS, platformArn } from "./solution-stacks";
import { COMMAND, SPLITTING, balancerOf, isWorker, meaningOf, option, readBack } from "./settings";
import { APPLICATION, ENVIRONMENT, INVALID } from "./types";

const SOURCE = "terraform-provider-aws internal/service/elasticbeanstalk/environment.go";
const API = "AWS Elastic Beanstalk API reference, CreateEnvironment";
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const SECONDS = { single: 300, balanced: 480, allAtOnce: 90, rolling: 300, immutable: 600, terminate: 240 } as const;

const plan: Rule[] = [
  oneOf({ id: "environment-tier", source: SOURCE }, "tier", ["WebServer", "Worker"]),
  excludes({ id: "environment-stack-or-platform", source: SOURCE }, "solutionStackName", "platformArn"),
  excludes({ id: "environment-stack-or-template", source: SOURCE }, "solutionStackName", "templateName"),
  excludes({ id: "environment-platform-or-template", source: SOURCE }, "platformArn", "templateName"),
  matches(
    { id: "environment-ready-timeout", source: SOURCE },
    "waitForReadyTimeout",
    /^(\d+(\.\d+)?(h|m|s|ms))+$/,
    "a duration, such as 20m",
  ),
  rule({ id: "environment-poll-interval", source: SOURCE }, ["pollInterval"], ({ inputs }) => {
    const seconds = secondsOf(textAt(inputs, "pollInterval") ?? "10s");
    return seconds >= 10 && seconds <= 180 ? undefined : '"poll_interval" must be between 10s and 180s';
  }),
];

function secondsOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/([\d.]+)(h|m|s)/g)].reduce(
    (sum, [, n, unit = "s"]) => sum + Number(n) * (units[unit] ?? 1),
    0,
  );
}

/** A rule that only a new environment is asked about. */
function fresh(
  id: string,
  source: string,
  code: string | undefined,
  fault: (question: Question) => string | undefined,
): Rule {
  return rule({ id, source, ...(code !== undefined && { code }) }, ["name", "cnamePrefix"], (question) =>
    question.old === undefined ? fault(question) : undefined,
  );
}

const naming: Rule[] = [
  fresh("environment-name", API, INVALID, ({ inputs: { name } }) =>
    /^(?!-)[A-Za-z0-9-]{4,40}(?<!-)$/.test(String(name))
      ? undefined
      : `Value ${String(name)} at 'EnvironmentName' failed to satisfy constraint: Member must be from 4 to 40 characters in length, contain only letters, digits, and the dash character, and may not start or end with a dash`,
  ),
  fresh(
    "environment-name-taken",
    "hashicorp/terraform#22433; aws/aws-extensions-for-dotnet-cli#146",
    INVALID,
    ({ inputs, site }) =>
      site.find(ENVIRONMENT, "name", inputs["name"]) === undefined
        ? undefined
        : `Environment ${String(inputs["name"])} already exists.`,
  ),
  fresh("environment-prefix-worker", SOURCE, undefined, ({ inputs }) =>
    inputs["cnamePrefix"] !== undefined && isWorker(inputs) ? "cannot set cname_prefix for tier: Worker" : undefined,
  ),
  fresh("environment-prefix", `${API}; EdOverflow/can-i-take-over-xyz#147`, INVALID, ({ inputs }) => {
    const prefix = textAt(inputs, "cnamePrefix");
    return prefix === undefined || /^(?!-|eba-|fer-)[A-Za-z0-9-]{4,63}(?<!-)$/.test(prefix)
      ? undefined
      : `Value ${prefix} at 'CNAMEPrefix' failed to satisfy constraint: Member must be from 4 to 63 letters, digits and dashes, and not begin with a reserved prefix`;
  }),
  fresh("environment-prefix-taken", "alienfast/elastic-beanstalk#36", INVALID, ({ inputs, site }) => {
    const cname = `${String(inputs["cnamePrefix"])}.${site.region}.elasticbeanstalk.com`;
    return inputs["cnamePrefix"] !== undefined && site.find(ENVIRONMENT, "cname", cname) !== undefined
      ? `DNS name (${cname}) is not available.`
      : undefined;
  }),
];

const made: Rule[] = [
  rule(
    { id: "environment-stack", source: "aws-quickstart/quickstart-dotnet-serverless-cicd#15", code: INVALID },
    [],
    ({ inputs }) => {
      const name = textAt(inputs, "solutionStackName");
      return name === undefined || SOLUTION_STACKS.includes(name)
        ? undefined
        : `No Solution Stack named '${name}' found.`;
    },
  ),
  rule({ id: "environment-stack-given", source: API, code: "InvalidParameterCombination" }, [], ({ inputs }) =>
    ["solutionStackName", "platformArn", "templateName"].some((property) => inputs[property] !== undefined)
      ? undefined
      : "You must specify a SolutionStackName, PlatformArn or TemplateName.",
  ),
  rule({ id: "environment-version", source: API, code: INVALID }, ["version"], ({ inputs, site }) => {
    const version = textAt(inputs, "version");
    return version === undefined || versionOf(inputs, site) !== undefined
      ? undefined
      : `No Application Version named '${version}' found.`;
  }),
];

function outputsOf(inputs: Values, site: Site): { id: string } & Values {
  const id = `e-${site.fresh(10, LETTERS)}`;
  const name = String(inputs["name"]);
  const host = textAt(inputs, "cnamePrefix") ?? `${name}.eba-${site.fresh(8, LETTERS)}`;
  const cname = isWorker(inputs) ? "" : `${host}.${site.region}.elasticbeanstalk.com`;
  return {
    id,
    name,
    arn: regionalArn(site, "elasticbeanstalk", `environment/${String(inputs["application"])}/${name}`),
    cname,
    cnamePrefix: textAt(inputs, "cnamePrefix") ?? "",
    version: inputs["version"] ?? "Sample Application",
    ...stackOutputs(inputs, site),
    ...settingOutputs(inputs),
    ...partsOf(inputs, id, site),
  };
}

function stackOutputs(inputs: Values, { region }: Site): Values {
  const stack = textAt(inputs, "solutionStackName");
  return stack === undefined ? {} : { platformArn: platformArn(stack, region) };
}

function settingOutputs(inputs: Values): Values {
  return { settings: readBack(inputs), allSettings: allSettings(inputs) };
}

/** The whole of what an update takes, by the deployment policy. */
function updateSeconds(inputs: Values): number {
  const policy = option(inputs, COMMAND, "DeploymentPolicy") ?? "AllAtOnce";
  const evaluation = 60 * Number(option(inputs, SPLITTING, "EvaluationTime") ?? 5);
  if (policy === "AllAtOnce") return SECONDS.allAtOnce;
  if (policy.startsWith("Rolling")) return SECONDS.rolling;
  return policy === "Immutable" ? SECONDS.immutable : SECONDS.immutable + evaluation;
}

/** Machines that run a version of an application, and what stands before them. */
export const environment: Model = {
  type: ENVIRONMENT,
  source: SOURCE,
  required: ["application"],
  replaces: ["name", "cnamePrefix", "tier"],
  defaults: { tier: "WebServer", waitForReadyTimeout: "20m" },
  name: { property: "name", longest: 40 },
  sets: ["settings"],
  means: { settings: meaningOf },
  references: [{ property: "application", to: [APPLICATION], by: "name", missing: INVALID }, ...networkReferences],
  plan,
  call: [...naming, ...made, ...optionRules, ...networkRules],
  wait: [...launchRules, ...deployRules],
  computed: outputsOf,
  updated: (inputs, old, site) => ({
    ...stackOutputs(inputs, site),
    ...settingOutputs(inputs),
    // Another load balancer or none: other machines, another address.
    ...(balancerOf(inputs) !== balancerOf(old.inputs) && partsOf(inputs, old.id, site)),
  }),
  settled: syncParts,
  removed: removeParts,
  seconds: {
    create: (inputs) => (balancerOf(inputs) === undefined ? SECONDS.single : SECONDS.balanced),
    update: updateSeconds,
    delete: SECONDS.terminate,
  },
};
