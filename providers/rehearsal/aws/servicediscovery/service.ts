import type { Model, Rule } from "../../model";
import { between, matches, oneOf, rule } from "../../rules";
import { regionalArn, textAt, textsAt } from "../read";
import { NAMESPACE } from "./private-dns-namespace";

/** Type token of a name under which instances are found. */
export const DISCOVERY_SERVICE = "aws:servicediscovery/service:Service";

const SOURCE = "terraform-provider-aws internal/service/servicediscovery/service.go";
const API = "Cloud Map API reference, CreateService";
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

const plan: Rule[] = [
  oneOf({ id: "discovery-record-type", source: SOURCE }, "dnsConfig.dnsRecords.type", ["A", "AAAA", "CNAME", "SRV"]),
  oneOf({ id: "discovery-routing", source: SOURCE }, "dnsConfig.routingPolicy", ["MULTIVALUE", "WEIGHTED"]),
];

const call: Rule[] = [
  matches(
    { id: "discovery-name", source: API, code: "InvalidInput" },
    "name",
    /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/,
    "a label of up to 63 letters, digits, hyphens and underscores",
  ),
  between({ id: "discovery-ttl", source: API, code: "InvalidInput" }, "dnsConfig.dnsRecords.ttl", 0, 2_147_483_647),
  rule(
    { id: "discovery-name-free", source: API, code: "ServiceAlreadyExists" },
    ["name", "dnsConfig", "namespaceId"],
    ({ inputs, old, site }) => {
      const namespaceOf = (values: typeof inputs): unknown =>
        values["namespaceId"] ?? textAt(values, "dnsConfig.namespaceId");
      const twin = site
        .all(DISCOVERY_SERVICE)
        .find(
          (each) =>
            each.id !== old?.id &&
            each.outputs["name"] === inputs["name"] &&
            namespaceOf(each.outputs) === namespaceOf(inputs),
        );
      return twin && `Service already exists: ${String(inputs["name"])} (${twin.id})`;
    },
  ),
  rule({ id: "discovery-records", source: API, code: "InvalidInput" }, ["dnsConfig"], ({ inputs }) => {
    const types = textsAt(inputs, "dnsConfig.dnsRecords.type");
    if (types.includes("CNAME") && types.length > 1) return "A CNAME record cannot be combined with other records";
    return types.includes("CNAME") && textAt(inputs, "dnsConfig.routingPolicy") !== "WEIGHTED"
      ? "A CNAME record needs the routing policy WEIGHTED"
      : undefined;
  }),
];

/** A name of a namespace, under which the tasks of a service are found. */
export const discoveryService: Model = {
  type: DISCOVERY_SERVICE,
  source: SOURCE,
  replaces: [
    "name",
    "namespaceId",
    "type",
    "dnsConfig.namespaceId",
    "dnsConfig.routingPolicy",
    "dnsConfig.dnsRecords.type",
    "healthCheckConfig.type",
    "healthCheckCustomConfig",
  ],
  name: { property: "name", longest: 127 },
  defaults: { forceDestroy: false, "dnsConfig.routingPolicy": "MULTIVALUE" },
  references: ["dnsConfig.namespaceId", "namespaceId"].map((property) => ({
    property,
    to: [NAMESPACE],
    missing: "NamespaceNotFound",
    holds: "ResourceInUse",
  })),
  plan,
  call,
  computed: (inputs, site) => {
    const id = `srv-${site.fresh(16, LETTERS)}`;
    return {
      id,
      arn: regionalArn(site, "servicediscovery", `service/${id}`),
      namespaceId: inputs["namespaceId"] ?? textAt(inputs, "dnsConfig.namespaceId"),
      type: inputs["type"] ?? "DNS_HTTP",
    };
  },
  seconds: { create: 1, update: 10, delete: 2 },
};
