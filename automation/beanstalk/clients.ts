/** What operations on Elastic Beanstalk ask AWS with. */
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { SSMClient } from "@aws-sdk/client-ssm";
import { awsAccess } from "../aws/access";
import { Objects } from "../aws/objects";

/** Clients of AWS's services. */
export interface AwsClients {
  region: string;
  beanstalk: ElasticBeanstalkClient;
  logs: CloudWatchLogsClient;
  ssm: SSMClient;
  /** Objects in S3. */
  objects: Objects;
}

/**
 * Clients for what the config says under `aws:`.
 *
 * @param config `aws:<key>` -> text; structured values as JSON
 */
export function awsClients(config: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv): AwsClients {
  const { region, of } = awsAccess(config, environment);
  return {
    region,
    beanstalk: new ElasticBeanstalkClient({ ...of("beanstalk"), ...of("elasticbeanstalk") }),
    logs: new CloudWatchLogsClient({ ...of("cloudwatchlogs"), ...of("logs") }),
    ssm: new SSMClient(of("ssm")),
    objects: new Objects(of("s3"), environment),
  };
}
