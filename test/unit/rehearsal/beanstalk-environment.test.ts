import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { elasticbeanstalk } from "../../../providers/rehearsal/aws/elasticbeanstalk";
import { s3 } from "../../../providers/rehearsal/aws/s3";
import { OBJECTS } from "../../../providers/rehearsal/aws/s3/types";
import type { Values } from "../../../providers/rehearsal/model";
import {
  BALANCED,
  BASE,
  BUCKET,
  CERTIFICATE,
  ENVIRONMENT,
  IN_VPC,
  OTHER_SECRET,
  PENDING,
  QUEUE_URL,
  RIGHT,
  SECRET,
  SINGLE,
  STACK,
  VERSION,
  application,
  bundle,
  inputs,
  options,
  release,
  settings,
  things,
  type Options,
} from "../support/beanstalk-things";
import { testRules, type RuleCase } from "../support/rule-table";
import { worldFolder, type SimulatedCloud } from "../support/simulated-cloud";

const models = [...s3, ...elasticbeanstalk];
const HOOK = ".platform/hooks/predeploy/01_migrate.sh";
const COMMAND = "aws:elasticbeanstalk:command";
const LAUNCH = "aws:autoscaling:launchconfiguration";
const PROPERTY = "aws:elasticbeanstalk:application:environment";
const HEALTH = "aws:elasticbeanstalk:healthreporting:system";
const HTTPS = "aws:elbv2:listener:443";
const SIZES = "aws:autoscaling:asg";

/** A scheduled action, whose name is beside the setting. */
const scheduled = (resource?: string): Values => {
  const action = { namespace: "aws:autoscaling:scheduledaction", name: "MinSize", value: "1" };
  const all = settings(SINGLE)["settings"] as Values[];
  return { settings: [...all, { ...action, ...(resource !== undefined && { resource }) }] };
};
const twice = (): Values => {
  const all = settings(SINGLE)["settings"] as Values[];
  return { settings: [...all, { namespace: LAUNCH, name: "RootVolumeType", value: "gp2" }] };
};
/** Two environments, of which the second is the case. */
const beside = (first: Values, accepted: Values, refused: Values): RuleCase => ({
  given: async (cloud) => {
    await application(cloud);
    await cloud.create(ENVIRONMENT, { ...BASE, ...first });
  },
  accepted,
  refused,
});
/** A version that is not a zip. */
const noZip = async (cloud: SimulatedCloud): Promise<Values> => {
  const file = path.join(worldFolder(), "bundle.zip");
  writeFileSync(file, "not a zip");
  await cloud.create(BUCKET, { bucket: "bundles-text" });
  await cloud.create(OBJECTS[1], { bucket: "bundles-text", key: "1", source: { path: file, hash: "1" } });
  await cloud.create(VERSION, { application: "blog", name: "text", bucket: "bundles-text", key: "1" });
  return { version: "text" };
};
const worker = (more: Options = {}): Values => ({ tier: "Worker", ...settings(SINGLE, more) });
const profile = (name?: string): Options => ({ [`${LAUNCH}/IamInstanceProfile`]: name });
const updates: Options = {
  "aws:elasticbeanstalk:managedactions/ManagedActionsEnabled": "true",
  "aws:elasticbeanstalk:managedactions/PreferredStartTime": "Tue:09:00",
  "aws:elasticbeanstalk:managedactions:platformupdate/UpdateLevel": "minor",
};

const names: Record<string, RuleCase> = {
  "environment-tier": inputs({}, { tier: "Batch" }),
  "environment-stack-or-platform": inputs({}, { platformArn: "arn:aws:elasticbeanstalk:us-east-1::platform/x/1" }),
  "environment-stack-or-template": inputs({}, { templateName: "blog" }),
  "environment-platform-or-template": inputs(
    { solutionStackName: undefined, platformArn: "p" },
    { solutionStackName: undefined, platformArn: "p", templateName: "t" },
  ),
  "environment-ready-timeout": inputs({ waitForReadyTimeout: "1h30m" }, { waitForReadyTimeout: "20 minutes" }),
  "environment-poll-interval": inputs({ pollInterval: "3m" }, { pollInterval: "5s" }),
  "environment-name": inputs({ name: "b".repeat(40) }, { name: "blog-web-" }),
  "environment-name-taken": beside({}, { name: "blog-jobs" }, {}),
  "environment-prefix-worker": inputs({ cnamePrefix: "blog" }, { ...worker(), cnamePrefix: "blog" }),
  "environment-prefix": inputs({ cnamePrefix: "blog" }, { cnamePrefix: "eba-blog" }),
  "environment-prefix-taken": beside(
    { name: "first", cnamePrefix: "blog" },
    { cnamePrefix: "blog2" },
    { cnamePrefix: "blog" },
  ),
  "environment-stack": inputs(
    { solutionStackName: STACK },
    { solutionStackName: "64bit Amazon Linux 2 v3.5.0 running Python 3.8" },
  ),
  "environment-stack-given": inputs({}, { solutionStackName: undefined }),
  "environment-version": inputs((cloud) => release(cloud, RIGHT), { version: "gone" }),
};

const optionCases: Record<string, RuleCase> = {
  "environment-option-known": options({ [`${COMMAND}/Timeout`]: "60" }, { [`${COMMAND}/TimeOut`]: "60" }),
  "environment-option-value": options({ [`${COMMAND}/Timeout`]: "3600" }, { [`${COMMAND}/Timeout`]: "3601" }),
  "environment-option-twice": inputs({}, twice()),
  "environment-scheduled-action": inputs(scheduled("night"), scheduled()),
  "environment-secret-arn": options(
    { "aws:elasticbeanstalk:application:environmentsecrets/TOKEN": SECRET },
    { "aws:elasticbeanstalk:application:environmentsecrets/TOKEN": "token" },
  ),
  "environment-trigger-single": options(BALANCED, { ...SINGLE, "aws:autoscaling:trigger/LowerThreshold": "20" }, {}),
  "environment-balancer-options": options(
    { ...BALANCED, "aws:elbv2:loadbalancer/IdleTimeout": "60" },
    { ...BALANCED, "aws:elb:loadbalancer/CrossZone": "true" },
    {},
  ),
  "environment-worker-options": inputs(
    worker({ ...profile("daemon"), "aws:elasticbeanstalk:sqsd/MaxRetries": "3" }),
    settings(SINGLE, { "aws:elasticbeanstalk:sqsd/MaxRetries": "3" }),
  ),
  "environment-sizes": options(
    { [`${SIZES}/MinSize`]: "2", [`${SIZES}/MaxSize`]: "2" },
    { [`${SIZES}/MinSize`]: "3", [`${SIZES}/MaxSize`]: "2" },
    BALANCED,
  ),
  "environment-instance-type": options({}, { "aws:ec2:instances/InstanceTypes": "t3.small,t3.mediun" }),
  "environment-architecture": options(
    { "aws:ec2:instances/InstanceTypes": "t4g.small", "aws:ec2:instances/SupportedArchitectures": "arm64" },
    { "aws:ec2:instances/InstanceTypes": "t4g.small" },
  ),
  "environment-policy-single": options(
    { [`${COMMAND}/DeploymentPolicy`]: "Immutable" },
    { [`${COMMAND}/DeploymentPolicy`]: "Rolling" },
  ),
  "environment-traffic-splitting": options(
    { ...BALANCED, [`${COMMAND}/DeploymentPolicy`]: "TrafficSplitting" },
    { [`${COMMAND}/DeploymentPolicy`]: "TrafficSplitting" },
    {},
  ),
  "environment-batch": options(
    { [`${COMMAND}/BatchSizeType`]: "Fixed", [`${COMMAND}/BatchSize`]: "4" },
    { [`${COMMAND}/BatchSizeType`]: "Fixed", [`${COMMAND}/BatchSize`]: "5" },
    BALANCED,
  ),
  "environment-rolling-batch": options(
    { "aws:autoscaling:updatepolicy:rollingupdate/MinInstancesInService": "3" },
    { "aws:autoscaling:updatepolicy:rollingupdate/MinInstancesInService": "4" },
    BALANCED,
  ),
  "environment-enhanced-role": options(
    { [`${HEALTH}/SystemType`]: "enhanced" },
    { [`${HEALTH}/SystemType`]: "enhanced", "aws:elasticbeanstalk:environment/ServiceRole": undefined },
  ),
  "environment-managed-updates": options({ ...updates, [`${HEALTH}/SystemType`]: "enhanced" }, updates),
  "environment-updates-role": options(
    { "aws:elasticbeanstalk:managedactions/ServiceRoleForManagedUpdates": "service" },
    { "aws:elasticbeanstalk:managedactions/ServiceRoleForManagedUpdates": "web" },
  ),
  "environment-network": options(IN_VPC, { ...IN_VPC, "aws:ec2:vpc/Subnets": "subnet-1a,subnet-2b" }),
};

const launches: Record<string, RuleCase> = {
  "environment-profile-given": options({}, profile()),
  "environment-profile-exists": options({}, profile("gone")),
  "environment-profile-role": options({}, profile("bare")),
  "environment-service-role": options(
    { "aws:elasticbeanstalk:environment/ServiceRole": `arn:aws:iam::123456789012:role/service` },
    { "aws:elasticbeanstalk:environment/ServiceRole": "web" },
  ),
  "environment-launch-template": options(
    { [`${LAUNCH}/DisableIMDSv1`]: undefined },
    { [`${LAUNCH}/DisableIMDSv1`]: undefined, [`${LAUNCH}/RootVolumeType`]: undefined },
  ),
  "environment-properties-size": options(
    { [`${PROPERTY}/TEXT`]: "x".repeat(4091) },
    { [`${PROPERTY}/TEXT`]: "x".repeat(4092) },
  ),
  "environment-key-pair": options({ [`${LAUNCH}/EC2KeyName`]: "ops" }, { [`${LAUNCH}/EC2KeyName`]: "dev" }),
  "environment-balancer-zones": options(
    { ...IN_VPC },
    { ...IN_VPC, "aws:ec2:vpc/ELBSubnets": "subnet-1a,subnet-1a2" },
    BALANCED,
  ),
  "environment-certificate": options(
    { [`${HTTPS}/Protocol`]: "HTTPS", [`${HTTPS}/SSLCertificateArns`]: CERTIFICATE },
    { [`${HTTPS}/Protocol`]: "HTTPS", [`${HTTPS}/SSLCertificateArns`]: PENDING },
    BALANCED,
  ),
};

const deployments: Record<string, RuleCase> = {
  "environment-source": inputs(
    (cloud) => release(cloud, RIGHT),
    async (cloud) => ({ ...(await release(cloud, RIGHT)), ...settings(SINGLE, profile("poor")) }),
  ),
  "environment-secrets": options(
    { "aws:elasticbeanstalk:application:environmentsecrets/TOKEN": SECRET },
    { "aws:elasticbeanstalk:application:environmentsecrets/TOKEN": OTHER_SECRET },
  ),
  "bundle-zip": inputs((cloud) => release(cloud, RIGHT), noZip),
  "bundle-paths": bundle({ "shop/app.py": "" }, { "shop\\app.py": "" }),
  "bundle-extensions": bundle(
    { ".ebextensions/01.config": "container_commands:\n  01_migrate:\n    command: flask db upgrade\n" },
    { ".ebextensions/01.config": "files:\n    a: 1\n   b: 2\n" },
  ),
  "bundle-hook-executable": bundle(
    { [HOOK]: { text: "#!/bin/sh\ntrue\n", mode: 0o755 } },
    { [HOOK]: "#!/bin/sh\ntrue\n" },
  ),
  "bundle-hook-lines": bundle(
    { [HOOK]: { text: "#!/bin/sh\ntrue\n", mode: 0o755 } },
    { [HOOK]: { text: "#!/bin/sh\r\ntrue\r\n", mode: 0o755 } },
  ),
  "bundle-start": inputs(
    (cloud) => release(cloud, { "application.py": "application = None\n" }),
    (cloud) => release(cloud, { "blog/application.py": "application = None\n" }),
  ),
  "environment-health": options(
    { [`${HEALTH}/SystemType`]: "enhanced" },
    { [`${HEALTH}/SystemType`]: "enhanced", ...profile("blind") },
  ),
  "environment-queue-rights": inputs(
    worker({ ...profile("daemon"), "aws:elasticbeanstalk:sqsd/WorkerQueueURL": QUEUE_URL }),
    worker({ "aws:elasticbeanstalk:sqsd/WorkerQueueURL": QUEUE_URL }),
  ),
};

testRules(
  { [ENVIRONMENT]: { base: BASE, rules: { ...names, ...optionCases, ...launches, ...deployments } } },
  { models, things },
);
