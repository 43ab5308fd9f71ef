import { loadBalancer } from "../../../providers/rehearsal/aws/lb/load-balancer";
import { targetGroup } from "../../../providers/rehearsal/aws/lb/target-group";
import type { Values } from "../../../providers/rehearsal/model";
import { RUN, RunThings, everyModel, sides } from "../support/aws-run";
import { testRules, type Step } from "../support/rule-cases";

const balancer =
  (more: Values): Step =>
  (cloud) =>
    new RunThings(cloud).balancer(more);
const targets =
  (more: Values): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    return things.targets(await things.vpc(), more);
  };
const checked = (healthCheck: Values): Values => ({ healthCheck });

const spread =
  (zones: string): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { vpc } = await things.network({ nat: false });
    const subnets: string[] = [];
    for (const zone of zones) subnets.push((await things.subnet(vpc, zone)).id);
    return things.run("balancer", { subnets });
  };
const guarded =
  (own: boolean): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { vpc, subnets } = await things.network({ nat: false });
    const group = await things.group(own ? vpc : await things.vpc({ cidrBlock: "10.9.0.0/16" }));
    return things.run("balancer", { subnets: subnets.map(({ id }) => id), securityGroups: [group.id] });
  };
const gateway =
  (there: boolean, internal: boolean): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { subnets } = await things.network({ gateway: there, nat: false });
    return things.run("balancer", { internal, subnets: subnets.map(({ id }) => id) });
  };
const twice =
  (step: Step): Step =>
  async (cloud) => {
    await step(cloud);
    await step(cloud);
  };
describe("simulated load balancers", () => {
  testRules([loadBalancer, targetGroup], everyModel, {
    "load-balancer-name": sides(balancer, { name: "front-1" }, { name: "front-" }),
    "load-balancer-name-prefix": sides(balancer, { namePrefix: "front-" }, { namePrefix: "much-too-long" }),
    "load-balancer-subnets-given": {
      passes: balancer({}),
      refused: (cloud) => new RunThings(cloud).run("balancer", {}),
    },
    "load-balancer-type": sides(balancer, { loadBalancerType: "network" }, { loadBalancerType: "classic" }),
    "load-balancer-desync": sides(balancer, { desyncMitigationMode: "strictest" }, { desyncMitigationMode: "off" }),
    "load-balancer-addresses": sides(balancer, { ipAddressType: "dualstack" }, { ipAddressType: "ipv6" }),
    "load-balancer-forwarded-for": sides(
      balancer,
      { xffHeaderProcessingMode: "remove" },
      { xffHeaderProcessingMode: "drop" },
    ),
    "load-balancer-name-free": {
      passes: balancer({}),
      refused: async (cloud) => {
        const { balancer: first } = await new RunThings(cloud).balancer();
        await new RunThings(cloud).run("balancer", { name: "front", subnets: first["subnets"] });
      },
    },
    "load-balancer-two-zones": { passes: spread("ab"), refused: spread("a") },
    "load-balancer-one-subnet-per-zone": { passes: spread("abc"), refused: spread("abb") },
    "load-balancer-one-vpc": { passes: guarded(true), refused: guarded(false) },
    "load-balancer-internet-gateway": { passes: gateway(false, true), refused: gateway(false, false) },
    "load-balancer-idle-timeout": sides(balancer, { idleTimeout: 4000 }, { idleTimeout: 4001 }),
    "load-balancer-keep-alive": sides(balancer, { clientKeepAlive: 60 }, { clientKeepAlive: 59 }),
    "load-balancer-unprotected": {
      passes: async (cloud) => {
        const { balancer: made } = await new RunThings(cloud).balancer();
        await cloud.delete(RUN.balancer, made.id);
      },
      refused: async (cloud) => {
        const { balancer: made } = await new RunThings(cloud).balancer({ enableDeletionProtection: true });
        await cloud.delete(RUN.balancer, made.id);
      },
    },
    "target-group-name": sides(targets, { name: "web" }, { name: "web_1" }),
    "target-group-name-prefix": sides(targets, { namePrefix: "web-" }, { namePrefix: "website" }),
    "target-group-needs": {
      passes: targets({}),
      refused: async (cloud) => {
        const things = new RunThings(cloud);
        const { id: vpcId } = await things.vpc();
        await things.run("targets", { protocol: "HTTP", vpcId });
      },
    },
    "target-group-port": sides(targets, { port: 65_535 }, { port: 65_536 }),
    "target-group-protocol": sides(targets, { protocol: "HTTPS" }, { protocol: "FTP" }),
    "target-group-type": sides(targets, { targetType: "instance" }, { targetType: "container" }),
    "target-group-deregistration": sides(targets, { deregistrationDelay: 0 }, { deregistrationDelay: 3601 }),
    "target-group-slow-start": sides(targets, { slowStart: 30 }, { slowStart: 29 }),
    "target-group-healthy": sides(targets, checked({ healthyThreshold: 2 }), checked({ healthyThreshold: 1 })),
    "target-group-unhealthy": sides(targets, checked({ unhealthyThreshold: 10 }), checked({ unhealthyThreshold: 11 })),
    "target-group-interval": sides(targets, checked({ interval: 300 }), checked({ interval: 301 })),
    "target-group-timeout": sides(targets, checked({ timeout: 2 }), checked({ timeout: 1 })),
    "target-group-path": sides(targets, checked({ path: "/ready" }), checked({ path: "ready" })),
    "target-group-check-port": sides(targets, checked({ port: "8080" }), checked({ port: "http" })),
    "target-group-tcp-check": sides(targets, checked({ protocol: "TCP" }), checked({ protocol: "TCP", path: "/" })),
    "target-group-name-free": {
      passes: targets({ name: "web" }),
      refused: twice(async (cloud) => new RunThings(cloud).targets(await new RunThings(cloud).vpc(), { name: "web" })),
    },
    "target-group-timeout-below-interval": sides(
      targets,
      checked({ interval: 10, timeout: 9 }),
      checked({ interval: 10, timeout: 10 }),
    ),
    "target-group-matcher": sides(targets, checked({ matcher: "200-399" }), checked({ matcher: "ok" })),
  });
});
