import type { Model, Rule } from "../../model";
import { between, matches, rule } from "../../rules";
import { nameOf, objectsAt, textsAt } from "../read";
import { CAPACITY_PROVIDER } from "./capacity-provider";
import { CLUSTER } from "./cluster";

/** Type token of the capacity providers of a cluster. */
export const CLUSTER_CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";

/** Capacity that every cluster may use without making it. */
export const FARGATE_CAPACITY: readonly string[] = ["FARGATE", "FARGATE_SPOT"];

const SOURCE = "terraform-provider-aws internal/service/ecs/cluster_capacity_providers.go";
const API = "ECS API reference, PutClusterCapacityProviders";
const STRATEGY = "defaultCapacityProviderStrategies";

const plan: Rule[] = [
  matches(
    { id: "cluster-capacity-cluster-name", source: SOURCE },
    "clusterName",
    /^[0-9A-Za-z_-]{1,255}$/,
    "the cluster's name, not its ARN",
  ),
  between({ id: "cluster-capacity-base", source: SOURCE }, `${STRATEGY}.base`, 0, 100_000),
  between({ id: "cluster-capacity-weight", source: SOURCE }, `${STRATEGY}.weight`, 0, 1000),
];

const call: Rule[] = [
  rule(
    { id: "cluster-capacity-exists", source: API, code: "InvalidParameterException" },
    ["capacityProviders"],
    ({ inputs, site }) => {
      const missing = textsAt(inputs, "capacityProviders").find(
        (name) => !FARGATE_CAPACITY.includes(name) && site.find(CAPACITY_PROVIDER, "name", name) === undefined,
      );
      return missing === undefined
        ? undefined
        : `The specified capacity provider '${missing}' is not in an ACTIVE state or does not exist.`;
    },
  ),
  rule(
    { id: "cluster-capacity-default-member", source: API, code: "InvalidParameterException" },
    ["capacityProviders", STRATEGY],
    ({ inputs }) => {
      const members = textsAt(inputs, "capacityProviders");
      const other = textsAt(inputs, `${STRATEGY}.capacityProvider`).find((name) => !members.includes(name));
      return other === undefined
        ? undefined
        : `The specified capacity provider strategy contains a capacity provider that is not associated with the cluster: ${other}.`;
    },
  ),
  rule(
    { id: "cluster-capacity-one-kind", source: API, code: "InvalidParameterException" },
    [STRATEGY],
    ({ inputs }) => {
      const used = textsAt(inputs, `${STRATEGY}.capacityProvider`);
      const fargate = used.filter((name) => FARGATE_CAPACITY.includes(name));
      return fargate.length === 0 || fargate.length === used.length
        ? undefined
        : "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers.";
    },
  ),
  rule({ id: "cluster-capacity-one-base", source: API, code: "InvalidParameterException" }, [STRATEGY], ({ inputs }) =>
    objectsAt(inputs, STRATEGY).filter((entry) => Number(entry["base"] ?? 0) > 0).length <= 1
      ? undefined
      : "Only one capacity provider in a capacity provider strategy can have a base defined.",
  ),
];

const unused: Rule = {
  id: "cluster-capacity-unused",
  source: `${SOURCE} (retried for 10 minutes, then given up)`,
  code: "ResourceInUseException",
  refuses: ({ old, site }) => {
    const user = site
      .all("aws:ecs/service:Service")
      .find(
        ({ outputs }) =>
          nameOf(String(outputs["cluster"])) === old?.outputs["clusterName"] &&
          textsAt(outputs, "capacityProviderStrategies.capacityProvider").length > 0,
      );
    return user === undefined
      ? undefined
      : `The specified capacity provider is in use and cannot be removed: service ${String(user.outputs["name"])}.`;
  },
};

/** What capacity providers the services of a cluster may use. */
export const clusterCapacityProviders: Model = {
  type: CLUSTER_CAPACITY,
  source: SOURCE,
  required: ["clusterName"],
  replaces: ["clusterName"],
  sets: ["capacityProviders", STRATEGY],
  references: [{ property: "clusterName", to: [CLUSTER], by: "name", missing: "ClusterNotFoundException" }],
  plan,
  call,
  deletion: [unused],
  computed: (inputs) => ({ id: String(inputs["clusterName"]) }),
  seconds: { create: 15, update: 15, delete: 15 },
};
