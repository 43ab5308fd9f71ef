import type { Rule } from "../../model";
import { textsAt } from "../read";

/** Policies that AWS keeps, as far as roles of containers, machines and functions use them. Source: AWS Managed Policy Reference. */
const NAMES = [
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonECS_FullAccess",
  "AmazonElasticFileSystemClientReadWriteAccess",
  "AmazonS3ReadOnlyAccess",
  "AmazonSQSFullAccess",
  "AmazonSSMManagedInstanceCore",
  "AWSElasticBeanstalkMulticontainerDocker",
  "AWSElasticBeanstalkWebTier",
  "AWSElasticBeanstalkWorkerTier",
  "AWSXRayDaemonWriteAccess",
  "AdministratorAccess",
  "CloudWatchAgentServerPolicy",
  "ReadOnlyAccess",
  "service-role/AWSElasticBeanstalkEnhancedHealth",
  "service-role/AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
  "service-role/AWSLambdaBasicExecutionRole",
  "service-role/AWSLambdaRole",
  "service-role/AWSLambdaSQSQueueExecutionRole",
  "service-role/AWSLambdaVPCAccessExecutionRole",
  "service-role/AmazonEC2ContainerServiceAutoscaleRole",
  "service-role/AmazonEC2ContainerServiceEventsRole",
  "service-role/AmazonEC2ContainerServiceRole",
  "service-role/AmazonEC2ContainerServiceforEC2Role",
  "service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity",
  "service-role/AmazonECSInfrastructureRolePolicyForVolumes",
  "service-role/AmazonECSTaskExecutionRolePolicy",
  "service-role/AmazonRDSEnhancedMonitoringRole",
] as const;

/** ARNs of policies that AWS keeps, whether there are such ones or not. */
export const AWS_POLICY = /^arn:aws[a-z-]*:iam::aws:policy\//;

/** Whether AWS keeps a policy under an ARN. */
function isManaged(arn: string): boolean {
  const name = arn.replace(AWS_POLICY, "");
  return name !== arn && NAMES.some((known) => known === name);
}

/** AWS's own policies are known by name; another of its names is no policy's. */
export function awsPolicyExists(id: string, property: string): Rule {
  return {
    id,
    source: "hashicorp/terraform#31748, aws/aws-cdk#19830, pulumi/pulumi#7419",
    code: "NoSuchEntity",
    refuses({ inputs }) {
      const wrong = textsAt(inputs, property).find((each) => AWS_POLICY.test(each) && !isManaged(each));
      return wrong && `Policy ${wrong} does not exist or is not attachable.`;
    },
  };
}
