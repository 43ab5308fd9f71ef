/** How a part of the infrastructure reaches the application: the same form for databases, brokers and caches. */
import type * as pulumi from "@pulumi/pulumi";
import type { SecurityGroup } from "./network";

/** What a part gives to those who use it. */
export interface Binding {
  /** Plain environment variables. */
  environment: Record<string, pulumi.Input<string>>;
  /** Environment variable -> what ECS calls `valueFrom`: the ARN of a secret, or `<ARN>:<key>::` for a key of it. */
  secrets: Record<string, pulumi.Input<string>>;
  /** What the task role of its users must be allowed, as IAM policy statements. */
  statements: PolicyStatement[];
  /** Where it listens; absent for what is reached over HTTPS with a role, such as a queue. */
  endpoint?: Endpoint;
  /** What must be there before a user of it starts. */
  ready: pulumi.Resource[];
}

/** A port that clients are let in to. */
export interface Endpoint {
  host: pulumi.Output<string>;
  port: number;
  /** Its guard: clients add themselves with `securityGroup.allow`. */
  securityGroup: SecurityGroup;
}

/** One statement of an IAM policy that allows something. */
export interface PolicyStatement {
  Effect: "Allow";
  Action: string[];
  Resource: pulumi.Input<string> | pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string>>>;
}
