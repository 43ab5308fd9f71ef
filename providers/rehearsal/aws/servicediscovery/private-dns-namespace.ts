import type { Model, Rule } from "../../model";
import { matches, rule } from "../../rules";
import { regionalArn, textAt } from "../read";

/** Type token of a namespace. */
export const NAMESPACE = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace";

const SOURCE = "terraform-provider-aws internal/service/servicediscovery/private_dns_namespace.go";
const API = "Cloud Map API reference, CreatePrivateDnsNamespace";
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

const call: Rule[] = [
  rule(
    { id: "namespace-free", source: API, code: "ConflictingDomainExists" },
    ["name", "vpc"],
    ({ inputs, old, site }) => {
      const twin = site
        .all(NAMESPACE)
        .find(
          ({ id, outputs }) => id !== old?.id && outputs["name"] === inputs["name"] && outputs["vpc"] === inputs["vpc"],
        );
      return (
        twin &&
        `The domain ${String(inputs["name"])} is already associated with the VPC ${String(inputs["vpc"])} (${twin.id})`
      );
    },
  ),
  rule(
    {
      id: "namespace-vpc-dns",
      source: "Route 53 developer guide, private hosted zones need enableDnsSupport and enableDnsHostnames",
      code: "InvalidInput",
    },
    ["vpc"],
    ({ inputs, site }) => {
      const vpc = site.find("aws:ec2/vpc:Vpc", "id", textAt(inputs, "vpc"))?.outputs ?? {};
      const off = ["enableDnsSupport", "enableDnsHostnames"].find((property) => vpc[property] === false);
      return off && `Names of the namespace cannot be resolved: the VPC has ${off} false`;
    },
  ),
];

/** A private DNS domain of a VPC. */
export const privateDnsNamespace: Model = {
  type: NAMESPACE,
  source: SOURCE,
  required: ["vpc"],
  replaces: ["name", "vpc"],
  name: { property: "name", longest: 253 },
  references: [{ property: "vpc", to: ["aws:ec2/vpc:Vpc"], missing: "InvalidInput", holds: "DependencyViolation" }],
  plan: [
    matches(
      { id: "namespace-name", source: SOURCE },
      "name",
      /^(?!.{254})[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i,
      "labels of up to 63 letters, digits and hyphens with dots between them",
    ),
  ],
  call,
  computed: (_, site) => {
    const id = `ns-${site.fresh(16, LETTERS)}`;
    return {
      id,
      arn: regionalArn(site, "servicediscovery", `namespace/${id}`),
      hostedZone: `Z${site.fresh(20, LETTERS.toUpperCase())}`,
    };
  },
  seconds: { create: 45, update: 10, delete: 45 },
};
