/** The AWS provider of a stack: what its config says under `aws:`, with tags on everything that is made. */
import { Provider, type ProviderArgs } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Fault, TargetName } from "./config";

/** Config keys and environment variables that name the region, in the provider's own order. */
const REGION_VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"] as const;

/** Keys whose values are JSON in the config; every other value is a text, whatever it looks like. */
const STRUCTURED: ReadonlySet<string> = new Set<keyof ProviderArgs>([
  "allowedAccountIds",
  "assumeRoleWithWebIdentity",
  "assumeRoles",
  "defaultTags",
  "endpoints",
  "forbiddenAccountIds",
  "ignoreTags",
  "insecure",
  "maxRetries",
  "s3UsePathStyle",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "tokenBucketRateLimiterCapacity",
  "useDualstackEndpoint",
  "useFipsEndpoint",
  "userAgents",
]);

/** Keys that carry credentials, or may: secret in the state, however the config has them. */
const SECRET: ReadonlySet<string> = new Set<keyof ProviderArgs>([
  "accessKey",
  "assumeRoleWithWebIdentity",
  "assumeRoles",
  "httpProxy",
  "httpsProxy",
  "secretKey",
  "token",
]);

/** Config of a stack, as the engine gives it: `namespace:key` -> text. */
type EngineConfig = Readonly<Record<string, string>>;

/** What keeps a provider from being made of the config. */
export function awsFaults(
  target: TargetName,
  config: EngineConfig,
  environment: NodeJS.ProcessEnv,
  stack: string,
): Fault[] {
  if (regionOf(config, environment) !== undefined) return [];
  return [
    {
      key: "",
      problem: `aws:region: missing, and the target ${target} needs it`,
      allowed: `the name of a region such as eu-central-1, there or in ${REGION_VARIABLES.join(" or ")}`,
      mend: `add the line "aws:region: <region>" below "config:" in Pulumi.${stack}.yaml`,
    },
  ];
}

/**
 * The AWS provider that the config under `aws:` describes, with everything that the default one would take from there.
 *
 * @param name unique in a stack
 * @param tags tags of every resource, over those of `aws:defaultTags`
 */
export function awsProvider(
  name: string,
  config: EngineConfig,
  environment: NodeJS.ProcessEnv,
  tags: Readonly<Record<string, string>>,
): Provider {
  return new Provider(name, awsProviderArgs(config, environment, tags));
}

/** Arguments of {@link awsProvider}. */
export function awsProviderArgs(
  config: EngineConfig,
  environment: NodeJS.ProcessEnv,
  tags: Readonly<Record<string, string>>,
): ProviderArgs {
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith("aws:"))
    .map(([key, text]) => [key.slice("aws:".length), text] as const)
    .map(([key, text]) => [key, STRUCTURED.has(key) ? (JSON.parse(text) as unknown) : text] as const);
  const given = Object.fromEntries(
    own.map(([key, value]) => [key, SECRET.has(key) ? pulumi.secret(value) : value]),
  ) as ProviderArgs;
  const region = regionOf(config, environment);
  const { defaultTags } = Object.fromEntries(own) as { defaultTags?: { tags?: Record<string, string> } };
  return {
    ...given,
    ...(region !== undefined && { region }),
    defaultTags: { tags: { ...defaultTags?.tags, ...tags } },
  };
}

function regionOf(config: EngineConfig, environment: NodeJS.ProcessEnv): string | undefined {
  const named = [config["aws:region"], ...REGION_VARIABLES.map((name) => environment[name])];
  return named.find((region) => region !== undefined && region !== "");
}
