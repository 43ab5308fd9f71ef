import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { ServiceRoleArgs, ServiceRoleChildren } from "./args";
import { trust } from "./trust";

/** What Elastic Beanstalk asks of its service role (AWS, Managing Elastic Beanstalk service roles). */
const POLICIES = {
  health: "arn:aws:iam::aws:policy/service-role/AWSElasticBeanstalkEnhancedHealth",
  updates: "arn:aws:iam::aws:policy/service-role/AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
} as const;

/** What Elastic Beanstalk itself may do to keep the environments of a stack. */
export class ServiceRole extends Component<ServiceRoleChildren> {
  readonly arn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;
  /** What must be there before an environment is made. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beanstalk:ServiceRole", name, args.transform, opts);
    const role = new Role(
      ...this.child("role", {
        description: "What Elastic Beanstalk may do to keep the environments",
        assumeRolePolicy: trust("elasticbeanstalk.amazonaws.com", { "sts:ExternalId": "elasticbeanstalk" }),
      }),
    );
    const purposes = args.managedUpdates ? (["health", "updates"] as const) : (["health"] as const);
    this.ready = purposes.map((key) => {
      const inputs = { role: role.name, policyArn: POLICIES[key] };
      return new RolePolicyAttachment(...this.child("policy", inputs, { key }));
    });
    this.arn = role.arn;
    this.roleName = role.name;
    this.registerOutputs({ arn: this.arn });
  }
}
