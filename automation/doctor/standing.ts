/** Whether a stack goes on standing when one machine, process or zone falls. */
import { setCommand, type Settings } from "../../components/config";
import { nameOf } from "../engine/changes";
import { weaknessesOf, type Weakness } from "../graph/weaknesses";
import { ok, warn, type Check, type Look } from "./finding";
import type { Patient } from "./patient";

/** Single points of failure that something can be done about on the targets in clouds. */
async function singlePoints({ place, settings, anatomy }: Patient): Promise<Look[]> {
  const { resources } = await anatomy();
  const weak = weaknessesOf(resources).filter(({ resource }) => !resource.type.startsWith("host:"));
  const found = weak.flatMap((weakness) => {
    const mend = mendOf(weakness, settings(), place.stack);
    return mend === undefined ? [] : [warn(`${nameOf(weakness.resource.urn)}: ${weakness.why}`, mend)];
  });
  if (found.length === 0) return [ok("what falls alone takes nothing with it")];
  if (settings().environment !== "dev") return found;
  const few = `${found.length} single ${found.length === 1 ? "point" : "points"} of failure`;
  return [ok(`${few}, as a stack of the environment dev may have: slipway graph --stack ${place.stack} shows them`)];
}

/** Config key of a target's section, and the value that mends, by the type of what is weak. */
const KEYS: Readonly<Record<string, readonly [key: string, value: string]>> = {
  "aws:rds/instance:Instance": ["database.multiAz", "true"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["cache.replicas", "1"],
  "aws:mq/broker:Broker": ["broker.replicated", "true"],
  "aws:autoscaling/group:Group": ["capacity.size", "2"],
  "aws:ec2/natGateway:NatGateway": ["network.nat", "per-zone"],
};

/** The least plan with a standby, by the service of an add-on. */
const PLANS: Readonly<Record<string, string>> = {
  "heroku-postgresql": "premium-0",
  "heroku-redis": "premium-0",
  cloudamqp: "hare-3",
};

/** What mends it; undefined for what is one of its kind by design, such as the clock of periodic tasks. */
function mendOf({ resource }: Weakness, settings: Settings, stack: string): string | undefined {
  const { type, urn, inputs = {} } = resource;
  const name = nameOf(urn);
  const section = /slipway:beanstalk:BeanstalkStack\$/.test(urn) ? "beanstalk" : "ecs";
  const [key, value] = KEYS[type] ?? [];
  if (key !== undefined) return setCommand(`${section}.${key}`, stack, value);
  if (type === "heroku:index/addon:Addon") {
    const [service = ""] = typeof inputs["plan"] === "string" ? inputs["plan"].split(":") : [];
    const need = (["database", "broker", "cache"] as const).find((each) => name.includes(`-${each}`));
    return need && setCommand(`heroku.${need}.plan`, stack, PLANS[service]);
  }
  if (/-broker-service\b/.test(name)) return setCommand("ecs.broker", stack, "'{kind: sqs}'");
  if (/-cache-service\b/.test(name)) return setCommand("ecs.cache", stack, "'{kind: elasticache, replicas: 1}'");
  const role = /-(web|worker)(-(service|environment))?$/.exec(name)?.[1] as "web" | "worker" | undefined;
  if (role === undefined) return undefined;
  if (section === "beanstalk" && role === "web" && settings.beanstalk.web.kind === "single")
    return setCommand("beanstalk.web.kind", stack, "balanced");
  const range = (settings.processes[role]?.count.max ?? 1) > 1;
  return setCommand(`processes.${role}.count${range ? ".min" : ""}`, stack, "2");
}

export const STANDING: readonly Check[] = [
  { name: "single points of failure", targets: ["ecs", "beanstalk", "heroku"], look: singlePoints },
];
