/** Resources that keep data: what is lost when one of them is replaced or deleted. */

/** By type, what of the user's goes with it. */
const KEEPERS: Readonly<Record<string, string>> = {
  "aws:rds/instance:Instance": "a database",
  "aws:rds/cluster:Cluster": "a database",
  "aws:rds/clusterInstance:ClusterInstance": "an instance of a database",
  "aws:rds/snapshot:Snapshot": "a snapshot of a database",
  "aws:rds/clusterSnapshot:ClusterSnapshot": "a snapshot of a database",
  "aws:docdb/cluster:Cluster": "a database",
  "aws:neptune/cluster:Cluster": "a database",
  "aws:redshift/cluster:Cluster": "a database",
  "aws:dynamodb/table:Table": "a table",
  "aws:s3/bucket:Bucket": "a bucket",
  "aws:s3/bucketV2:BucketV2": "a bucket",
  "aws:s3/bucketObject:BucketObject": "an object of a bucket",
  "aws:s3/bucketObjectv2:BucketObjectv2": "an object of a bucket",
  "aws:efs/fileSystem:FileSystem": "a file system",
  "aws:fsx/lustreFileSystem:LustreFileSystem": "a file system",
  "aws:ebs/volume:Volume": "a volume",
  "aws:ebs/snapshot:Snapshot": "a snapshot of a volume",
  "aws:backup/vault:Vault": "backups",
  "aws:elasticache/cluster:Cluster": "what a cache holds",
  "aws:elasticache/replicationGroup:ReplicationGroup": "what a cache holds",
  "aws:elasticache/serverlessCache:ServerlessCache": "what a cache holds",
  "aws:memorydb/cluster:Cluster": "a database",
  "aws:mq/broker:Broker": "messages that wait",
  "aws:sqs/queue:Queue": "messages that wait",
  "aws:kinesis/stream:Stream": "records that wait",
  "aws:secretsmanager/secret:Secret": "a secret and its versions",
  "aws:ssm/parameter:Parameter": "a parameter and its versions",
  "aws:kms/key:Key": "a key, and with it everything that it encrypts",
  "aws:ecr/repository:Repository": "images, those of older releases among them",
  "aws:cloudwatch/logGroup:LogGroup": "logs",
  "aws:cognito/userPool:UserPool": "user accounts",
  "aws:opensearch/domain:Domain": "an index",
  "docker:index/volume:Volume": "a volume",
  "heroku:index/addon:Addon": "an add-on, and what a database among them holds",
  "heroku:addon/addon:Addon": "an add-on, and what a database among them holds",
  "heroku:index/app:App": "an app with its add-ons and config",
};

const LOSING = new Set(["delete", "replace", "delete-replaced", "create-replacement"]);

/** What a change would lose; undefined where it loses nothing. */
export function lossOf({ operation, type }: { operation: string; type: string }): string | undefined {
  return LOSING.has(operation) ? KEEPERS[type] : undefined;
}
