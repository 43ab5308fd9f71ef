import type { Model, Rule } from "../../model";
import { arn, matches, oneOf } from "../../rules";
import { nameOf, regionalArn } from "../read";

/** Type token of a cluster. */
export const CLUSTER = "aws:ecs/cluster:Cluster";

const SOURCE = "terraform-provider-aws internal/service/ecs/cluster.go";

const plan: Rule[] = [
  matches(
    { id: "ecs-cluster-name", source: SOURCE },
    "name",
    /^[0-9A-Za-z_-]{1,255}$/,
    "up to 255 letters, digits, hyphens and underscores",
  ),
  oneOf({ id: "ecs-cluster-setting", source: SOURCE }, "settings.name", ["containerInsights"]),
  oneOf({ id: "ecs-cluster-insights", source: "ECS API reference, ClusterSetting" }, "settings.value", [
    "enabled",
    "disabled",
    "enhanced",
  ]),
  oneOf({ id: "ecs-cluster-exec-logging", source: SOURCE }, "configuration.executeCommandConfiguration.logging", [
    "NONE",
    "DEFAULT",
    "OVERRIDE",
  ]),
  arn({ id: "ecs-cluster-namespace", source: SOURCE }, "serviceConnectDefaults.namespace", "servicediscovery"),
];

/** Services name their cluster by ARN or by name, which no reference covers alone. */
const empty: Rule = {
  id: "ecs-cluster-empty",
  source: `${SOURCE} (retried for 10 minutes, then given up)`,
  code: "ClusterContainsServicesException",
  refuses: ({ old, site }) => {
    const services = site
      .all("aws:ecs/service:Service")
      .filter(({ outputs }) => nameOf(String(outputs["cluster"])) === old?.outputs["name"]);
    if (services.length === 0) return undefined;
    return `The Cluster cannot be deleted while Services are active: ${services.map(({ outputs }) => String(outputs["name"])).join(", ")}.`;
  },
};

/** An ECS cluster. */
export const cluster: Model = {
  type: CLUSTER,
  source: SOURCE,
  replaces: ["name"],
  name: { property: "name", longest: 255 },
  sets: ["settings"],
  plan,
  deletion: [empty],
  computed: (inputs, site) => {
    const id = regionalArn(site, "ecs", `cluster/${String(inputs["name"])}`);
    return {
      id,
      arn: id,
      ...(inputs["settings"] === undefined && { settings: [{ name: "containerInsights", value: "disabled" }] }),
    };
  },
  seconds: { create: 11, update: 11, delete: 10 },
};
