import { Listener } from "@pulumi/aws/lb/listener";
import { LoadBalancer as Balancer } from "@pulumi/aws/lb/loadBalancer";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import { Record } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import { DomainCertificate, TLS_POLICY } from "../certificate";
import { Component } from "../component";
import { SecurityGroup } from "../network";
import type { LoadBalancerArgs, LoadBalancerChildren } from "./args";

const HTTP = 80;
const HTTPS = 443;

/** AWS takes 6 characters of a name's start, none of them a hyphen at its own start. */
const PREFIX_LENGTH = 6;

/**
 * The load balancer of a stack, the only part that the world can reach: HTTP, or HTTPS to which HTTP is redirected, to
 * the targets that answer their health check.
 *
 * @example
 * ```ts
 * web.allow(loadBalancer.guard, 8000, "loadBalancer");
 * ```
 */
export class LoadBalancer extends Component<LoadBalancerChildren> {
  /** Where the application answers. */
  readonly url: pulumi.Output<string>;
  /** Its security group; what serves the targets lets it in. */
  readonly guard: SecurityGroup;
  /** Where the tasks of a service are registered. */
  readonly targetGroupArn: pulumi.Output<string>;
  /** As CloudWatch names it: `app/<name>/<id>`. */
  readonly arnSuffix: pulumi.Output<string>;
  /** As CloudWatch names it: `targetgroup/<name>/<id>`. */
  readonly targetGroupArnSuffix: pulumi.Output<string>;
  /** What must be there before a service registers targets. */
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    private readonly args: LoadBalancerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ecs:LoadBalancer", name, args.transform, opts);
    const { domain } = args.loadBalancer;
    const certificateArn = this.certificateArn();
    this.guard = this.openGuard(certificateArn !== undefined);
    const balancer = this.balancer();
    const targets = this.targets();
    this.ready = this.listeners(balancer, targets, certificateArn);
    if (domain !== undefined) {
      const target = { name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true };
      const address = { zoneId: domain.zoneId, name: domain.name, type: "A", aliases: [target] };
      // The name leads nowhere before it can be answered.
      new Record(...this.child("address", address, { dependsOn: this.ready }));
    }
    const scheme = certificateArn === undefined ? "http" : "https";
    this.url = pulumi.interpolate`${scheme}://${domain?.name ?? balancer.dnsName}`;
    this.targetGroupArn = targets.arn;
    this.arnSuffix = balancer.arnSuffix;
    this.targetGroupArnSuffix = targets.arnSuffix;
    this.registerOutputs({ url: this.url });
  }

  private certificateArn(): pulumi.Input<string> | undefined {
    const { certificateArn, domain } = this.args.loadBalancer;
    if (certificateArn !== undefined || domain === undefined) return certificateArn;
    return new DomainCertificate(...this.child("certificate", { domain })).arn;
  }

  private openGuard(secure: boolean): SecurityGroup {
    const { vpcId, loadBalancer } = this.args;
    const guard = new SecurityGroup(...this.child("guard", { vpcId, description: "Load balancer" }));
    for (const cidr of new Set(loadBalancer.allowFrom)) {
      guard.allowFrom(cidr, HTTP, `http-${cidr}`);
      if (secure) guard.allowFrom(cidr, HTTPS, `https-${cidr}`);
    }
    return guard;
  }

  private balancer(): Balancer {
    const { loadBalancer, subnetIds, ready } = this.args;
    return new Balancer(
      ...this.child(
        "balancer",
        {
          namePrefix: this.namePrefix(),
          loadBalancerType: "application",
          internal: false,
          securityGroups: [this.guard.id],
          subnets: subnetIds,
          idleTimeout: loadBalancer.idleTimeout,
          dropInvalidHeaderFields: true,
          enableDeletionProtection: loadBalancer.protect,
        },
        { protect: loadBalancer.protect, dependsOn: [...ready, ...this.guard.rules] },
      ),
    );
  }

  private targets(): TargetGroup {
    const { loadBalancer, vpcId, port, healthPath } = this.args;
    const { healthy, unhealthy, interval, timeout } = loadBalancer.healthCheck;
    return new TargetGroup(
      ...this.child("targets", {
        namePrefix: this.namePrefix(),
        vpcId,
        port,
        protocol: "HTTP",
        targetType: "ip",
        deregistrationDelay: loadBalancer.deregistrationDelay,
        stickiness: { type: "lb_cookie", enabled: false },
        healthCheck: {
          path: healthPath,
          // Below 500 means ready, as on every target: a path behind a login answers 302 or 401.
          matcher: "200-499",
          healthyThreshold: healthy,
          unhealthyThreshold: unhealthy,
          interval,
          timeout,
        },
      }),
    );
  }

  private listeners(
    balancer: Balancer,
    targets: TargetGroup,
    certificateArn: pulumi.Input<string> | undefined,
  ): Listener[] {
    const forward = { type: "forward", targetGroupArn: targets.arn };
    const toHttps = { type: "redirect", redirect: { protocol: "HTTPS", port: String(HTTPS), statusCode: "HTTP_301" } };
    const loadBalancerArn = balancer.arn;
    const http = { loadBalancerArn, port: HTTP, protocol: "HTTP" };
    if (certificateArn === undefined) {
      return [new Listener(...this.child("http", { ...http, defaultActions: [forward] }))];
    }
    const inputs = { loadBalancerArn, port: HTTPS, protocol: "HTTPS", sslPolicy: TLS_POLICY, certificateArn };
    const https = new Listener(...this.child("https", { ...inputs, defaultActions: [forward] }));
    // Nobody is sent where nothing answers yet.
    const redirect = this.child("http", { ...http, defaultActions: [toHttps] }, { dependsOn: [https] });
    return [https, new Listener(...redirect)];
  }

  /** Load balancers and target groups have names of 32 characters, and the provider makes the rest of 26. */
  private namePrefix(): string {
    return `${this.args.appName.slice(0, PREFIX_LENGTH - 1).replace(/-+$/, "")}-`;
  }
}
