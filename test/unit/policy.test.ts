import { expect } from "chai";
import { rules } from "../../policy/rules";

interface Cases {
  type: string;
  passes: Record<string, unknown>[];
  fails: Record<string, unknown>[];
}

const json = (value: unknown): string => JSON.stringify(value);
const task = (container: object): Record<string, unknown> => ({
  containerDefinitions: json([{ name: "web", ...container }]),
});
const statement = (Action: unknown, Resource: unknown): Record<string, unknown> => ({
  policy: json({ Statement: [{ Effect: "Allow", Action, Resource }] }),
});

const DATABASE = "aws:rds/instance:Instance";
const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const LISTENER = "aws:lb/listener:Listener";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

const ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment";
/** Inputs of an environment with these options: `namespace name` -> value. */
const environment = (options: Record<string, string>): Record<string, unknown> => ({
  settings: Object.entries(options).map(([key, value]) => {
    const [namespace, name] = key.split(" ");
    return { namespace: `aws:${namespace ?? ""}`, name, value };
  }),
});
const BALANCED = { "elasticbeanstalk:environment LoadBalancerType": "application" };
const SECURE = { "elbv2:listener:443 Protocol": "HTTPS" };
const BLOCKED = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const bucketPolicy = (Effect: string, Principal: unknown): Record<string, unknown> => ({
  policy: json({ Statement: [{ Effect, Principal, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" }] }),
});

const CASES: Record<string, Cases[]> = {
  "database-private": [
    { type: DATABASE, passes: [{}, { publiclyAccessible: false }], fails: [{ publiclyAccessible: true }] },
    { type: "aws:mq/broker:Broker", passes: [{}], fails: [{ publiclyAccessible: true }] },
  ],
  "security-group-closed": [
    {
      type: INGRESS,
      passes: [
        { cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443, ipProtocol: "tcp" },
        { cidrIpv4: "10.0.0.0/16", fromPort: 5432, toPort: 5432 },
        { referencedSecurityGroupId: "sg-1", ipProtocol: "-1" },
      ],
      fails: [
        { cidrIpv4: "0.0.0.0/0", fromPort: 5432, toPort: 5432, ipProtocol: "tcp" },
        { cidrIpv6: "::/0", ipProtocol: "-1" },
        { cidrIpv4: "0.0.0.0/0", fromPort: 80, toPort: 443, ipProtocol: "tcp" },
      ],
    },
    {
      type: "aws:ec2/securityGroup:SecurityGroup",
      passes: [{}, { ingress: [{ cidrBlocks: ["10.0.0.0/8"], fromPort: 22, toPort: 22 }] }],
      fails: [{ ingress: [{ cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"], fromPort: 22, toPort: 22 }] }],
    },
    {
      type: "aws:ec2/securityGroupRule:SecurityGroupRule",
      passes: [{ type: "egress", cidrBlocks: ["0.0.0.0/0"], fromPort: 0, toPort: 0 }],
      fails: [{ type: "ingress", cidrBlocks: ["0.0.0.0/0"], fromPort: 0, toPort: 0 }],
    },
  ],
  "least-privilege": [
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      passes: [statement(["sqs:SendMessage"], "*"), statement("sqs:*", "arn:aws:sqs:r:1:q"), {}, { policy: "no json" }],
      fails: [statement("*", "arn:aws:sqs:r:1:q"), statement(["logs:PutLogEvents", "sqs:*"], ["*"])],
    },
    { type: "aws:iam/policy:Policy", passes: [{}], fails: [statement("s3:*", "*")] },
  ],
  "instance-metadata-protected": [
    {
      type: "aws:ec2/launchTemplate:LaunchTemplate",
      passes: [{ metadataOptions: { httpTokens: "required" } }],
      fails: [{}, { metadataOptions: { httpTokens: "optional" } }],
    },
  ],
  "image-pinned": [
    {
      type: TASK,
      passes: [task({ image: "h/i@sha256:00" }), task({ image: "host:5000/i:4.1" }), {}],
      fails: [task({ image: "h/i:latest" }), task({ image: "nginx" }), task({ image: "host:5000/i" })],
    },
  ],
  "container-unprivileged": [{ type: TASK, passes: [task({})], fails: [task({ privileged: true })] }],
  "no-secret-in-environment": [
    {
      type: TASK,
      passes: [
        task({
          environment: [{ name: "WEBAPP_ENV", value: "prod" }],
          secrets: [{ name: "API_TOKEN", valueFrom: "arn" }],
        }),
        task({ environment: [{ name: "HOME_URL", value: "https://example.com/a:b@c" }] }),
      ],
      fails: [
        task({ environment: [{ name: "API_TOKEN", value: "x" }] }),
        task({ environment: [{ name: "DB_URI", value: "postgresql://u:p@db/name" }] }),
      ],
    },
  ],
  "repository-immutable": [
    {
      type: "aws:ecr/repository:Repository",
      passes: [{ imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } }],
      fails: [{}, { imageTagMutability: "IMMUTABLE" }, { imageScanningConfiguration: { scanOnPush: true } }],
    },
  ],
  "logs-kept-for-a-time": [
    {
      type: "aws:cloudwatch/logGroup:LogGroup",
      passes: [{ retentionInDays: 30 }],
      fails: [{}, { retentionInDays: 0 }],
    },
  ],
  "rollout-rolled-back": [
    {
      type: "aws:ecs/service:Service",
      passes: [{ deploymentCircuitBreaker: { enable: true, rollback: true } }],
      fails: [{}, { deploymentCircuitBreaker: { enable: true, rollback: false } }],
    },
  ],
  "storage-encrypted": [
    { type: DATABASE, passes: [{ storageEncrypted: true }], fails: [{}, { storageEncrypted: false }] },
    { type: "aws:efs/fileSystem:FileSystem", passes: [{ encrypted: true }], fails: [{}] },
    {
      type: "aws:elasticache/replicationGroup:ReplicationGroup",
      passes: [{ atRestEncryptionEnabled: true }],
      fails: [{}],
    },
    {
      type: "aws:ec2/launchTemplate:LaunchTemplate",
      passes: [{ blockDeviceMappings: [{ ebs: { encrypted: "true" } }] }],
      fails: [{}, { blockDeviceMappings: [{ ebs: {} }] }],
    },
    { type: "aws:sqs/queue:Queue", passes: [{}, { kmsMasterKeyId: "k" }], fails: [{ sqsManagedSseEnabled: false }] },
  ],
  "database-protected": [
    {
      type: DATABASE,
      passes: [{ deletionProtection: true }],
      fails: [{}, { deletionProtection: true, skipFinalSnapshot: true }],
    },
  ],
  "database-backed-up": [
    { type: DATABASE, passes: [{ backupRetentionPeriod: 7 }], fails: [{}, { backupRetentionPeriod: 6 }] },
  ],
  "queue-has-dead-letters": [
    {
      type: "aws:sqs/queue:Queue",
      passes: [{ redrivePolicy: "{}" }, { messageRetentionSeconds: 1_209_600 }],
      fails: [{}, { messageRetentionSeconds: 60 }],
    },
  ],
  "two-zones": [
    { type: DATABASE, passes: [{ multiAz: true }], fails: [{}, { multiAz: false }] },
    {
      type: "aws:elasticache/replicationGroup:ReplicationGroup",
      passes: [{ automaticFailoverEnabled: true }],
      fails: [{}],
    },
    { type: "aws:mq/broker:Broker", passes: [{ deploymentMode: "CLUSTER_MULTI_AZ" }], fails: [{}] },
    { type: BALANCER, passes: [{ subnets: ["a", "b"] }, {}], fails: [{ subnets: ["a"] }] },
    {
      type: "aws:autoscaling/group:Group",
      passes: [{ vpcZoneIdentifiers: ["a", "b"] }],
      fails: [{ vpcZoneIdentifiers: ["a"] }],
    },
  ],
  "bucket-private": [
    {
      type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      passes: [BLOCKED],
      fails: [{}, { ...BLOCKED, blockPublicPolicy: false }],
    },
    {
      type: "aws:s3/bucketPolicy:BucketPolicy",
      passes: [{}, bucketPolicy("Deny", "*"), bucketPolicy("Allow", { AWS: "arn:aws:iam::1:root" })],
      fails: [bucketPolicy("Allow", "*"), bucketPolicy("Allow", { AWS: "*" })],
    },
  ],
  "environment-metadata-protected": [
    {
      type: ENVIRONMENT,
      passes: [environment({ "autoscaling:launchconfiguration DisableIMDSv1": "true" })],
      fails: [{}, environment({ "autoscaling:launchconfiguration DisableIMDSv1": "false" })],
    },
  ],
  "environment-closed": [
    {
      type: ENVIRONMENT,
      passes: [environment({ "autoscaling:launchconfiguration DisableDefaultEC2SecurityGroup": "true" })],
      fails: [environment({})],
    },
  ],
  "no-secret-in-environment-properties": [
    {
      type: ENVIRONMENT,
      passes: [
        environment({
          "elasticbeanstalk:application:environment WEBAPP_ENV": "prod",
          "elasticbeanstalk:application:environmentsecrets API_TOKEN": "arn",
          "elasticbeanstalk:application:environment SLIPWAY_SECRETS_VERSION": "0a1b",
        }),
      ],
      fails: [
        environment({ "elasticbeanstalk:application:environment API_TOKEN": "x" }),
        environment({ "elasticbeanstalk:application:environment DB_URI": "mysql://u:p@db/name" }),
      ],
    },
  ],
  "environment-https": [
    {
      type: ENVIRONMENT,
      passes: [environment({}), environment({ ...BALANCED, ...SECURE })],
      fails: [environment(BALANCED)],
    },
  ],
  "environment-modern-tls": [
    {
      type: ENVIRONMENT,
      passes: [
        environment(BALANCED),
        environment({ ...SECURE, "elbv2:listener:443 SSLPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06" }),
      ],
      fails: [
        environment(SECURE),
        environment({ ...SECURE, "elbv2:listener:443 SSLPolicy": "ELBSecurityPolicy-2016-08" }),
      ],
    },
  ],
  "two-instances": [
    {
      type: ENVIRONMENT,
      passes: [environment({}), environment({ ...BALANCED, "autoscaling:asg MinSize": "2" })],
      fails: [environment(BALANCED), environment({ ...BALANCED, "autoscaling:asg MinSize": "1" })],
    },
  ],
  "two-web-processes": [
    {
      type: "aws:ecs/service:Service",
      passes: [{ desiredCount: 1 }, { desiredCount: 2, loadBalancers: [{}] }],
      fails: [{ desiredCount: 1, loadBalancers: [{}] }],
    },
  ],
  "load-balancer-protected": [{ type: BALANCER, passes: [{ enableDeletionProtection: true }], fails: [{}] }],
  https: [
    {
      type: LISTENER,
      passes: [
        { protocol: "HTTPS", defaultActions: [{ type: "forward" }] },
        { protocol: "HTTP", defaultActions: [{ type: "redirect" }] },
      ],
      fails: [{ protocol: "HTTP", defaultActions: [{ type: "forward" }] }],
    },
  ],
  "modern-tls": [
    {
      type: LISTENER,
      passes: [{ protocol: "HTTP" }, { protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" }],
      fails: [{ protocol: "HTTPS" }, { protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-2016-08" }],
    },
  ],
  "invalid-headers-dropped": [{ type: BALANCER, passes: [{ dropInvalidHeaderFields: true }], fails: [{}] }],
};

describe("the policy pack", () => {
  for (const rule of rules) {
    it(`${rule.name} lets the good pass and names the bad`, () => {
      const cases = CASES[rule.name] ?? [];
      expect(cases.map(({ type }) => type)).to.have.members([...rule.types]);
      for (const { type, passes, fails } of cases) {
        expect(rule.types, type).to.include(type);
        for (const inputs of passes) expect(rule.violation(inputs, type), json(inputs)).to.equal(undefined);
        for (const inputs of fails) expect(rule.violation(inputs, type), json(inputs)).to.match(/\.$/);
      }
    });
  }

  it("has a name of its own for every policy", () => {
    expect(new Set(rules.map(({ name }) => name)).size).to.equal(rules.length);
    expect(Object.keys(CASES).sort()).to.deep.equal(rules.map(({ name }) => name).sort());
  });
});
