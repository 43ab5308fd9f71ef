/** What is refused, by whom, and in which words. */
import type { Values } from "./model";

/** What a failed operation has left. */
export interface Left {
  id: string;
  inputs: Values;
  outputs: Values;
}

/** A refusal of the cloud or of its provider. */
export class Refused extends Error {
  /**
   * @param code the cloud's error code
   * @param rule id of the rule, `ref:<type>.<property>` or `fault:<kind>`; undefined for what a model itself throws
   * @param left what is there all the same, and not as it should be
   */
  constructor(
    message: string,
    readonly code?: string,
    readonly rule?: string,
    readonly left?: Left,
  ) {
    super(message);
  }
}

const SERVICES: Readonly<Record<string, string>> = {
  acm: "ACM",
  appautoscaling: "Application Auto Scaling",
  autoscaling: "Auto Scaling",
  cloudwatch: "CloudWatch",
  elasticache: "ElastiCache",
  lambda: "Lambda",
  lb: "ELBv2",
  route53: "Route 53",
  secretsmanager: "Secrets Manager",
  servicediscovery: "Cloud Map",
};

/** A type token for people: `aws:ec2/subnet:Subnet` is `EC2 Subnet`, `docker:index/image:Image` is `docker Image`. */
export function titleOf(type: string): string {
  const [cloud = "", module = "", name = ""] = type.split(":");
  const service = module.split("/")[0] ?? "";
  if (service === "index" || service === "") return `${cloud} ${name}`;
  return `${SERVICES[service] ?? service.toUpperCase()} ${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")}`;
}

/** What a provider says that it is doing. */
export const VERBS = {
  create: "creating",
  update: "updating",
  delete: "deleting",
  read: "reading",
  invoke: "reading",
} as const;

/** Something that a provider asks of its cloud. */
export type Operation = keyof typeof VERBS;

/** Every operation, in the order in which they are told. */
export const OPERATIONS = Object.keys(VERBS) as Operation[];

/** A refusal, for a report. */
export interface Refusal {
  /** `check`: refused by the provider before anything was asked of the cloud. */
  operation: Operation | "check";
  type: string;
  /** The resource's name in the program, or the function's token. */
  name: string;
  code?: string;
  rule?: string;
  message: string;
}

/** A refusal as the provider prints it: `creating EC2 Subnet (subnet-1): InvalidSubnet.Range: The CIDR …`. */
export function refusalText(operation: Operation, type: string, about: string, message: string, code?: string): string {
  const head = `${VERBS[operation]} ${titleOf(type)}${about === "" ? "" : ` (${about})`}`;
  return [head, ...(code === undefined ? [] : [code]), message].join(": ");
}

/** Last part of a URN: the resource's name. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
