import type { Model, Site, Values } from "../../model";
import { excludes, jsonText, oneOf } from "../../rules";
import { flagAt, textAt, textsAt } from "../read";
import { prefixList, shortName } from "./endpoint-services";
import { ENDPOINT, endpointRules, isInterface } from "./vpc-endpoint-rules";
import { ec2Arn, freshId } from "./ids";
import { ROUTE_TABLE, SECURITY_GROUP, SUBNET, VPC } from "./placement";

const PROVIDER = "terraform-provider-aws internal/service/ec2/vpc_endpoint.go";
const KINDS = ["Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"] as const;
const SECONDS = { gateway: 6, interface: 75, delete: 60 } as const;
const FULL_ACCESS = {
  Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
  Version: "2008-10-17",
};

/** A way from a VPC to a service of AWS. */
export const vpcEndpoint: Model = {
  type: ENDPOINT,
  source: PROVIDER,
  required: ["vpcId"],
  replaces: [
    "vpcId",
    "serviceName",
    "vpcEndpointType",
    "resourceConfigurationArn",
    "serviceNetworkArn",
    "serviceRegion",
    "dnsOptions.privateDnsPreference",
    "dnsOptions.privateDnsSpecifiedDomains",
  ],
  replacesIf: (old, inputs) =>
    !isInterface(inputs) && old["privateDnsEnabled"] !== inputs["privateDnsEnabled"] ? ["privateDnsEnabled"] : [],
  defaults: { vpcEndpointType: "Gateway" },
  json: ["policy"],
  sets: ["routeTableIds", "securityGroupIds", "subnetIds"],
  references: [
    { property: "vpcId", to: [VPC], missing: "InvalidVpcId.NotFound", holds: "DependencyViolation" },
    { property: "subnetIds", to: [SUBNET], missing: "InvalidSubnetId.NotFound", holds: "DependencyViolation" },
    {
      property: "securityGroupIds",
      to: [SECURITY_GROUP],
      missing: "InvalidGroup.NotFound",
      holds: "DependencyViolation",
    },
    { property: "routeTableIds", to: [ROUTE_TABLE], missing: "InvalidRouteTableId.NotFound" },
  ],
  plan: [
    oneOf({ id: "endpoint-type", source: PROVIDER }, "vpcEndpointType", KINDS),
    jsonText({ id: "endpoint-policy", source: PROVIDER }, "policy"),
    excludes({ id: "endpoint-service-or-resource", source: PROVIDER }, "serviceName", "resourceConfigurationArn"),
  ],
  call: endpointRules,
  computed: (inputs, site) => outputsOf(freshId("vpce", site), inputs, site),
  updated: (inputs, old, site) => ({
    networkInterfaceIds: interfaces(inputs, site, textsAt(old.outputs, "networkInterfaceIds")),
  }),
  seconds: {
    create: (inputs) => (isInterface(inputs) ? SECONDS.interface : SECONDS.gateway),
    delete: SECONDS.delete,
  },
};

function outputsOf(id: string, inputs: Values, site: Site): { id: string } & Values {
  const serviceName = textAt(inputs, "serviceName") ?? "";
  const inSubnets = isInterface(inputs);
  const groups = textsAt(inputs, "securityGroupIds");
  const standard = site.find(VPC, "id", inputs["vpcId"])?.outputs["defaultSecurityGroupId"];
  return {
    id,
    arn: ec2Arn(`vpc-endpoint/${id}`, site),
    cidrBlocks: inSubnets ? [] : ["192.0.2.0/24"],
    dnsEntries: inSubnets ? [dnsEntry(id, serviceName, site)] : [],
    dnsOptions: inputs["dnsOptions"] ?? { dnsRecordIpType: inSubnets ? "ipv4" : "service-defined" },
    ipAddressType: inputs["ipAddressType"] ?? "ipv4",
    networkInterfaceIds: interfaces(inputs, site, []),
    ownerId: site.account,
    policy: inputs["policy"] ?? JSON.stringify(FULL_ACCESS),
    prefixListId: inSubnets ? "" : prefixList(serviceName),
    privateDnsEnabled: flagAt(inputs, "privateDnsEnabled"),
    requesterManaged: false,
    routeTableIds: textsAt(inputs, "routeTableIds"),
    securityGroupIds: groups.length > 0 || !inSubnets ? groups : [standard],
    serviceRegion: site.region,
    state: "available",
    subnetIds: textsAt(inputs, "subnetIds"),
  };
}

function dnsEntry(id: string, serviceName: string, site: Site): Values {
  const host = `${id}-${site.fresh(8)}.${shortName(serviceName, site.region)}.${site.region}.vpce.amazonaws.com`;
  return { dnsName: host, hostedZoneId: "Z0REHEARSALVPCE00000" };
}

/** One network interface for each subnet; those that are there are kept. */
function interfaces(inputs: Values, site: Site, old: readonly string[]): string[] {
  return textsAt(inputs, "subnetIds").map((_subnet, place) => old[place] ?? freshId("eni", site));
}
