import { SecurityGroup as Group } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { SecurityGroupArgs, SecurityGroupChildren } from "./args";

const ANYWHERE = "0.0.0.0/0";
const HTTPS = 443;

/**
 * A security group that lets nothing in and nothing out until it is told: each rule is a resource of its own, so that
 * two parts can add theirs to one group. AWS lets everything out of a new group; the provider takes that rule away
 * (terraform-provider-aws internal/service/ec2/vpc_security_group.go), and no rule of this class brings it back.
 * Questions to Amazon's DNS are never filtered.
 *
 * @example
 * database.allow(web, 3306, "web"); // web may connect to the database, and nobody else
 */
export class SecurityGroup extends Component<SecurityGroupChildren> {
  readonly id: pulumi.Output<string>;
  /** Rules of this group so far, those that peers made for it too: whoever connects through it waits for them. */
  readonly rules: pulumi.Resource[] = [];

  constructor(
    name: string,
    { vpcId, description, transform }: SecurityGroupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("network:SecurityGroup", name, transform, opts);
    this.id = new Group(...this.child("group", { vpcId, description, tags: { Name: name } })).id;
    this.registerOutputs({ id: this.id });
  }

  /**
   * Lets the members of `peer` connect to `port` of the members of this group: one rule into this group, and one out
   * of the peer's.
   *
   * @param purpose who connects, such as `worker`; unique among the rules of this group and part of their names
   */
  allow(peer: SecurityGroup, port: number, purpose: string): void {
    const ports = { ipProtocol: "tcp", fromPort: port, toPort: port };
    const into = {
      ...ports,
      securityGroupId: this.id,
      referencedSecurityGroupId: peer.id,
      description: `From ${purpose}`,
    };
    const out = {
      ...ports,
      securityGroupId: peer.id,
      referencedSecurityGroupId: this.id,
      description: `To ${this.componentName}`,
    };
    const rules = [
      new SecurityGroupIngressRule(...this.child("ingress", into, { key: purpose })),
      new SecurityGroupEgressRule(...this.child("egress", out, { key: purpose })),
    ];
    this.rules.push(...rules);
    peer.rules.push(...rules);
  }

  /**
   * Lets a network connect to `port`.
   *
   * @param cidr IPv4 network, such as `203.0.113.0/24`
   * @param purpose who connects; unique among the rules of this group and part of their names
   */
  allowFrom(cidr: pulumi.Input<string>, port: number, purpose: string): void {
    const ports = { ipProtocol: "tcp", fromPort: port, toPort: port };
    const into = { ...ports, securityGroupId: this.id, cidrIpv4: cidr, description: `From ${purpose}` };
    this.rules.push(new SecurityGroupIngressRule(...this.child("ingress", into, { key: purpose })));
  }

  /**
   * Lets members of this group connect to any address.
   *
   * @param purpose what is there; unique among the rules of this group and part of their names
   * @param port @default 443
   */
  allowOut(purpose: string, port = HTTPS): void {
    const ports = { ipProtocol: "tcp", fromPort: port, toPort: port };
    const out = { ...ports, securityGroupId: this.id, cidrIpv4: ANYWHERE, description: `To ${purpose}` };
    this.rules.push(new SecurityGroupEgressRule(...this.child("out", out, { key: purpose })));
  }
}
