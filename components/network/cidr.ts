/** Zones of a network and the blocks of addresses that they get: the same for two zones as for three. */

/** Bits that tell the private subnets' blocks apart: 16 blocks, of which the first holds the public subnets. */
const BLOCK_BITS = 4;
const PUBLIC_BITS = 8;
/** A load balancer needs a subnet of /27 at least, with eight free addresses; AWS keeps five of each subnet. */
const SMALLEST_PUBLIC = 26;

/** Blocks of one availability zone. */
export interface ZoneBlocks {
  public: string;
  private: string;
}

/**
 * The blocks of the zone with number `zone`, 0 to 2. They depend on nothing else, so that a further zone leaves those
 * that are there as they are. Of 10.0.0.0/16, zone 0 gets 10.0.0.0/24 and 10.0.16.0/20.
 *
 * @param cidr network from /16 to /20
 * @throws RangeError when `cidr` is no such network
 */
export function zoneBlocks(cidr: string, zone: number): ZoneBlocks {
  const { start, bits } = parse(cidr);
  const publicBits = Math.min(bits + PUBLIC_BITS, SMALLEST_PUBLIC);
  return {
    public: block(start, publicBits, zone),
    private: block(start, bits + BLOCK_BITS, zone + 1),
  };
}

/**
 * The zones that a network takes of those that its region has.
 *
 * @throws RangeError when there are fewer than `count`
 */
export function firstZones(names: readonly string[], count: number): string[] {
  if (names.length < count) {
    throw new RangeError(
      `The region has ${names.length} availability zones (${names.join(", ")}), the network wants ${count}: ` +
        `set fewer with pulumi config set --path slipway:ecs.network.zones ${names.length}, or another aws:region.`,
    );
  }
  return [...names].sort().slice(0, count);
}

function block(start: number, bits: number, index: number): string {
  const address = start + index * 2 ** (32 - bits);
  return `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".")}/${bits}`;
}

function parse(cidr: string): { start: number; bits: number } {
  const numbers = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr)?.slice(1).map(Number) ?? [];
  const [bits = 0, ...octets] = [numbers.pop(), ...numbers];
  const start = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || bits < 16 || bits > 20) {
    throw new RangeError(`${cidr} is no IPv4 network from /16 to /20, such as 10.0.0.0/16: set it with ${COMMAND}.`);
  }
  const size = 2 ** (32 - bits);
  if (start % size !== 0) {
    const first = block(start - (start % size), bits, 0);
    throw new RangeError(`${cidr} is an address inside the network ${first}: set that with ${COMMAND}.`);
  }
  return { start, bits };
}

const COMMAND = "pulumi config set --path slipway:ecs.network.cidr";
