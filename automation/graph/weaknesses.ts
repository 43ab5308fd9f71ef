/** What everything that needs it fails with: the single points of failure of a stack. */
import type { StateEntry } from "../engine/state";
import { PARTS } from "./parts";

/** A single point of failure. */
export interface Weakness {
  resource: StateEntry;
  /** Why it is one. */
  why: string;
}

const SUBNET = "aws:ec2/subnet:Subnet";
const GATEWAY = "aws:ec2/natGateway:NatGateway";

/** Single points of failure among resources, in their order. */
export function weaknessesOf(resources: readonly StateEntry[]): Weakness[] {
  return resources.flatMap((resource) => {
    const { type, inputs = {} } = resource;
    const why = type === GATEWAY ? gatewayWeakness(resource, resources) : PARTS[type]?.weakness?.(inputs);
    return why === undefined ? [] : [{ resource, why }];
  });
}

/** One way out for several zones fails with its own zone. Told of the first gateway of a network. */
function gatewayWeakness(gateway: StateEntry, resources: readonly StateEntry[]): string | undefined {
  const inNetwork = resources.filter(({ parent }) => parent === gateway.parent);
  const gateways = inNetwork.filter(({ type }) => type === GATEWAY);
  const subnets = inNetwork.filter(({ type }) => type === SUBNET);
  const zones = new Set(subnets.map(({ inputs = {} }) => inputs["availabilityZone"]));
  if (gateways[0] !== gateway || gateways.length >= zones.size) return undefined;
  return `${gateways.length} NAT gateway for ${zones.size} zones`;
}
