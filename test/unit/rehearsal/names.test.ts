import { expect } from "chai";
import { acm } from "../../../providers/rehearsal/aws/acm";
import { route53 } from "../../../providers/rehearsal/aws/route53";
import { servicediscovery } from "../../../providers/rehearsal/aws/servicediscovery";
import type { Values } from "../../../providers/rehearsal/model";
import { RUN, RunThings, ZONE, everyModel, sides } from "../support/aws-run";
import { testRules, type Step } from "../support/rule-cases";
import { simulated } from "../support/simulated-cloud";

const domain = "blog.example.com";
const certificate =
  (more: Values): Step =>
  (cloud) =>
    new RunThings(cloud).run("certificate", { domainName: domain, validationMethod: "DNS", ...more });

/** A certificate that is waited for, with its record or without. */
const validation =
  (proven: boolean, more: Values = {}, fqdns?: string[]): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const made = await things.run("certificate", { domainName: domain, validationMethod: "DNS", ...more });
    const zoneId = things.zone();
    for (const option of proven ? (made["domainValidationOptions"] as Values[]) : []) {
      const records = [option["resourceRecordValue"]];
      await things.run("record", { zoneId, name: option["resourceRecordName"], type: "CNAME", ttl: 60, records });
    }
    const given = fqdns === undefined ? {} : { validationRecordFqdns: fqdns };
    return things.run("validation", { certificateArn: made["arn"], ...given });
  };

const address = { name: "blog.example.com", type: "A", ttl: 60, records: ["192.0.2.1"] };
const record =
  (...all: Values[]): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const zoneId = things.zone();
    for (const each of all) await things.run("record", { zoneId, ...address, ...each });
  };
const alias =
  (more: (balancer: Values) => Values): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { balancer } = await things.balancer();
    const target = { name: balancer["dnsName"], zoneId: balancer["zoneId"], evaluateTargetHealth: true };
    const aliases = [{ ...target, ...more(balancer) }];
    await things.run("record", { zoneId: things.zone(), name: domain, type: "A", aliases });
  };
const without = (property: string): Values => ({ [property]: undefined });

const namespace =
  (times: number, more: Values = {}, vpc: Values = {}): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { id } = await things.vpc({ enableDnsSupport: true, enableDnsHostnames: true, ...vpc });
    for (let at = 0; at < times; at += 1) await things.run("namespace", { name: "shop.internal", vpc: id, ...more });
  };
const discovery =
  (more: Values, dns: Values = {}, times = 1): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { id: vpc } = await things.vpc({ enableDnsSupport: true, enableDnsHostnames: true });
    const { id: namespaceId } = await things.run("namespace", { name: "shop.internal", vpc });
    const dnsConfig = { namespaceId, dnsRecords: [{ type: "A", ttl: 10 }], ...dns };
    for (let at = 0; at < times; at += 1) await things.run("discovery", { name: "broker", dnsConfig, ...more });
  };
const records = (...dnsRecords: Values[]): Values => ({ dnsRecords });

describe("simulated certificates and names", () => {
  testRules([...acm, ...route53, ...servicediscovery], everyModel, {
    "certificate-kind": sides(certificate, {}, { privateKey: "key" }),
    "certificate-domain-length": sides(certificate, {}, { domainName: `${"a.".repeat(130)}com` }),
    "certificate-domain-end": sides(certificate, {}, { domainName: "blog.example.com." }),
    "certificate-validation-method": sides(certificate, { validationMethod: "EMAIL" }, { validationMethod: "FAX" }),
    "certificate-validation-given": sides(certificate, {}, { validationMethod: undefined }),
    "certificate-common-name": sides(certificate, {}, { domainName: `${"a".repeat(60)}.example.com` }),
    "certificate-domain-form": sides(
      certificate,
      { domainName: "*.example.com" },
      { domainName: "blog_1.example.com" },
    ),
    "certificate-names": sides(
      certificate,
      { subjectAlternativeNames: ["www.example.com"] },
      { subjectAlternativeNames: Array.from({ length: 10 }, (_, at) => `w${at}.example.com`) },
    ),
    "validation-of-requested": {
      passes: validation(true),
      refused: validation(false, { domainName: undefined, validationMethod: undefined, privateKey: "key" }),
    },
    "validation-covers-names": { passes: validation(true), refused: validation(true, {}, ["other.example.com"]) },
    "validation-issued": { passes: validation(true), refused: validation(false) },
    "record-kind": { passes: record({}), refused: record(without("records")) },
    "record-alias-ttl": {
      passes: alias(() => ({})),
      refused: (cloud) =>
        new RunThings(cloud).run("record", { zoneId: ZONE, name: domain, type: "A", ttl: 1, aliases: [{}] }),
    },
    "record-ttl": { passes: record({}), refused: record(without("ttl")) },
    "record-type": { passes: record({ type: "TXT" }), refused: record({ type: "B" }) },
    "record-in-zone": { passes: record({}), refused: record({ name: "blog.example.org" }) },
    "record-free": { passes: record({}, { type: "AAAA" }), refused: record({}, {}) },
    "record-cname-alone": { passes: record({}, { type: "TXT" }), refused: record({}, { type: "CNAME" }) },
    "record-alias-target": {
      passes: alias(({ dnsName }) => ({ name: `dualstack.${String(dnsName)}` })),
      refused: alias(() => ({ name: "gone-1234567890.us-east-1.elb.amazonaws.com" })),
    },
    "record-ttl-range": { passes: record({ ttl: 0 }), refused: record({ ttl: -1 }) },
    "namespace-name": { passes: namespace(1), refused: namespace(1, { name: "shop..internal" }) },
    "namespace-free": { passes: namespace(1), refused: namespace(2) },
    "namespace-vpc-dns": { passes: namespace(1), refused: namespace(1, {}, { enableDnsHostnames: false }) },
    "discovery-record-type": { passes: discovery({}), refused: discovery({}, records({ type: "MX", ttl: 1 })) },
    "discovery-routing": {
      passes: discovery({}, { routingPolicy: "WEIGHTED" }),
      refused: discovery({}, { routingPolicy: "RANDOM" }),
    },
    "discovery-name": { passes: discovery({}), refused: discovery({ name: "a.b" }) },
    "discovery-ttl": {
      passes: discovery({}, records({ type: "A", ttl: 0 })),
      refused: discovery({}, records({ type: "A", ttl: -1 })),
    },
    "discovery-name-free": { passes: discovery({}), refused: discovery({}, {}, 2) },
    "discovery-records": {
      passes: discovery({}, { routingPolicy: "WEIGHTED", ...records({ type: "CNAME", ttl: 1 }) }),
      refused: discovery({}, records({ type: "CNAME", ttl: 1 })),
    },
    "ref:aws:route53/record:Record.zoneId": {
      passes: record({}),
      refused: (cloud) => new RunThings(cloud).run("record", { zoneId: ZONE, ...address }),
    },
    "ref:aws:servicediscovery/service:Service.dnsConfig.namespaceId": {
      passes: discovery({}),
      refused: async (cloud) => {
        await discovery({})(cloud);
        await cloud.delete(RUN.namespace, cloud.all(RUN.namespace)[0]?.id ?? "");
      },
    },
  });

  it("completes a record's name with that of its zone", async () => {
    const things = new RunThings(simulated({ models: everyModel }));
    const made = await things.run("record", { zoneId: things.zone(), ...address, name: "Blog" });
    expect(made["fqdn"]).to.equal(domain);
    expect(made.id).to.equal(`${ZONE}_${domain}_A`);
  });

  it("shares the record of a wildcard with the name it is of", async () => {
    const things = new RunThings(simulated({ models: everyModel }));
    const names = { domainName: "example.com", subjectAlternativeNames: ["*.example.com"] };
    const made = await things.run("certificate", { ...names, validationMethod: "DNS" });
    const options = made["domainValidationOptions"] as Values[];
    expect(options.map(({ domainName }) => domainName)).to.deep.equal(["example.com", "*.example.com"]);
    expect(options[0]?.["resourceRecordName"]).to.equal(options[1]?.["resourceRecordName"]);
  });
});
