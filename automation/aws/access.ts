/** How AWS is reached: with the credentials, the region and the addresses that the stack's provider has. */
import type { ECSClientConfig } from "@aws-sdk/client-ecs";
import {
  fromNodeProviderChain,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from "@aws-sdk/credential-providers";
import { regionOf } from "../../components/aws-provider";

// The versions in use are pinned, and run on every Node that Slipway does.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

type Credentials = NonNullable<ECSClientConfig["credentials"]>;

/** How AWS is reached. */
export interface AwsAccess {
  region: string;
  /** What a client of a service is made with, by the name that Pulumi's provider has for the service. */
  of: (service: string) => ClientConfig;
}

/** What a client of a service is made with. */
export type ClientConfig = Pick<ECSClientConfig, "credentials" | "maxAttempts"> & {
  region: string;
  /** URL. @default that of AWS */
  endpoint?: string;
  useFipsEndpoint: boolean;
  useDualstackEndpoint: boolean;
};

/** A role that is taken, as `aws:assumeRoles` has it. */
interface Role {
  roleArn?: string;
  sessionName?: string;
  externalId?: string;
  policy?: string;
  policyArns?: string[];
  /** Such as `1h30m`. */
  duration?: string;
}

interface WebIdentity extends Role {
  webIdentityToken?: string;
  webIdentityTokenFile?: string;
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/**
 * What clients are made with for what the config says under `aws:`, as Pulumi's provider reads it: keys, profile, roles one
 * after another, a web identity, endpoints. Credentials that it does not name are found as the AWS CLI finds them.
 *
 * @param config `aws:<key>` -> text; structured values as JSON
 */
export function awsAccess(config: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv): AwsAccess {
  const region = regionOf(config, environment) ?? "";
  const addresses = Object.assign({}, ...structured<Record<string, string>[]>(config, "endpoints", [])) as Addresses;
  const retries = config["aws:maxRetries"];
  const shared = {
    region,
    credentials: credentialsOf(config, region, addresses),
    useFipsEndpoint: config["aws:useFipsEndpoint"] === "true",
    useDualstackEndpoint: config["aws:useDualstackEndpoint"] === "true",
    ...(retries !== undefined && { maxAttempts: Number(retries) + 1 }),
  };
  return { region, of: (service) => ({ ...shared, ...at(addresses[service]) }) };
}

type Addresses = Partial<Record<string, string>>;

function at(endpoint: string | undefined): { endpoint?: string } {
  return endpoint === undefined ? {} : { endpoint };
}

function structured<T>(config: Readonly<Record<string, string>>, key: string, none: T): T {
  const text = config[`aws:${key}`];
  return text === undefined ? none : (JSON.parse(text) as T);
}

function credentialsOf(config: Readonly<Record<string, string>>, region: string, addresses: Addresses): Credentials {
  const clientConfig = { region, ...at(addresses["sts"]) };
  const roles = structured<Role[]>(config, "assumeRoles", []);
  return roles.reduce<Credentials>(
    (masterCredentials, role) => fromTemporaryCredentials({ masterCredentials, clientConfig, params: paramsOf(role) }),
    firstCredentials(config, clientConfig),
  );
}

function firstCredentials(
  config: Readonly<Record<string, string>>,
  clientConfig: { region: string; endpoint?: string },
): Credentials {
  const { "aws:accessKey": accessKeyId, "aws:secretKey": secretAccessKey, "aws:token": sessionToken } = config;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  }
  const identity = structured<WebIdentity | undefined>(config, "assumeRoleWithWebIdentity", undefined);
  if (identity !== undefined) return webIdentity(identity, clientConfig);
  const profile = config["aws:profile"];
  const [configFilepath] = structured<string[]>(config, "sharedConfigFiles", []);
  const [filepath] = structured<string[]>(config, "sharedCredentialsFiles", []);
  return fromNodeProviderChain({
    clientConfig,
    ...(profile !== undefined && { profile }),
    ...(configFilepath !== undefined && { configFilepath }),
    ...(filepath !== undefined && { filepath }),
  });
}

function webIdentity(
  { roleArn = "", sessionName, webIdentityToken, webIdentityTokenFile }: WebIdentity,
  clientConfig: { region: string; endpoint?: string },
): Credentials {
  const shared = { roleArn, clientConfig, ...(sessionName !== undefined && { roleSessionName: sessionName }) };
  if (webIdentityToken !== undefined) return fromWebToken({ ...shared, webIdentityToken });
  return fromTokenFile({ ...shared, ...(webIdentityTokenFile !== undefined && { webIdentityTokenFile }) });
}

function paramsOf({ roleArn, sessionName = "slipway", externalId, policy, policyArns, duration }: Role) {
  return {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...(policy !== undefined && { Policy: policy }),
    ...(policyArns !== undefined && { PolicyArns: policyArns.map((arn) => ({ arn })) }),
    ...(duration !== undefined && { DurationSeconds: secondsOf(duration) }),
  };
}

/** Seconds of a duration as Go writes it, such as `1h30m`. */
function secondsOf(duration: string): number {
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
}
