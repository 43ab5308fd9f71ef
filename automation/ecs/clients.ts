/** What operations on ECS ask AWS with. */
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsAccess } from "../aws/access";

/** Clients of AWS's services. */
export interface AwsClients {
  region: string;
  ecs: ECSClient;
  logs: CloudWatchLogsClient;
  balancing: ElasticLoadBalancingV2Client;
  ecr: ECRClient;
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
    ecs: new ECSClient(of("ecs")),
    logs: new CloudWatchLogsClient({ ...of("cloudwatchlogs"), ...of("logs") }),
    balancing: new ElasticLoadBalancingV2Client(of("elbv2")),
    ecr: new ECRClient(of("ecr")),
  };
}
