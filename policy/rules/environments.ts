/** What environments of Elastic Beanstalk and buckets have to be. */
import { jsonAt, listAt, said, type Inputs, type PolicyRule } from "../rule";
import { holdsSecret } from "./secrets";

const ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment";
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const BLOCKS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** The value of an option; undefined where it is not set, or not known yet. */
function option(inputs: Inputs, namespace: string, name: string): unknown {
  return listAt(inputs, "settings").find((one) => one["namespace"] === namespace && one["name"] === name)?.["value"];
}

/** Whether an environment has a load balancer of its own that speaks HTTP. */
function isBalanced(inputs: Inputs): boolean {
  return option(inputs, "aws:elasticbeanstalk:environment", "LoadBalancerType") === "application";
}

/** Namespaces of the listeners that speak HTTPS. */
function secureListeners(inputs: Inputs): string[] {
  const listeners = listAt(inputs, "settings").filter(
    ({ namespace, name, value }) =>
      String(namespace).startsWith("aws:elbv2:listener:") && name === "Protocol" && value === "HTTPS",
  );
  return listeners.map(({ namespace }) => String(namespace));
}

const bucketPrivate: PolicyRule = {
  name: "bucket-private",
  description: "No bucket is open to the world.",
  level: "mandatory",
  types: [BLOCK, "aws:s3/bucketPolicy:BucketPolicy"],
  violation: (inputs, type) => {
    if (type === BLOCK) {
      const open = BLOCKS.filter((name) => inputs[name] !== true);
      return open.length === 0 ? undefined : `It leaves a way to open the bucket; set ${open.join(", ")} to true.`;
    }
    const statements = [(jsonAt(inputs, "policy") as Inputs | undefined)?.["Statement"]].flat() as (
      Inputs | undefined
    )[];
    const open = statements.some(
      (one) => one?.["Effect"] === "Allow" && ["*", '{"AWS":"*"}'].includes(said(one["Principal"])),
    );
    return open ? "It lets everybody in; name who may." : undefined;
  },
};

const metadataProtected: PolicyRule = {
  name: "environment-metadata-protected",
  description: "Instances of an environment give their credentials only to who asks with a token (IMDSv2).",
  level: "mandatory",
  types: [ENVIRONMENT],
  violation: (inputs) =>
    option(inputs, "aws:autoscaling:launchconfiguration", "DisableIMDSv1") === "true"
      ? undefined
      : "The instance metadata answers without a token; set DisableIMDSv1 to true.",
};

const closed: PolicyRule = {
  name: "environment-closed",
  description: "Instances of an environment have no group that lets the world in to SSH.",
  level: "mandatory",
  types: [ENVIRONMENT],
  violation: (inputs) =>
    option(inputs, "aws:autoscaling:launchconfiguration", "DisableDefaultEC2SecurityGroup") === "true"
      ? undefined
      : "Elastic Beanstalk gives them a group of its own; set DisableDefaultEC2SecurityGroup to true.",
};

const plain: PolicyRule = {
  name: "no-secret-in-environment-properties",
  description: "Secrets reach an environment from Secrets Manager, not as text among its properties.",
  level: "mandatory",
  types: [ENVIRONMENT],
  violation: (inputs) => {
    const found = listAt(inputs, "settings").find(
      ({ namespace, name, value }) =>
        namespace === "aws:elasticbeanstalk:application:environment" && holdsSecret(name, value),
    );
    return found && `The property ${String(found["name"])} holds a secret in plain text; set it as a secret.`;
  },
};

const https: PolicyRule = {
  name: "environment-https",
  description: "In production, an environment's load balancer takes HTTPS.",
  level: "advisory",
  production: true,
  types: [ENVIRONMENT],
  violation: (inputs) =>
    isBalanced(inputs) && secureListeners(inputs).length === 0
      ? "Requests come in plain text; set loadBalancer.domain or loadBalancer.certificateArn."
      : undefined,
};

const modernTls: PolicyRule = {
  name: "environment-modern-tls",
  description: "An environment's load balancer takes TLS 1.2 and newer only.",
  level: "mandatory",
  types: [ENVIRONMENT],
  violation: (inputs) => {
    const [old] = secureListeners(inputs)
      .map((namespace) => said(option(inputs, namespace, "SSLPolicy"), "that is taken by default"))
      .filter((policy) => !/TLS13-1-[23]|TLS-1-2/.test(policy));
    return old && `The policy ${old} takes old versions of TLS; name a TLS13-1-2 one.`;
  },
};

const twoInstances: PolicyRule = {
  name: "two-instances",
  description: "In production, two instances at least stand behind an environment's load balancer.",
  level: "mandatory",
  production: true,
  types: [ENVIRONMENT],
  violation: (inputs) => {
    if (!isBalanced(inputs)) return undefined;
    const count = Number(option(inputs, "aws:autoscaling:asg", "MinSize") ?? 1);
    return count >= 2 ? undefined : `${count} serves; set processes.web.count to 2 or more.`;
  },
};

export const environmentRules: readonly PolicyRule[] = [
  bucketPrivate,
  metadataProtected,
  closed,
  plain,
  https,
  modernTls,
  twoInstances,
];
