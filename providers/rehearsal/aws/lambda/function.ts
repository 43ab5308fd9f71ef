import { createHash } from "node:crypto";
import type { Model, Rule, Site, Thing, Values } from "../../model";
import { arn, between, entriesBetween, exactlyOne, lengthBetween, matches, oneOf, rule } from "../../rules";
import { allows, assumable } from "../grants";
import { objectsAt, regionalArn, textAt, textsAt } from "../read";

/** Type token of a function. */
export const FUNCTION = "aws:lambda/function:Function";

const SOURCE = "terraform-provider-aws internal/service/lambda/function.go";
const API = "Lambda API reference, CreateFunction";
const INVALID = "InvalidParameterValueException";
const LARGEST_ENVIRONMENT = 4096;
const RESERVED =
  /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_.+)|_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** Source: Lambda developer guide, Lambda runtimes. */
const RUNTIMES = [
  "nodejs20.x",
  "nodejs22.x",
  "nodejs24.x",
  "python3.9",
  "python3.10",
  "python3.11",
  "python3.12",
  "python3.13",
  "python3.14",
  "java11",
  "java17",
  "java21",
  "java25",
  "dotnet8",
  "dotnet10",
  "ruby3.2",
  "ruby3.3",
  "ruby3.4",
  "provided.al2",
  "provided.al2023",
];

const plan: Rule[] = [
  matches(
    { id: "function-name", source: `${SOURCE}, validFunctionName` },
    "name",
    /^[0-9A-Za-z_-]{1,64}$/,
    "up to 64 letters, digits, hyphens and underscores",
  ),
  exactlyOne({ id: "function-code", source: SOURCE }, ["code", "imageUri", "s3Bucket"]),
  arn({ id: "function-role-arn", source: SOURCE }, "role", "iam"),
  lengthBetween({ id: "function-handler", source: SOURCE }, "handler", 1, 128),
  between({ id: "function-memory", source: SOURCE }, "memorySize", 128, 10_240),
  between({ id: "function-timeout", source: SOURCE }, "timeout", 1, 900),
  between({ id: "function-storage", source: SOURCE }, "ephemeralStorage.size", 512, 10_240),
  between({ id: "function-concurrency", source: SOURCE }, "reservedConcurrentExecutions", -1, 1_000_000),
  entriesBetween({ id: "function-layers", source: SOURCE }, "layers", 0, 5),
  oneOf({ id: "function-runtime", source: SOURCE }, "runtime", RUNTIMES),
  oneOf({ id: "function-architecture", source: SOURCE }, "architectures", ["x86_64", "arm64"]),
  oneOf({ id: "function-package", source: SOURCE }, "packageType", ["Zip", "Image"]),
  rule(
    { id: "function-zip-needs", source: `${SOURCE}, checkHandlerRuntimeForZipFunction` },
    ["packageType"],
    ({ inputs, unknown }) =>
      inputs["packageType"] !== "Image" &&
      ["handler", "runtime"].some((property) => inputs[property] === undefined && !unknown(property))
        ? "handler and runtime must be set when PackageType is Zip"
        : undefined,
  ),
];

const call: Rule[] = [
  rule(
    { id: "function-role-assumable", source: "boto/boto3#2976; Lambda developer guide, execution role", code: INVALID },
    ["role"],
    ({ inputs, site }) =>
      assumable(site, textAt(inputs, "role") ?? "", "lambda.amazonaws.com")
        ? undefined
        : "The role defined for the function cannot be assumed by Lambda.",
  ),
  rule(
    { id: "function-name-free", source: API, code: "ResourceConflictException" },
    ["name"],
    ({ inputs, old, site }) =>
      old === undefined && site.find(FUNCTION, "name", inputs["name"]) !== undefined
        ? `Function already exist: ${String(inputs["name"])}`
        : undefined,
  ),
  rule(
    {
      id: "function-environment-size",
      source: "Lambda developer guide, Lambda quotas: 4 KB of environment variables",
      code: INVALID,
    },
    ["environment"],
    ({ inputs }) => {
      const size = Buffer.byteLength(JSON.stringify(variablesOf(inputs)));
      return size <= LARGEST_ENVIRONMENT
        ? undefined
        : `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${size} bytes`;
    },
  ),
  rule(
    {
      id: "function-environment-names",
      source: "Lambda developer guide, Defined runtime environment variables",
      code: INVALID,
    },
    ["environment"],
    ({ inputs }) => {
      const names = Object.keys(variablesOf(inputs));
      const reserved = names.filter((name) => RESERVED.test(name));
      if (reserved.length > 0) {
        return `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`;
      }
      const wrong = names.find((name) => !/^[a-zA-Z]\w+$/.test(name));
      return wrong === undefined
        ? undefined
        : `The environment variable name '${wrong}' must begin with a letter, and have at least two letters, digits and underscores`;
    },
  ),
  rule({ id: "function-vpc-needs", source: `${API}, VpcConfig`, code: INVALID }, ["vpcConfig"], ({ inputs }) => {
    const [vpc] = objectsAt(inputs, "vpcConfig");
    const counts =
      vpc === undefined ? [] : ["subnetIds", "securityGroupIds"].map((property) => textsAt(vpc, property).length);
    return counts.includes(0) && counts.some((count) => count > 0)
      ? "SubnetIds and SecurityIds must coexist or be both empty list."
      : undefined;
  }),
  rule(
    {
      id: "function-vpc-allowed",
      source: "Lambda developer guide, Giving Lambda functions access to resources in a VPC: permissions",
      code: INVALID,
    },
    ["vpcConfig", "role"],
    ({ inputs, site }) =>
      textsAt(inputs, "vpcConfig.subnetIds").length > 0 &&
      !allows(site, textAt(inputs, "role") ?? "", "ec2:CreateNetworkInterface", "*")
        ? "The provided execution role does not have permissions to call CreateNetworkInterface on EC2"
        : undefined,
  ),
];

function variablesOf(inputs: Values): Values {
  return objectsAt(inputs, "environment.variables")[0] ?? {};
}

/** Stands for the hash of the archive: changes when the code does. */
function codeHash(inputs: Values): string {
  const code = [inputs["code"], inputs["imageUri"], inputs["s3Bucket"], inputs["s3Key"], inputs["s3ObjectVersion"]];
  return createHash("sha256").update(JSON.stringify(code)).digest("base64");
}

function follows(inputs: Values, site: Site): Values {
  return {
    codeSha256: inputs["codeSha256"] ?? codeHash(inputs),
    lastModified: `modified-${site.next("lambda/modified")}`,
  };
}

/** A function that runs on demand. */
export const lambdaFunction: Model = {
  type: FUNCTION,
  source: SOURCE,
  required: ["role"],
  replaces: ["name", "packageType", "tenancyConfig"],
  replacesIf: (old, inputs) =>
    (old["durableConfig"] === undefined) === (inputs["durableConfig"] === undefined) ? [] : ["durableConfig"],
  name: { property: "name", longest: 64 },
  defaults: {
    memorySize: 128,
    packageType: "Zip",
    publish: false,
    reservedConcurrentExecutions: -1,
    skipDestroy: false,
    timeout: 3,
    "vpcConfig.ipv6AllowedForDualStack": false,
  },
  sets: ["vpcConfig.subnetIds", "vpcConfig.securityGroupIds"],
  references: [
    { property: "role", to: ["aws:iam/role:Role"], by: "arn", missing: INVALID },
    { property: "vpcConfig.subnetIds", to: ["aws:ec2/subnet:Subnet"], missing: INVALID, holds: "DependencyViolation" },
    {
      property: "vpcConfig.securityGroupIds",
      to: ["aws:ec2/securityGroup:SecurityGroup"],
      missing: INVALID,
      holds: "DependencyViolation",
    },
  ],
  plan,
  call,
  computed: (inputs, site) => {
    const name = String(inputs["name"]);
    const functionArn = regionalArn(site, "lambda", `function:${name}`);
    const invokeArn = `arn:${site.partition}:apigateway:${site.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
    return {
      id: name,
      arn: functionArn,
      invokeArn,
      qualifiedArn: `${functionArn}:$LATEST`,
      qualifiedInvokeArn: invokeArn.replace("/invocations", ":$LATEST/invocations"),
      architectures: inputs["architectures"] ?? ["x86_64"],
      version: "$LATEST",
      ...follows(inputs, site),
    };
  },
  updated: (inputs, old: Thing, site) =>
    (inputs["codeSha256"] ?? codeHash(inputs)) === old.outputs["codeSha256"] ? {} : follows(inputs, site),
  seconds: { create: (inputs) => (inputs["vpcConfig"] === undefined ? 8 : 25), update: 8, delete: 2 },
};
