/** What listeners and their rules do with a request. */
import type { Question, Reference, Rule, Site, Thing, Values } from "../../model";
import { matches, oneOf, rule } from "../../rules";
import { objectsAt, textAt, textsAt } from "../read";

const SOURCE = "terraform-provider-aws internal/service/elbv2/listener.go";
const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
const LISTENERS = ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"];

/** Target groups that the actions of a listener or rule send to. */
export function targetGroupsOf(inputs: Values): string[] {
  return ["defaultActions", "actions"].flatMap((actions) => [
    ...textsAt(inputs, `${actions}.targetGroupArn`),
    ...textsAt(inputs, `${actions}.forward.targetGroups.arn`),
  ]);
}

/** Target groups that the actions name; one that is named cannot be deleted. */
export function actionReferences(actions: string): Reference[] {
  return [`${actions}.targetGroupArn`, `${actions}.forward.targetGroups.arn`].map((property) => ({
    property,
    to: [TARGET_GROUP],
    by: "arn",
    missing: "TargetGroupNotFound",
    holds: "ResourceInUse",
  }));
}

/** What the provider refuses of actions. @param of begin of the rules' ids */
export function actionPlan(of: string, actions: string): Rule[] {
  return [
    oneOf({ id: `${of}-action-type`, source: SOURCE }, `${actions}.type`, [
      "forward",
      "redirect",
      "fixed-response",
      "authenticate-oidc",
      "authenticate-cognito",
      "jwt-validation",
    ]),
    rule({ id: `${of}-forward-to`, source: `${SOURCE}, validateListenerActionsCustomDiff` }, [], (question) => {
      const open = question.unknown(actions);
      const wrong = objectsAt(question.inputs, actions).find(
        (action) =>
          action["type"] === "forward" && action["targetGroupArn"] === undefined && action["forward"] === undefined,
      );
      return wrong === undefined || open
        ? undefined
        : `Either "target_group_arn" or "forward" has to be specified when "type" is "forward".`;
    }),
    rule(
      { id: `${of}-redirect-block`, source: `${SOURCE}, validateListenerActionsCustomDiff` },
      [actions],
      ({ inputs }) => {
        const blocks: Record<string, string> = { redirect: "redirect", "fixed-response": "fixedResponse" };
        const wrong = objectsAt(inputs, actions).find((action) => {
          const block = blocks[String(action["type"])];
          return block !== undefined && action[block] === undefined;
        });
        return (
          wrong &&
          `Attribute "${blocks[String(wrong["type"])] ?? ""}" must be specified when "type" is "${String(wrong["type"])}".`
        );
      },
    ),
    ...answerPlan(of, actions),
  ];
}

/** What the provider refuses of answers that a load balancer gives itself. */
function answerPlan(of: string, actions: string): Rule[] {
  return [
    oneOf({ id: `${of}-redirect-status`, source: SOURCE }, `${actions}.redirect.statusCode`, ["HTTP_301", "HTTP_302"]),
    matches(
      { id: `${of}-response-status`, source: SOURCE },
      `${actions}.fixedResponse.statusCode`,
      /^[245]\d\d$/,
      "2xx, 4xx or 5xx",
    ),
    oneOf({ id: `${of}-response-type`, source: SOURCE }, `${actions}.fixedResponse.contentType`, [
      "text/plain",
      "text/css",
      "text/html",
      "application/javascript",
      "application/json",
    ]),
  ];
}

/** What the service refuses of actions on a load balancer. */
export function actionCall(of: string, balancerOf: (question: Question) => Thing | undefined): Rule[] {
  const about = { source: "Elastic Load Balancing API reference, CreateListener" };
  return [
    rule(
      { id: `${of}-target-vpc`, ...about, code: "InvalidConfigurationRequest" },
      ["defaultActions", "actions"],
      (question) => {
        const vpcId = balancerOf(question)?.outputs["vpcId"];
        const strange = groupsOf(question).find((group) => vpcId !== undefined && group.outputs["vpcId"] !== vpcId);
        return strange && `The target group '${strange.id}' and the load balancer are in different VPCs`;
      },
    ),
    rule(
      { id: `${of}-target-protocol`, ...about, code: "InvalidConfigurationRequest" },
      ["defaultActions", "actions"],
      (question) => {
        const isNetwork = balancerOf(question)?.outputs["loadBalancerType"] === "network";
        const wrong = groupsOf(question).find(
          ({ outputs }) =>
            outputs["targetType"] !== "lambda" && (textAt(outputs, "protocol") ?? "").startsWith("HTTP") === isNetwork,
        );
        return (
          wrong &&
          `The target group '${wrong.id}' with protocol ${String(wrong.outputs["protocol"])} is not supported by this type of load balancer`
        );
      },
    ),
    rule(
      { id: `${of}-one-balancer`, ...about, code: "TargetGroupAssociationLimit" },
      ["defaultActions", "actions"],
      (question) => {
        const own = balancerOf(question)?.outputs["arn"];
        const taken = groupsOf(question).find(({ outputs }) =>
          textsAt(outputs, "loadBalancerArns").some((arn) => arn !== own),
        );
        return (
          taken && `The following target groups cannot be associated with more than one load balancer: ${taken.id}`
        );
      },
    ),
  ];
}

function groupsOf({ inputs, site }: Question): Thing[] {
  return targetGroupsOf(inputs).flatMap((arn) => site.find(TARGET_GROUP, "arn", arn) ?? []);
}

/** Writes down at every target group which load balancers send to it. */
export function attach(site: Site): void {
  const users = LISTENERS.flatMap((type) => site.all(type));
  for (const group of site.all(TARGET_GROUP)) {
    const balancers = users
      .filter(({ inputs }) => targetGroupsOf(inputs).includes(String(group.outputs["arn"])))
      .flatMap((user) => balancerArnOf(user, site) ?? []);
    const loadBalancerArns = [...new Set(balancers)].sort();
    if (JSON.stringify(group.outputs["loadBalancerArns"]) !== JSON.stringify(loadBalancerArns))
      site.change(group, { loadBalancerArns });
  }
}

function balancerArnOf({ inputs }: Thing, site: Site): string | undefined {
  const listener = textAt(inputs, "listenerArn");
  const owner =
    listener === undefined ? inputs : (site.find("aws:lb/listener:Listener", "arn", listener)?.inputs ?? {});
  return textAt(owner, "loadBalancerArn");
}
