/** What AWS and Docker would compute, for components that run against mocks. */
import type { ComputedOutputs } from "./resource-graph";

const REGION = "eu-central-1";
const ACCOUNT = "123456789012";

const arn = (service: string, kind: string) => (name: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${kind}${name}`;

/** An ARN, and the name that the provider makes where none is given. */
const named = (service: string, kind: string) => (name: string) => ({ arn: arn(service, kind)(name), name });

/** Outputs of each type that a stack on ECS is made of; the text of a secret stands in for `canary`. */
export const AWS_COMPUTED: ComputedOutputs = {
  "pulumi:index:Stash": {},
  "pulumi:providers:aws": {},
  "aws:acm/certificate:Certificate": (name) => ({
    arn: arn("acm", "certificate/")(name),
    domainValidationOptions: [
      {
        resourceRecordName: "_1.example.com.",
        resourceRecordType: "CNAME",
        resourceRecordValue: "_2.acm-validations.aws.",
      },
    ],
  }),
  "aws:acm/certificateValidation:CertificateValidation": {},
  "aws:appautoscaling/policy:Policy": {},
  "aws:appautoscaling/target:Target": {},
  "aws:autoscaling/group:Group": named("autoscaling", "group/"),
  "aws:cloudwatch/dashboard:Dashboard": {},
  "aws:cloudwatch/eventRule:EventRule": named("events", "rule/"),
  "aws:cloudwatch/eventTarget:EventTarget": {},
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named("cloudwatch", "alarm:"),
  "aws:ec2/eip:Eip": (name) => ({ allocationId: `${name}-id` }),
  "aws:ec2/internetGateway:InternetGateway": {},
  "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 1 },
  "aws:ec2/natGateway:NatGateway": {},
  "aws:ec2/route:Route": {},
  "aws:ec2/routeTable:RouteTable": {},
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {},
  "aws:ec2/securityGroup:SecurityGroup": {},
  "aws:ec2/subnet:Subnet": {},
  "aws:ec2/vpc:Vpc": {},
  "aws:ec2/vpcEndpoint:VpcEndpoint": {},
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {},
  "aws:ecr/repository:Repository": (name) => ({
    ...named("ecr", "repository/")(name),
    repositoryUrl: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${name}`,
  }),
  "aws:ecs/capacityProvider:CapacityProvider": named("ecs", "capacity-provider/"),
  "aws:ecs/cluster:Cluster": (name) => ({ arn: arn("ecs", "cluster/")(name) }),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {},
  "aws:ecs/service:Service": named("ecs", "service/"),
  "aws:ecs/taskDefinition:TaskDefinition": (name) => ({
    arn: `${arn("ecs", "task-definition/")(name)}:1`,
    arnWithoutRevision: arn("ecs", "task-definition/")(name),
  }),
  "aws:efs/accessPoint:AccessPoint": named("elasticfilesystem", "access-point/"),
  "aws:efs/fileSystem:FileSystem": named("elasticfilesystem", "file-system/"),
  "aws:efs/mountTarget:MountTarget": {},
  "aws:elasticache/replicationGroup:ReplicationGroup": (name) => ({ primaryEndpointAddress: `${name}.cache.internal` }),
  "aws:elasticache/subnetGroup:SubnetGroup": (name) => ({ name: `${name}-1a2b3c4` }),
  "aws:elasticbeanstalk/application:Application": named("elasticbeanstalk", "application/"),
  "aws:elasticbeanstalk/applicationVersion:ApplicationVersion": {},
  "aws:elasticbeanstalk/environment:Environment": (name) => ({
    cname: `${name}.${REGION}.elasticbeanstalk.com`,
    loadBalancers: [arn("elasticloadbalancing", "loadbalancer/app/")(`awseb-${name}/1`)],
  }),
  "aws:iam/instanceProfile:InstanceProfile": named("iam", "instance-profile/"),
  "aws:iam/role:Role": named("iam", "role/"),
  "aws:iam/rolePolicy:RolePolicy": {},
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {},
  "aws:lambda/function:Function": named("lambda", "function:"),
  "aws:lambda/invocation:Invocation": {},
  "aws:lb/listener:Listener": named("elasticloadbalancing", "listener/"),
  "aws:lb/loadBalancer:LoadBalancer": (name) => ({
    arn: arn("elasticloadbalancing", "loadbalancer/")(name),
    arnSuffix: `app/${name}/1`,
    dnsName: `${name}.elb.amazonaws.com`,
    zoneId: "Z0",
  }),
  "aws:lb/targetGroup:TargetGroup": (name) => ({
    arn: arn("elasticloadbalancing", "targetgroup/")(name),
    arnSuffix: `targetgroup/${name}/1`,
  }),
  "aws:mq/broker:Broker": { instances: [{ endpoints: ["amqps://b-1.mq.amazonaws.com:5671"] }] },
  "aws:mq/configuration:Configuration": { latestRevision: 1 },
  "aws:rds/instance:Instance": (name) => ({
    address: `${name}.rds.amazonaws.com`,
    identifier: `${name}-1a2b3c4`,
    resourceId: "db-1",
    masterUserSecrets: [{ secretArn: arn("secretsmanager", "secret:rds!db-")(name) }],
  }),
  "aws:rds/parameterGroup:ParameterGroup": (name) => ({ name: `${name}-1a2b3c4` }),
  "aws:rds/subnetGroup:SubnetGroup": (name) => ({ name: `${name}-1a2b3c4` }),
  "aws:route53/record:Record": (name) => ({ fqdn: `${name}.example.com` }),
  "aws:s3/bucket:Bucket": (name) => ({ arn: `arn:aws:s3:::${name}-1a2b3c4`, bucket: `${name}-1a2b3c4` }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {},
  "aws:s3/bucketObjectv2:BucketObjectv2": {},
  "aws:s3/bucketPolicy:BucketPolicy": {},
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {},
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {},
  "aws:s3/bucketVersioning:BucketVersioning": {},
  "aws:secretsmanager/secret:Secret": (name) => ({ arn: arn("secretsmanager", "secret:")(name) }),
  "aws:secretsmanager/secretVersion:SecretVersion": (name) => ({ versionId: `${name}-1` }),
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": named("servicediscovery", "namespace/"),
  "aws:servicediscovery/service:Service": named("servicediscovery", "service/"),
  "aws:sns/topic:Topic": named("sns", ""),
  "aws:sns/topicPolicy:TopicPolicy": {},
  "aws:sns/topicSubscription:TopicSubscription": {},
  "aws:sqs/queue:Queue": (name) => ({
    ...named("sqs", "")(name),
    url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
  }),
  "aws:sqs/queuePolicy:QueuePolicy": {},
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": {},
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {},
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {},
  "docker:index/image:Image": (name) => ({
    repoDigest: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${name}@sha256:${"0".repeat(64)}`,
  }),
};

/** Answers of the lookups that a stack on ECS makes. */
export const AWS_ANSWERS = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": { names: ["a", "b", "c"].map((zone) => `${REGION}${zone}`) },
  "aws:index/getRegion:getRegion": { region: REGION },
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: ACCOUNT },
  "aws:elasticbeanstalk/getHostedZone:getHostedZone": { id: "Z1FRNW7UH4DEZJ" },
  "aws:elasticbeanstalk/getSolutionStack:getSolutionStack": {
    name: "64bit Amazon Linux 2023 v4.7.2 running Python 3.13",
  },
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": { userName: "AWS", password: "canary-canary-token" },
};

/** Texts that differ from account to account -> what is written instead. */
export const AWS_NAMES = { [REGION]: "<region>", [ACCOUNT]: "<account>" };
