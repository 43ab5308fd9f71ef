/** An account with what environments of Elastic Beanstalk need, and settings of one that works. */
import * as path from "node:path";
import { APPLICATION, ENVIRONMENT, VERSION } from "../../../providers/rehearsal/aws/elasticbeanstalk/types";
import { BUCKET, OBJECTS } from "../../../providers/rehearsal/aws/s3/types";
import type { Thing, Values } from "../../../providers/rehearsal/model";
import { policy, trust } from "./aws-things";
import type { Patch, RuleCase } from "./rule-table";
import { worldFolder, type SimulatedCloud } from "./simulated-cloud";
import { ACCOUNT, network } from "./simulated-network";
import { writeZip, type Zipped } from "./zip-file";

export const STACK = "64bit Amazon Linux 2023 v4.9.2 running Python 3.13";
export const CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`;
export const PENDING = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/2`;
export const SECRET = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:token-a1b2c3`;
export const OTHER_SECRET = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:other-a1b2c3`;
export const QUEUE_URL = `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/jobs`;

const made = (type: string, id: string, outputs: Values): Thing => ({
  type,
  id,
  inputs: { made: "before" },
  outputs: { id, ...outputs },
});
const role = (name: string, service: string): Thing =>
  made("aws:iam/role:Role", name, {
    name,
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    assumeRolePolicy: trust(service),
  });
const profile = (name: string, of = name): Thing =>
  made("aws:iam/instanceProfile:InstanceProfile", name, {
    name,
    arn: `arn:aws:iam::${ACCOUNT}:instance-profile/${name}`,
    role: of,
  });
const allowed = (name: string, ...statements: Values[]): Thing =>
  made("aws:iam/rolePolicy:RolePolicy", `${name}:rights`, {
    role: name,
    policy: policy(...statements.map((each) => ({ Effect: "Allow", ...each }))),
  });
const BUNDLES = { Action: "s3:GetObject", Resource: "arn:aws:s3:::elasticbeanstalk-*" };
const STATISTICS = { Action: "elasticbeanstalk:PutInstanceStatistics", Resource: "*" };

/** Roles: `web` may do all, `daemon` takes messages, `blind` says nothing of its health, `poor` may do nothing, `stranger` is for functions. */
export const things: readonly Thing[] = [
  ...network,
  role("service", "elasticbeanstalk.amazonaws.com"),
  role("stranger", "lambda.amazonaws.com"),
  ...["web", "daemon", "blind", "poor"].map((name) => role(name, "ec2.amazonaws.com")),
  ...["web", "daemon", "blind", "poor", "stranger"].map((name) => profile(name)),
  profile("bare", ""),
  allowed("web", BUNDLES, STATISTICS, { Action: "secretsmanager:GetSecretValue", Resource: SECRET }),
  allowed("blind", BUNDLES),
  made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "daemon-worker", {
    role: "daemon",
    policyArn: "arn:aws:iam::aws:policy/AWSElasticBeanstalkWorkerTier",
  }),
  allowed("stranger", BUNDLES),
  made("aws:ec2/keyPair:KeyPair", "ops", { keyName: "ops" }),
  made("aws:acm/certificate:Certificate", CERTIFICATE, { arn: CERTIFICATE, status: "ISSUED" }),
  made("aws:acm/certificate:Certificate", PENDING, { arn: PENDING, status: "PENDING_VALIDATION" }),
  ...[SECRET, OTHER_SECRET].flatMap((arn) => [
    made("aws:secretsmanager/secret:Secret", arn, { arn, name: arn }),
    made("aws:secretsmanager/secretVersion:SecretVersion", `${arn}|1`, { secretId: arn, secretString: "x" }),
  ]),
  made("aws:sqs/queue:Queue", QUEUE_URL, { url: QUEUE_URL, arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs` }),
];

/** `namespace/name` -> value; undefined takes one away. */
export type Options = Readonly<Record<string, string | undefined>>;

const MINIMUM: Options = {
  "aws:autoscaling:launchconfiguration/IamInstanceProfile": "web",
  "aws:autoscaling:launchconfiguration/DisableIMDSv1": "true",
  "aws:autoscaling:launchconfiguration/RootVolumeType": "gp3",
  "aws:ec2:instances/InstanceTypes": "t3.small",
  "aws:elasticbeanstalk:environment/ServiceRole": "service",
};
export const SINGLE: Options = { "aws:elasticbeanstalk:environment/EnvironmentType": "SingleInstance" };
export const BALANCED: Options = {
  "aws:elasticbeanstalk:environment/EnvironmentType": "LoadBalanced",
  "aws:elasticbeanstalk:environment/LoadBalancerType": "application",
};
export const IN_VPC: Options = {
  "aws:ec2:vpc/VPCId": "vpc-1",
  "aws:ec2:vpc/Subnets": "subnet-1a,subnet-1b",
};

/** Settings of an environment that works, with others over them. */
export function settings(...options: readonly Options[]): Values {
  const all: Options = Object.assign({}, MINIMUM, ...options) as Options;
  return {
    settings: Object.entries(all).flatMap(([key, value]) => {
      const at = key.lastIndexOf("/");
      return value === undefined ? [] : [{ namespace: key.slice(0, at), name: key.slice(at + 1), value }];
    }),
  };
}

/** An environment of an application, as every case has it. */
export const BASE: Values = { name: "blog-web", application: "blog", solutionStackName: STACK, ...settings(SINGLE) };

export const application = (cloud: SimulatedCloud): Promise<unknown> => cloud.create(APPLICATION, { name: "blog" });

/** A case of an environment: the settings that are accepted, and those that are not. */
export function options(accepted: Options, refused: Options, common: Options = SINGLE): RuleCase {
  return { given: application, accepted: settings(common, accepted), refused: settings(common, refused) };
}

/** A case of an environment by its other inputs. */
export function inputs(accepted: Patch, refused: Patch): RuleCase {
  return { given: application, accepted, refused };
}

/** Makes a version of the application out of files. @returns its label */
export async function release(
  cloud: SimulatedCloud,
  files: Readonly<Record<string, string | Zipped>>,
  label = "1",
): Promise<Values> {
  const file = path.join(worldFolder(), "bundle.zip");
  writeZip(file, files);
  const bucket = `bundles-${label.toLowerCase()}`;
  await cloud.create(BUCKET, { bucket });
  await cloud.create(OBJECTS[1], { bucket, key: "bundle.zip", source: { path: file, hash: label } });
  await cloud.create(VERSION, { application: "blog", name: label, bucket, key: "bundle.zip" });
  return { version: label };
}

export const RIGHT: Readonly<Record<string, string | Zipped>> = { Procfile: "web: gunicorn application\n" };

/** A case of an environment by what the files of its version are. */
export function bundle(
  accepted: Readonly<Record<string, string | Zipped>>,
  refused: Readonly<Record<string, string | Zipped>>,
): RuleCase {
  return inputs(
    (cloud) => release(cloud, { ...RIGHT, ...accepted }),
    (cloud) => release(cloud, { ...RIGHT, ...refused }),
  );
}

export { APPLICATION, BUCKET, ENVIRONMENT, VERSION };
