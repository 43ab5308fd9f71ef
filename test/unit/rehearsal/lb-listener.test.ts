import { expect } from "chai";
import { listener as listenerModel } from "../../../providers/rehearsal/aws/lb/listener";
import { listenerRule as ruleModel } from "../../../providers/rehearsal/aws/lb/listener-rule";
import type { Values } from "../../../providers/rehearsal/model";
import { RUN, RunThings, everyModel, sides } from "../support/aws-run";
import type { Made } from "../support/aws-things";
import { testRules, type Step } from "../support/rule-cases";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

interface Front {
  things: RunThings;
  balancer: Made;
  group: Made;
}

/** A load balancer with a target group and inputs of a listener that forwards to it. */
async function front(
  cloud: SimulatedCloud,
  group: Values = {},
  more: Values = {},
): Promise<Front & { listens: Values }> {
  const things = new RunThings(cloud);
  const { balancer, vpc } = await things.balancer(more);
  const made = await things.targets(vpc, group);
  const defaultActions = [{ type: "forward", targetGroupArn: made["arn"] }];
  return {
    things,
    balancer,
    group: made,
    listens: { loadBalancerArn: balancer["arn"], port: 80, protocol: "HTTP", defaultActions },
  };
}
const listener =
  (more: Values | ((front: Front) => Values | Promise<Values>), group: Values = {}, of: Values = {}): Step =>
  async (cloud) => {
    const made = await front(cloud, group, of);
    return made.things.run("listener", { ...made.listens, ...(typeof more === "function" ? await more(made) : more) });
  };
const action = (more: Values): Values => ({ defaultActions: [more] });
const answer = (fixedResponse: Values): Values =>
  action({ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404", ...fixedResponse } });
const redirect = (more: Values): Values => action({ type: "redirect", redirect: { statusCode: "HTTP_301", ...more } });

const certified =
  (issued: boolean) =>
  async ({ things }: Front): Promise<Values> => {
    const certificate = await things.run("certificate", { domainName: "blog.example.com", validationMethod: "DNS" });
    const [option] = certificate["domainValidationOptions"] as Values[];
    if (issued) {
      const records = [option?.["resourceRecordValue"]];
      await things.run("record", {
        zoneId: things.zone(),
        name: option?.["resourceRecordName"],
        type: "CNAME",
        ttl: 60,
        records,
      });
    }
    return { port: 443, protocol: "HTTPS", certificateArn: certificate["arn"] };
  };

const path = { pathPattern: { values: ["/a"] } };
const listenerRule =
  (more: Values, times = 1, group: Values = {}): Step =>
  async (cloud) => {
    const made = await front(cloud, group);
    const { arn: listenerArn } = await made.things.run("listener", { ...made.listens, ...redirect({ port: "443" }) });
    const actions = [{ type: "forward", targetGroupArn: made.group["arn"] }];
    for (let at = 0; at < times; at += 1)
      await made.things.run("rule", { listenerArn, actions, conditions: [path], ...more });
  };

/** A second load balancer that forwards to the target group of the first. */
const shared =
  (kind: "listener" | "rule"): Step =>
  async (cloud) => {
    const { things, group, balancer, listens } = await front(cloud);
    await things.run("listener", listens);
    const other = await things.run("balancer", { name: "other", subnets: balancer["subnets"] });
    const forward = [{ type: "forward", targetGroupArn: group["arn"] }];
    const second = { loadBalancerArn: other["arn"], port: 80, protocol: "HTTP" };
    if (kind === "listener") return things.run("listener", { ...second, defaultActions: forward });
    const { arn: listenerArn } = await things.run("listener", { ...second, ...redirect({ port: "443" }) });
    return things.run("rule", { listenerArn, actions: forward, conditions: [path] });
  };
const elsewhere = async ({ things }: Front): Promise<Values> => {
  const group = await things.targets(await things.vpc({ cidrBlock: "10.9.0.0/16" }));
  return action({ type: "forward", targetGroupArn: group["arn"] });
};

const conditions = (...values: Values[]): Values => ({ conditions: values });

describe("simulated listeners", () => {
  testRules([listenerModel, ruleModel], everyModel, {
    "listener-port": sides(listener, { port: 8080 }, { port: 0 }),
    "listener-protocol": sides(listener, { protocol: "http" }, { protocol: "SPDY" }),
    "listener-action-type": sides(listener, {}, action({ type: "drop" })),
    "listener-forward-to": sides(listener, {}, action({ type: "forward" })),
    "listener-redirect-block": sides(listener, redirect({}), action({ type: "redirect" })),
    "listener-redirect-status": sides(
      listener,
      redirect({ statusCode: "HTTP_302" }),
      redirect({ statusCode: "HTTP_307" }),
    ),
    "listener-response-status": sides(listener, answer({ statusCode: "503" }), answer({ statusCode: "301" })),
    "listener-response-type": sides(listener, answer({}), answer({ contentType: "image/png" })),
    "listener-action-order": sides(
      listener,
      action({ type: "redirect", order: 1, redirect: { statusCode: "HTTP_301" } }),
      action({ type: "redirect", order: 0, redirect: { statusCode: "HTTP_301" } }),
    ),
    "listener-port-free": {
      passes: listener({}),
      refused: async (cloud) => {
        const { things, listens } = await front(cloud);
        await things.run("listener", listens);
        await things.run("listener", listens);
      },
    },
    "listener-certificate-given": { passes: listener({}), refused: listener({ protocol: "HTTPS", port: 443 }) },
    "listener-certificate-wanted": {
      passes: listener(certified(true)),
      refused: listener(async (made) => ({ ...(await certified(true)(made)), protocol: "HTTP" })),
    },
    "listener-certificate-issued": { passes: listener(certified(true)), refused: listener(certified(false)) },
    "listener-protocol-of-balancer": {
      passes: listener({ protocol: "TCP" }, { protocol: "TCP" }, { loadBalancerType: "network" }),
      refused: listener({ protocol: "TCP" }),
    },
    "listener-ssl-policy": {
      passes: listener(async (made) => ({
        ...(await certified(true)(made)),
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      })),
      refused: listener(async (made) => ({ ...(await certified(true)(made)), sslPolicy: "TLS13" })),
    },
    "listener-target-vpc": { passes: listener({}), refused: listener(elsewhere) },
    "listener-target-protocol": { passes: listener({}), refused: listener({}, { protocol: "TCP" }) },
    "listener-one-balancer": { passes: listener({}), refused: shared("listener") },
    "listener-rule-priority": sides(listenerRule, { priority: 50_000 }, { priority: 50_001 }),
    "listener-rule-conditions": sides(listenerRule, {}, conditions()),
    "listener-rule-action-type": sides(listenerRule, {}, { actions: [{ type: "drop" }] }),
    "listener-rule-forward-to": sides(listenerRule, {}, { actions: [{ type: "forward" }] }),
    "listener-rule-redirect-block": sides(listenerRule, {}, { actions: [{ type: "redirect" }] }),
    "listener-rule-redirect-status": sides(
      listenerRule,
      { actions: redirect({})["defaultActions"] },
      { actions: redirect({ statusCode: "HTTP_308" })["defaultActions"] },
    ),
    "listener-rule-response-status": sides(
      listenerRule,
      { actions: answer({})["defaultActions"] },
      { actions: answer({ statusCode: "302" })["defaultActions"] },
    ),
    "listener-rule-response-type": sides(
      listenerRule,
      { actions: answer({ contentType: "text/html" })["defaultActions"] },
      { actions: answer({ contentType: "html" })["defaultActions"] },
    ),
    "listener-rule-condition-kind": sides(
      listenerRule,
      conditions(path, { hostHeader: { values: ["a.example.com"] } }),
      conditions({ ...path, hostHeader: { values: ["a.example.com"] } }),
    ),
    "listener-rule-priority-free": { passes: listenerRule({}, 2), refused: listenerRule({ priority: 5 }, 2) },
    "listener-rule-values": sides(
      listenerRule,
      conditions({ pathPattern: { values: ["/1", "/2", "/3", "/4", "/5"] } }),
      conditions({ pathPattern: { values: ["/1", "/2", "/3", "/4", "/5", "/6"] } }),
    ),
    "listener-rule-target-vpc": {
      passes: listenerRule({}),
      refused: async (cloud) => {
        const made = await front(cloud);
        const { arn: listenerArn } = await made.things.run("listener", made.listens);
        const actions = (await elsewhere(made))["defaultActions"];
        await made.things.run("rule", { listenerArn, actions, conditions: [path] });
      },
    },
    "listener-rule-target-protocol": { passes: listenerRule({}), refused: listenerRule({}, 1, { protocol: "TCP" }) },
    "listener-rule-one-balancer": { passes: listenerRule({}), refused: shared("rule") },
    "ref:aws:lb/listener:Listener.defaultActions.targetGroupArn": {
      passes: listener({}),
      refused: async (cloud) => {
        const { things, group, listens } = await front(cloud);
        await things.run("listener", listens);
        await cloud.delete(RUN.targets, group.id);
      },
    },
  });

  it("tells a target group which load balancers send to it", async () => {
    const cloud = simulated({ models: everyModel });
    const { things, balancer: made, group, listens } = await front(cloud);
    const { id } = await things.run("listener", listens);
    expect(cloud.thing(RUN.targets, group.id).outputs["loadBalancerArns"]).to.deep.equal([made["arn"]]);
    await cloud.delete(RUN.listener, id);
    expect(cloud.thing(RUN.targets, group.id).outputs["loadBalancerArns"]).to.deep.equal([]);
  });

  it("takes its listeners with it", async () => {
    const cloud = simulated({ models: everyModel });
    const { things, balancer: made, listens } = await front(cloud);
    await things.run("listener", listens);
    await cloud.delete(RUN.balancer, made.id);
    expect(cloud.all(RUN.listener)).to.deep.equal([]);
  });
});
