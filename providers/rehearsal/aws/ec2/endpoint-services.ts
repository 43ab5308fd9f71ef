/** Services of AWS that a VPC can reach without the internet. Source: AWS PrivateLink "AWS services that integrate". */
import { createHash } from "node:crypto";

/** Services with an endpoint in route tables. */
const GATEWAY = ["s3", "dynamodb"] as const;

/** Services with an endpoint in subnets. */
const INTERFACE = [
  ...GATEWAY,
  "application-autoscaling",
  "autoscaling",
  "cloudformation",
  "ec2",
  "ec2messages",
  "ecr.api",
  "ecr.dkr",
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "elasticache",
  "elasticbeanstalk",
  "elasticbeanstalk-health",
  "elasticfilesystem",
  "elasticloadbalancing",
  "events",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "rds",
  "rds-data",
  "secretsmanager",
  "servicediscovery",
  "data-servicediscovery",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "sts",
  "xray",
] as const;

/** Whether a service such as `com.amazonaws.eu-central-1.sqs` has endpoints of a kind in a region. */
export function hasEndpoints(serviceName: string, kind: string, region: string): boolean {
  const services: readonly string[] = kind === "Gateway" ? GATEWAY : INTERFACE;
  return services.some((service) => serviceName === `com.amazonaws.${region}.${service}`);
}

/** Last part of a service's name: `ecr.api` of `com.amazonaws.eu-central-1.ecr.api`. */
export function shortName(serviceName: string, region: string): string {
  return serviceName.replace(`com.amazonaws.${region}.`, "");
}

/** Prefix list of a gateway service's addresses: one for each service and region. */
export function prefixList(serviceName: string): string {
  return `pl-${createHash("sha256").update(serviceName).digest("hex").slice(0, 8)}`;
}
