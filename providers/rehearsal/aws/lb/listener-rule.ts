import type { Model, Question, Rule, Thing, Values } from "../../model";
import { between, entriesBetween, rule } from "../../rules";
import { objectsAt, textAt, textsAt } from "../read";
import { actionCall, actionPlan, actionReferences, attach } from "./actions";
import { LISTENER } from "./listener";
import { LOAD_BALANCER } from "./load-balancer";

/** Type token of a rule of a listener. */
export const LISTENER_RULE = "aws:lb/listenerRule:ListenerRule";

const SOURCE = "terraform-provider-aws internal/service/elbv2/listener_rule.go";
const API = "Elastic Load Balancing API reference, CreateRule";
const KINDS = ["hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp"];
const MOST_VALUES = 5;

function balancerOf({ inputs, site }: Question): Thing | undefined {
  const listener = site.find(LISTENER, "arn", textAt(inputs, "listenerArn"));
  return listener && site.find(LOAD_BALANCER, "arn", listener.outputs["loadBalancerArn"]);
}

const plan: Rule[] = [
  between({ id: "listener-rule-priority", source: SOURCE }, "priority", 1, 50_000),
  entriesBetween({ id: "listener-rule-conditions", source: SOURCE }, "conditions", 1, 100),
  ...actionPlan("listener-rule", "actions"),
  rule({ id: "listener-rule-condition-kind", source: SOURCE }, ["conditions"], ({ inputs }) => {
    const wrong = objectsAt(inputs, "conditions").find(
      (each) => KINDS.filter((kind) => each[kind] !== undefined).length !== 1,
    );
    return wrong && `each condition has to have exactly one of ${KINDS.join(", ")}`;
  }),
];

const call: Rule[] = [
  rule(
    { id: "listener-rule-priority-free", source: API, code: "PriorityInUse" },
    ["listenerArn", "priority"],
    ({ inputs, old, site }) => {
      const twin = site
        .all(LISTENER_RULE)
        .find(
          ({ id, outputs }) =>
            id !== old?.id &&
            outputs["listenerArn"] === inputs["listenerArn"] &&
            outputs["priority"] === inputs["priority"],
        );
      return twin === undefined || inputs["priority"] === undefined
        ? undefined
        : `Priority '${Number(inputs["priority"])}' is currently in use`;
    },
  ),
  rule(
    { id: "listener-rule-values", source: `${API}: 5 values a rule`, code: "TooManyTargetsOrValues" },
    ["conditions"],
    ({ inputs }) => {
      const count = KINDS.reduce((sum, kind) => sum + textsAt(inputs, `conditions.${kind}.values`).length, 0);
      return count <= MOST_VALUES
        ? undefined
        : `A rule can have at most ${MOST_VALUES} condition values; this one has ${count}`;
    },
  ),
  ...actionCall("listener-rule", balancerOf),
];

function highest(listenerArn: unknown, all: readonly Thing[]): number {
  const own = all.filter(({ outputs }) => outputs["listenerArn"] === listenerArn);
  return Math.max(0, ...own.map(({ outputs }) => Number(outputs["priority"])));
}

function ordered(inputs: Values): Values[] {
  return objectsAt(inputs, "actions").map((action, place) => ({ order: place + 1, ...action }));
}

/** What a listener does with requests of a kind. */
export const listenerRule: Model = {
  type: LISTENER_RULE,
  source: SOURCE,
  required: ["listenerArn", "actions", "conditions"],
  replaces: ["listenerArn"],
  references: [
    { property: "listenerArn", to: [LISTENER], by: "arn", missing: "ListenerNotFound" },
    ...actionReferences("actions"),
  ],
  plan,
  call,
  computed: (inputs, site) => {
    const id = `${String(inputs["listenerArn"]).replace(":listener/", ":listener-rule/")}/${site.fresh(16)}`;
    const priority = inputs["priority"] ?? highest(inputs["listenerArn"], site.all(LISTENER_RULE)) + 1;
    return { id, arn: id, priority, actions: ordered(inputs) };
  },
  updated: (inputs) => ({ actions: ordered(inputs) }),
  settled: (_, site) => {
    attach(site);
  },
  removed: (_, site) => {
    attach(site);
  },
  seconds: { create: 2, update: 2, delete: 1 },
};
