import { expect } from "chai";
import * as fc from "fast-check";
import { firstZones, zoneBlocks } from "../../components/network/cidr";

interface Range {
  first: number;
  last: number;
}

function range(cidr: string): Range {
  const [address = "", bits = ""] = cidr.split("/");
  const first = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
}

describe("blocks of a network's zones", () => {
  const table: Record<string, [string, string][]> = {
    "10.0.0.0/16": [
      ["10.0.0.0/24", "10.0.16.0/20"],
      ["10.0.1.0/24", "10.0.32.0/20"],
      ["10.0.2.0/24", "10.0.48.0/20"],
    ],
    "172.31.128.0/17": [
      ["172.31.128.0/25", "172.31.136.0/21"],
      ["172.31.128.128/25", "172.31.144.0/21"],
      ["172.31.129.0/25", "172.31.152.0/21"],
    ],
    "192.168.240.0/20": [
      ["192.168.240.0/26", "192.168.241.0/24"],
      ["192.168.240.64/26", "192.168.242.0/24"],
      ["192.168.240.128/26", "192.168.243.0/24"],
    ],
  };
  for (const [cidr, zones] of Object.entries(table)) {
    it(`cuts ${cidr}`, () => {
      const cut = zones.map((_, zone) => zoneBlocks(cidr, zone));
      expect(cut.map((blocks) => [blocks.public, blocks.private])).to.deep.equal(zones);
    });
  }

  it("lie inside of the network, do not overlap, and are networks", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 20 }), fc.nat(2 ** 16 - 1), (bits, seed) => {
        const start = (seed % 2 ** bits) * 2 ** (32 - bits);
        const whole = `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${bits}`;
        const cut = [0, 1, 2].flatMap((zone) => Object.values(zoneBlocks(whole, zone)) as string[]).map(range);
        const sorted = cut.sort((one, other) => one.first - other.first);
        for (const [index, { first, last }] of sorted.entries()) {
          expect(first % (last - first + 1)).to.equal(0);
          expect(first).to.be.greaterThan(index === 0 ? range(whole).first - 1 : sorted[index - 1]!.last);
        }
        expect(sorted.at(-1)!.last).to.be.at.most(range(whole).last);
      }),
    );
  });

  it("refuses what is no network, and says which one is", () => {
    expect(() => zoneBlocks("10.0.5.0/16", 0)).to.throw(
      RangeError,
      "10.0.5.0/16 is an address inside the network 10.0.0.0/16: set that with pulumi config set --path slipway:ecs.network.cidr.",
    );
    for (const wrong of ["10.0.0.0/24", "10.0.0.0/8", "300.0.0.0/16", "10.0.0/16", "network"]) {
      expect(() => zoneBlocks(wrong, 0), wrong).to.throw(RangeError, `${wrong} is no IPv4 network from /16 to /20`);
    }
  });
});

describe("zones of a network", () => {
  it("are the region's first ones by name, however they are listed", () => {
    const listed = ["eu-west-1c", "eu-west-1a", "eu-west-1b"];
    expect(firstZones(listed, 2)).to.deep.equal(["eu-west-1a", "eu-west-1b"]);
    expect(firstZones(listed, 3)).to.deep.equal(["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
  });

  it("says what to set when there are too few", () => {
    expect(() => firstZones(["us-x-1a", "us-x-1b"], 3)).to.throw(
      RangeError,
      "The region has 2 availability zones (us-x-1a, us-x-1b), the network wants 3: set fewer with pulumi config set " +
        "--path slipway:ecs.network.zones 2, or another aws:region.",
    );
  });
});
