import { expect } from "chai";
import { zones } from "../../../providers/rehearsal/aws/account/regions";
import { networkLookups } from "../../../providers/rehearsal/aws/net";
import { address, contains, network, overlap, size } from "../../../providers/rehearsal/cidr";
import type { Values } from "../../../providers/rehearsal/model";
import { simulated } from "../support/simulated-cloud";

const ECS = "/aws/service/ecs/optimized-ami/amazon-linux-2023";

const cloudIn = (region: string): ReturnType<typeof simulated> =>
  simulated({ lookups: networkLookups, settings: { region } });
const lookup = (token: string, args: Values = {}, region = "eu-central-1"): Promise<Values> =>
  cloudIn(region).lookup(token, args);

describe("simulated account", () => {
  it("says who it is, and where", async () => {
    const identity = await lookup("aws:index/getCallerIdentity:getCallerIdentity");
    expect(identity).to.include({ accountId: "123456789012", arn: "arn:aws:iam::123456789012:user/rehearsal" });
    const region = await lookup("aws:index/getRegion:getRegion");
    expect(region).to.include({ region: "eu-central-1", name: "eu-central-1", description: "Europe (Frankfurt)" });
    expect(await lookup("aws:index/getPartition:getPartition")).to.include({
      partition: "aws",
      dnsSuffix: "amazonaws.com",
    });
  });

  it("refuses a region that there is not", async () => {
    const cloud = cloudIn("eu-central-1");
    const refusal = await cloud.refusal(() => cloud.lookup("aws:index/getRegion:getRegion", { name: "eu-central-9" }));
    expect(refusal.message).to.include("eu-central-9");
  });

  describe("getAvailabilityZones", () => {
    const TOKEN = "aws:index/getAvailabilityZones:getAvailabilityZones";
    const optIn = (value: string): Values => ({ filters: [{ name: "opt-in-status", values: [value] }] });

    it("lists the zones of the region", async () => {
      const found = await lookup(TOKEN, { state: "available", ...optIn("opt-in-not-required") });
      expect(found["names"]).to.deep.equal(["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
      expect(found["zoneIds"]).to.deep.equal(["euc1-az1", "euc1-az2", "euc1-az3"]);
      expect(found["id"]).to.equal("eu-central-1");
    });

    it("filters as it is asked", async () => {
      expect((await lookup(TOKEN, { state: "impaired" }))["names"]).to.deep.equal([]);
      expect((await lookup(TOKEN, optIn("opted-in")))["names"]).to.deep.equal([]);
      const without = await lookup(TOKEN, { excludeNames: ["us-west-1a"] }, "us-west-1");
      expect(without["names"]).to.deep.equal(["us-west-1c"]);
    });

    it("refuses a filter that there is not", async () => {
      const cloud = cloudIn("eu-central-1");
      const refusal = await cloud.refusal(() => cloud.lookup(TOKEN, { filters: [{ name: "zone", values: ["a"] }] }));
      expect(refusal.code).to.equal("InvalidParameterValue");
    });

    it("no two zones have one id, and a name that is no region's has none", () => {
      const all = ["us-east-1", "us-west-2", "ap-northeast-1", "ca-central-1"].flatMap(zones).map(({ id }) => id);
      expect(new Set(all).size).to.equal(all.length);
      expect(zones("eu-central-9")).to.deep.equal([]);
    });
  });

  describe("ssm getParameter", () => {
    const TOKEN = "aws:ssm/getParameter:getParameter";
    const value = async (name: string, region?: string): Promise<string> =>
      String((await lookup(TOKEN, { name }, region))["value"]);

    it("names the images of ECS, others for each architecture and region", async () => {
      const found = [
        await value(`${ECS}/recommended/image_id`),
        await value(`${ECS}/arm64/recommended/image_id`),
        await value(`${ECS}/recommended/image_id`, "us-east-1"),
      ];
      for (const id of found) expect(id).to.match(/^ami-[0-9a-f]{17}$/);
      expect(new Set(found).size).to.equal(3);
      expect(JSON.parse(await value(`${ECS}/recommended`))).to.include({ image_id: found[0] });
    });

    it("refuses a parameter that there is not", async () => {
      const cloud = cloudIn("eu-central-1");
      for (const name of [`${ECS}/x86_64/recommended/image_id`, "/blog/secret"]) {
        expect((await cloud.refusal(() => cloud.lookup(TOKEN, { name }))).code).to.equal("ParameterNotFound");
      }
    });
  });
});

describe("IPv4 networks", () => {
  it("are read from their first address only", () => {
    expect(network("10.0.0.0/16")).to.deep.equal({ first: 167772160, bits: 16 });
    for (const wrong of ["10.0.0.1/16", "10.0.0/16", "10.0.0.256/32", "10.0.0.0/33", "::/0", 10, undefined]) {
      expect(network(wrong), String(wrong)).to.equal(undefined);
    }
    expect(network("0.0.0.0/0")).to.deep.equal({ first: 0, bits: 0 });
  });

  it("contain and overlap each other", () => {
    const [outer, inner, beside] = ["10.0.0.0/16", "10.0.255.0/24", "10.1.0.0/16"].map((cidr) => network(cidr)!);
    expect([contains(outer!, inner!), contains(inner!, outer!), contains(outer!, beside!)]).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect([overlap(outer!, inner!), overlap(inner!, outer!), overlap(outer!, beside!)]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect([size(outer!), address(inner!.first + 4)]).to.deep.equal([65536, "10.0.255.4"]);
  });
});
