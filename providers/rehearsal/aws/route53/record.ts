import type { Model, Question, Rule } from "../../model";
import { between, exactlyOne, excludes, needs, oneOf, rule } from "../../rules";
import { bare, issue } from "../acm/certificate";
import { textAt, textsAt } from "../read";

const TYPE = "aws:route53/record:Record";
/** A hosted zone that was there before; components make none. */
const ZONE = "aws:route53/zone:Zone";
const SOURCE = "terraform-provider-aws internal/service/route53/record.go";
const API = "Route 53 API reference, ChangeResourceRecordSets";
const INVALID = "InvalidChangeBatch";

const plan: Rule[] = [
  exactlyOne({ id: "record-kind", source: SOURCE }, ["aliases", "records"]),
  excludes({ id: "record-alias-ttl", source: SOURCE }, "aliases", "ttl"),
  needs({ id: "record-ttl", source: SOURCE }, "records", "ttl"),
  oneOf({ id: "record-type", source: SOURCE }, "type", [
    "A",
    "AAAA",
    "CAA",
    "CNAME",
    "DS",
    "HTTPS",
    "MX",
    "NAPTR",
    "NS",
    "PTR",
    "SOA",
    "SPF",
    "SRV",
    "SSHFP",
    "SVCB",
    "TLSA",
    "TXT",
  ]),
];

/** Name of the zone; undefined for one of which only the id is known. */
function zoneName({ inputs, site }: Pick<Question, "inputs" | "site">): string | undefined {
  const name = textAt(site.find(ZONE, "id", textAt(inputs, "zoneId"))?.outputs ?? {}, "name");
  return name === undefined ? undefined : bare(name);
}

/** The full name of a record, as the provider completes it. */
function fullName(question: Pick<Question, "inputs" | "site">): string {
  const name = bare(textAt(question.inputs, "name") ?? "");
  const zone = zoneName(question);
  if (zone === undefined || name === zone || name.endsWith(`.${zone}`)) return name;
  return name === "" ? zone : `${name}.${zone}`;
}

const call: Rule[] = [
  rule({ id: "record-in-zone", source: API, code: INVALID }, ["name", "zoneId"], (question) => {
    const zone = zoneName(question);
    const name = textAt(question.inputs, "name");
    // A name that is given in full and of another zone is completed once more, which is never what is meant.
    if (zone === undefined || name === undefined || !/\.[a-z]{2,}\.?$/i.test(name)) return undefined;
    const full = bare(name);
    return full === zone || full.endsWith(`.${zone}`)
      ? undefined
      : `RRSet with DNS name ${full}. is not permitted in zone ${zone}.`;
  }),
  rule(
    { id: "record-free", source: `${SOURCE}; ${API}`, code: INVALID },
    ["name", "type", "zoneId", "setIdentifier"],
    (question) => {
      const { inputs, old, site } = question;
      if (old !== undefined || inputs["allowOverwrite"] === true) return undefined;
      const key = (values: Question["inputs"]): string =>
        [values["zoneId"], values["type"], values["setIdentifier"]].map(String).join(" ");
      const name = fullName(question);
      const twin = site
        .all(TYPE)
        .find(({ inputs: other, outputs }) => outputs["fqdn"] === name && key(other) === key(inputs));
      return (
        twin &&
        `Tried to create resource record set [name='${name}.', type='${String(inputs["type"])}'] but it already exists`
      );
    },
  ),
  rule(
    { id: "record-cname-alone", source: "Route 53 developer guide, Supported DNS record types: CNAME", code: INVALID },
    ["name", "type", "zoneId"],
    (question) => {
      const { inputs, old, site } = question;
      const name = fullName(question);
      if (inputs["type"] === "CNAME" && name === zoneName(question))
        return `RRSet of type CNAME with DNS name ${name}. is not permitted at apex in zone ${name}.`;
      const other = site
        .all(TYPE)
        .find(
          (each) =>
            each.id !== old?.id &&
            each.outputs["fqdn"] === name &&
            (each.outputs["type"] === "CNAME") !== (inputs["type"] === "CNAME"),
        );
      return (
        other &&
        `RRSet of type ${String(inputs["type"])} with DNS name ${name}. is not permitted because a conflicting RRSet of type ${String(other.outputs["type"])} with the same DNS name already exists`
      );
    },
  ),
  rule({ id: "record-alias-target", source: API, code: INVALID }, ["aliases"], ({ inputs, site }) => {
    for (const name of textsAt(inputs, "aliases.name")) {
      if (!/\.elb\.([a-z0-9-]+\.)?amazonaws\.com\.?$/.test(name)) continue;
      const target = bare(name).replace(/^dualstack\./, "");
      const balancer = site
        .all("aws:lb/loadBalancer:LoadBalancer")
        .find(({ outputs }) => bare(outputs["dnsName"]) === target);
      const zone = textsAt(inputs, "aliases.zoneId")[0];
      if (balancer === undefined)
        return `Tried to create an alias that targets ${target}., but the alias target name does not lie within the target zone`;
      if (balancer.outputs["zoneId"] !== zone) {
        return `Tried to create an alias that targets ${target}. in zone ${String(zone)}, but the alias target name does not lie within the target zone`;
      }
    }
    return undefined;
  }),
  between({ id: "record-ttl-range", source: API, code: "InvalidInput" }, "ttl", 0, 2_147_483_647),
];

/** A name in DNS. */
export const record: Model = {
  type: TYPE,
  source: `${SOURCE}; type and setIdentifier change in place`,
  required: ["name", "type", "zoneId"],
  replaces: ["name", "zoneId"],
  sets: ["records"],
  references: [{ property: "zoneId", to: [ZONE], missing: "NoSuchHostedZone" }],
  plan,
  call,
  computed: (inputs, site) => {
    const fqdn = fullName({ inputs, site });
    const parts = [inputs["zoneId"], fqdn, inputs["type"], inputs["setIdentifier"]];
    return {
      id: parts
        .filter((part) => part !== undefined)
        .map(String)
        .join("_"),
      fqdn,
      allowOverwrite: inputs["allowOverwrite"] ?? false,
    };
  },
  settled: (_, site) => {
    issue(site);
  },
  seconds: { create: 35, update: 35, delete: 35 },
};
