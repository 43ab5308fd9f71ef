import type { Model } from "../../model";
import { oneOf } from "../../rules";
import { QUOTAS } from "../account/quotas";
import { ec2Arn, freshId } from "./ids";

export const EIP = "aws:ec2/eip:Eip";

const PROVIDER = "terraform-provider-aws internal/service/ec2/ec2_eip.go";
const HOSTS = 254;
/** Networks that are kept for documentation: no address of them is anybody's. */
const NETWORKS = ["203.0.113", "198.51.100", "192.0.2"] as const;

/** A public address of the account. */
export const eip: Model = {
  type: EIP,
  source: PROVIDER,
  replaces: ["address", "domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool"],
  plan: [oneOf({ id: "eip-domain", source: PROVIDER }, "domain", ["vpc", "standard"])],
  call: [
    {
      id: "eip-quota",
      source: "Amazon EC2 service quotas; hashicorp-education/learn-terraform-provision-eks-cluster#59",
      code: "AddressLimitExceeded",
      refuses: ({ old, site }) =>
        old === undefined && site.all(EIP).length >= QUOTAS.addresses
          ? "The maximum number of addresses has been reached."
          : undefined,
    },
  ],
  computed(inputs, site) {
    const id = freshId("eipalloc", site);
    const count = site.next("public address") - 1;
    const publicIp = `${NETWORKS[Math.floor(count / HOSTS) % NETWORKS.length] ?? NETWORKS[0]}.${(count % HOSTS) + 1}`;
    const zone = site.region === "us-east-1" ? "compute-1" : `${site.region}.compute`;
    return {
      id,
      allocationId: id,
      arn: ec2Arn(`elastic-ip/${id}`, site),
      associationId: "",
      carrierIp: "",
      customerOwnedIp: "",
      domain: inputs["domain"] ?? "vpc",
      instance: inputs["instance"] ?? "",
      networkBorderGroup: inputs["networkBorderGroup"] ?? site.region,
      networkInterface: inputs["networkInterface"] ?? "",
      privateDns: "",
      privateIp: "",
      ptrRecord: "",
      publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${zone}.amazonaws.com`,
      publicIp,
      publicIpv4Pool: inputs["publicIpv4Pool"] ?? "amazon",
    };
  },
  seconds: { create: 1, delete: 1 },
};
