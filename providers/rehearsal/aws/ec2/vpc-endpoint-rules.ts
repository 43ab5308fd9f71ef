/** What EC2 refuses of VPC endpoints. */
import type { Question, Rule, Site, Thing, Values } from "../../model";
import { flagAt, textAt, textsAt } from "../read";
import { hasEndpoints, prefixList } from "./endpoint-services";
import { ROUTE_TABLE, secondInZone, SECURITY_GROUP, SUBNET, subnetsOf, VPC, vpcOf } from "./placement";

export const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";

const CREATE = "EC2 API CreateVpcEndpoint";

export const endpointRules: Rule[] = [
  {
    id: "endpoint-service-exists",
    source: "terraform-aws-modules/terraform-aws-vpc#481, hashicorp/terraform-provider-aws#24216",
    code: "InvalidServiceName",
    refuses({ inputs, site }) {
      const service = textAt(inputs, "serviceName") ?? "";
      const kind = textAt(inputs, "vpcEndpointType") ?? "Gateway";
      return hasEndpoints(service, kind, site.region)
        ? undefined
        : `The Vpc Endpoint Service '${service}' does not exist with endpoints of type ${kind} in ${site.region}`;
    },
  },
  {
    id: "endpoint-interface-without-tables",
    source: "ansible-collections/amazon.aws#576",
    code: "InvalidParameter",
    refuses: ({ inputs }) =>
      isInterface(inputs) && textsAt(inputs, "routeTableIds").length > 0
        ? "Route table IDs are only supported for Gateway type VPC Endpoint."
        : undefined,
  },
  {
    id: "endpoint-gateway-without-interfaces",
    source: CREATE,
    code: "InvalidParameter",
    refuses: ({ inputs }) =>
      !isInterface(inputs) &&
      (textsAt(inputs, "subnetIds").length > 0 || textsAt(inputs, "securityGroupIds").length > 0)
        ? "Subnet IDs and security group IDs are only supported for Interface type VPC Endpoint."
        : undefined,
  },
  {
    id: "endpoint-gateway-without-private-dns",
    source: "terraform-aws-modules/terraform-aws-vpc#1178",
    code: "InvalidParameter",
    refuses: ({ inputs }) =>
      !isInterface(inputs) && flagAt(inputs, "privateDnsEnabled")
        ? "Private DNS can't be enabled because the service does not support private DNS for Gateway endpoints."
        : undefined,
  },
  { id: "endpoint-same-vpc", source: CREATE, code: "InvalidParameter", refuses: otherVpc },
  {
    id: "endpoint-one-subnet-per-zone",
    source: "terraform-aws-modules/terraform-aws-vpc#451",
    code: "DuplicateSubnetsInSameZone",
    refuses({ inputs, site }) {
      const second = secondInZone(subnetsOf(textsAt(inputs, "subnetIds"), site));
      return (
        second &&
        `Found another VPC endpoint subnet in the availability zone of ${second.id}. VPC endpoint subnets should be in ` +
          "different availability zones supported by the VPC endpoint service."
      );
    },
  },
  {
    id: "endpoint-private-dns-attributes",
    source: 'AWS PrivateLink "Access an AWS service using an interface VPC endpoint"',
    code: "InvalidParameter",
    refuses({ inputs, site }) {
      const vpc = site.find(VPC, "id", inputs["vpcId"])?.outputs;
      const both = vpc === undefined || (vpc["enableDnsSupport"] !== false && vpc["enableDnsHostnames"] === true);
      return flagAt(inputs, "privateDnsEnabled") && isInterface(inputs) && !both
        ? `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${String(inputs["vpcId"])}`
        : undefined;
    },
  },
  {
    id: "endpoint-private-dns-once",
    source: "hashicorp/terraform-provider-aws#17535",
    code: "InvalidParameter",
    refuses: ({ inputs, old, site }) =>
      flagAt(inputs, "privateDnsEnabled") &&
      others(inputs, site, old).some(({ outputs }) => flagAt(outputs, "privateDnsEnabled"))
        ? `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${String(inputs["serviceName"])} in the VPC ${String(inputs["vpcId"])}`
        : undefined,
  },
  {
    id: "endpoint-inbound-dns-needs-gateway",
    source: "terraform-aws-modules/terraform-aws-vpc#982",
    code: "InvalidParameter",
    refuses: ({ inputs, old, site }) =>
      flagAt(inputs, "dnsOptions.privateDnsOnlyForInboundResolverEndpoint") &&
      others(inputs, site, old).every(({ outputs }) => isInterface(outputs))
        ? `To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC ${String(inputs["vpcId"])} must have a Gateway endpoint for the service.`
        : undefined,
  },
  {
    id: "endpoint-gateway-once-per-table",
    source: "eksctl-io/eksctl#2510",
    code: "RouteAlreadyExists",
    refuses({ inputs, old, site }) {
      const taken = others(inputs, site, old).flatMap(({ outputs }) => textsAt(outputs, "routeTableIds"));
      const table = textsAt(inputs, "routeTableIds").find((id) => taken.includes(id));
      return (
        table &&
        `route table ${table} already has a route with destination-prefix-list-id ${prefixList(String(inputs["serviceName"]))}`
      );
    },
  },
];

/** Whether an endpoint lies in subnets. */
export function isInterface(values: Values): boolean {
  return values["vpcEndpointType"] === "Interface";
}

/** Other endpoints of the same service in the same VPC. */
function others(inputs: Values, site: Site, old: Thing | undefined): Thing[] {
  return site
    .all(ENDPOINT)
    .filter(
      ({ id, outputs }) =>
        id !== old?.id && outputs["vpcId"] === inputs["vpcId"] && outputs["serviceName"] === inputs["serviceName"],
    );
}

function otherVpc({ inputs, site }: Question): string | undefined {
  for (const [property, type] of [
    ["subnetIds", SUBNET],
    ["securityGroupIds", SECURITY_GROUP],
    ["routeTableIds", ROUTE_TABLE],
  ] as const) {
    const wrong = textsAt(inputs, property).find((id) => vpcOf(type, id, site) !== inputs["vpcId"]);
    if (wrong !== undefined) return `${wrong} does not belong to ${String(inputs["vpcId"])}`;
  }
  return undefined;
}
