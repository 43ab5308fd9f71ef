import { contains, network, overlap } from "../../cidr";
import type { Model, Question, Rule } from "../../model";
import { excludes } from "../../rules";
import { zones, type Zone } from "../account/regions";
import { flagAt, textAt } from "../read";
import { networkAddresses } from "./cidr-rule";
import { ec2Arn, freshId } from "./ids";
import { SUBNET, VPC } from "./placement";

const PROVIDER = "terraform-provider-aws internal/service/ec2/vpc_subnet.go";
const CREATE = "EC2 API CreateSubnet";
const LARGEST = 16;
const SMALLEST = 28;
const SECONDS_PUBLIC = 12;

/** A part of a VPC in one availability zone. */
export const subnet: Model = {
  type: SUBNET,
  source: PROVIDER,
  required: ["vpcId"],
  replaces: [
    "availabilityZone",
    "availabilityZoneId",
    "cidrBlock",
    "vpcId",
    "outpostArn",
    "ipv6Native",
    "ipv4IpamPoolId",
    "ipv4NetmaskLength",
    "ipv6IpamPoolId",
    "ipv6NetmaskLength",
  ],
  defaults: {
    assignIpv6AddressOnCreation: false,
    enableDns64: false,
    enableResourceNameDnsARecordOnLaunch: false,
    enableResourceNameDnsAaaaRecordOnLaunch: false,
    ipv6Native: false,
    mapPublicIpOnLaunch: false,
  },
  references: [{ property: "vpcId", to: [VPC], missing: "InvalidVpcID.NotFound", holds: "DependencyViolation" }],
  plan: [
    networkAddresses({ id: "subnet-cidr", source: PROVIDER }, "cidrBlock"),
    excludes({ id: "subnet-one-zone-name", source: PROVIDER }, "availabilityZone", "availabilityZoneId"),
  ],
  call: [
    range("subnet-size", 'Amazon VPC "Subnet sizing"', (own) => own.bits >= LARGEST && own.bits <= SMALLEST),
    range("subnet-inside-vpc", "pulumi/pulumi-awsx#111", (own, { inputs, site }) => {
      const outer = network(textAt(site.find(VPC, "id", inputs["vpcId"])?.outputs, "cidrBlock"));
      return outer === undefined || contains(outer, own);
    }),
    { id: "subnet-no-overlap", source: CREATE, code: "InvalidSubnet.Conflict", refuses: conflict },
    { id: "subnet-zone", source: CREATE, code: "InvalidParameterValue", refuses: unknownZone },
  ],
  computed(inputs, site) {
    const id = freshId("subnet", site);
    const zone = zoneOf({ inputs, site });
    return {
      id,
      arn: ec2Arn(`subnet/${id}`, site),
      availabilityZone: zone?.name ?? "",
      availabilityZoneId: zone?.id ?? "",
      cidrBlock: inputs["cidrBlock"] ?? "",
      ipv6CidrBlock: inputs["ipv6CidrBlock"] ?? "",
      ipv6CidrBlockAssociationId: "",
      ownerId: site.account,
      privateDnsHostnameTypeOnLaunch: inputs["privateDnsHostnameTypeOnLaunch"] ?? "ip-name",
    };
  },
  removed(thing, site) {
    // An association goes with either of its ends.
    for (const association of site.all("aws:ec2/routeTableAssociation:RouteTableAssociation")) {
      if (association.outputs["subnetId"] === thing.id) site.remove(association);
    }
  },
  seconds: { create: (inputs) => (flagAt(inputs, "mapPublicIpOnLaunch") ? SECONDS_PUBLIC : 3), delete: 1 },
};

/** A rule about the subnet's own network. */
function range(
  id: string,
  source: string,
  fits: (own: { first: number; bits: number }, at: Question) => boolean,
): Rule {
  return {
    id,
    source,
    code: "InvalidSubnet.Range",
    refuses(question) {
      const { cidrBlock } = question.inputs;
      const own = network(cidrBlock);
      return own === undefined || fits(own, question) ? undefined : `The CIDR '${String(cidrBlock)}' is invalid.`;
    },
  };
}

function conflict({ inputs: { cidrBlock, vpcId }, old, site }: Question): string | undefined {
  const own = network(cidrBlock);
  const taken = site.all(SUBNET).find((other) => {
    const theirs = network(other.outputs["cidrBlock"]);
    if (own === undefined || theirs === undefined || other.id === old?.id) return false;
    return other.outputs["vpcId"] === vpcId && overlap(own, theirs);
  });
  return taken && `The CIDR '${String(cidrBlock)}' conflicts with another subnet`;
}

function unknownZone(question: Question): string | undefined {
  const { availabilityZone, availabilityZoneId } = question.inputs;
  if (zoneOf(question) !== undefined) return undefined;
  const property = availabilityZone === undefined ? "availabilityZoneId" : "availabilityZone";
  const names = zones(question.site.region).map(({ name }) => name);
  return (
    `Value (${String(availabilityZone ?? availabilityZoneId)}) for parameter ${property} is invalid. ` +
    `Subnets can currently only be created in the following availability zones: ${names.join(", ")}.`
  );
}

/** The zone that is asked for; the first one when none is. */
function zoneOf({ inputs, site }: Pick<Question, "inputs" | "site">): Zone | undefined {
  const { availabilityZone: name, availabilityZoneId: id } = inputs;
  const all = zones(site.region);
  if (name === undefined && id === undefined) return all[0];
  return all.find((zone) => zone.name === name || zone.id === id);
}
