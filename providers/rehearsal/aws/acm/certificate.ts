import { createHash } from "node:crypto";
import type { Model, Rule, Site, Thing, Values } from "../../model";
import { entriesBetween, exactlyOne, lengthBetween, matches, oneOf, rule } from "../../rules";
import { freshUuid } from "../documents";
import { objectsAt, regionalArn, textsAt } from "../read";

/** Type token of a certificate. */
export const CERTIFICATE = "aws:acm/certificate:Certificate";

const SOURCE = "terraform-provider-aws internal/service/acm/certificate.go";
const RECORD = "aws:route53/record:Record";
const LONGEST_NAME = 64;
const MOST_NAMES = 9;

const plan: Rule[] = [
  exactlyOne({ id: "certificate-kind", source: SOURCE }, ["domainName", "privateKey"]),
  lengthBetween({ id: "certificate-domain-length", source: SOURCE }, "domainName", 1, 253),
  matches({ id: "certificate-domain-end", source: SOURCE }, "domainName", /[^.]$/, "without a dot at its end"),
  oneOf({ id: "certificate-validation-method", source: SOURCE }, "validationMethod", ["DNS", "EMAIL", "HTTP"]),
];

const call: Rule[] = [
  rule({ id: "certificate-validation-given", source: SOURCE }, ["domainName", "validationMethod"], ({ inputs }) =>
    inputs["domainName"] !== undefined &&
    inputs["validationMethod"] === undefined &&
    inputs["certificateAuthorityArn"] === undefined
      ? "`validation_method` must be set when creating an ACM certificate"
      : undefined,
  ),
  lengthBetween(
    {
      id: "certificate-common-name",
      source: "ACM API reference, RequestCertificate: DomainName",
      code: "ValidationException",
    },
    "domainName",
    1,
    LONGEST_NAME,
  ),
  matches(
    {
      id: "certificate-domain-form",
      source: "ACM API reference, RequestCertificate: DomainName",
      code: "ValidationException",
    },
    "domainName",
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i,
    "a fully qualified domain name, of which the first label may be *",
  ),
  entriesBetween(
    {
      id: "certificate-names",
      source: "ACM service quotas: domain names per certificate",
      code: "LimitExceededException",
    },
    "subjectAlternativeNames",
    0,
    MOST_NAMES,
  ),
];

function namesOf(inputs: Values): string[] {
  return [...new Set([...textsAt(inputs, "domainName"), ...textsAt(inputs, "subjectAlternativeNames")])];
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** One record for each name; a wildcard shares that of the name it is of. */
function validationOptions(inputs: Values, site: Site): Values[] {
  if (inputs["validationMethod"] !== "DNS") return [];
  return namesOf(inputs).map((domainName) => {
    const base = domainName.replace(/^\*\./, "");
    const token = hash(`${site.account}/${base}`);
    return {
      domainName,
      resourceRecordName: `_${token}.${base}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${hash(token)}.${hash(base).slice(0, 10)}.acm-validations.aws.`,
    };
  });
}

/** Why a certificate is not issued; undefined once every record that proves its names is there, with its value. */
export function missingRecord(certificate: Thing, site: Site): string | undefined {
  const records = site.all(RECORD);
  const missing = objectsAt(certificate.outputs, "domainValidationOptions").find(
    (option) =>
      !records.some(
        ({ outputs }) =>
          outputs["type"] === "CNAME" &&
          bare(outputs["fqdn"]) === bare(option["resourceRecordName"]) &&
          textsAt(outputs, "records").some((value) => bare(value) === bare(option["resourceRecordValue"])),
      ),
  );
  return (
    missing &&
    `${String(missing["resourceRecordType"])} ${String(missing["resourceRecordName"])} -> ${String(missing["resourceRecordValue"])}`
  );
}

/** A host name without the dot at its end. */
export function bare(name: unknown): string {
  return String(name).replace(/\.$/, "").toLowerCase();
}

const YEAR_OF_ISSUE = "2026-01-01T00:00:00Z";

/** Issues what can be issued; called whenever a record comes. */
export function issue(site: Site): void {
  for (const certificate of site.all(CERTIFICATE)) {
    if (certificate.outputs["status"] !== "PENDING_VALIDATION" || missingRecord(certificate, site) !== undefined)
      continue;
    site.change(certificate, { status: "ISSUED", notBefore: YEAR_OF_ISSUE, notAfter: "2027-02-01T00:00:00Z" });
  }
}

/** A TLS certificate. */
export const certificate: Model = {
  type: CERTIFICATE,
  source: SOURCE,
  replaces: [
    "certificateAuthorityArn",
    "domainName",
    "keyAlgorithm",
    "subjectAlternativeNames",
    "validationMethod",
    "validationOptions",
  ],
  sets: ["subjectAlternativeNames"],
  secrets: ["privateKey"],
  plan,
  call,
  computed: (inputs, site) => {
    const id = regionalArn(site, "acm", `certificate/${freshUuid(site)}`);
    const isImported = inputs["privateKey"] !== undefined;
    return {
      id,
      arn: id,
      domainValidationOptions: validationOptions(inputs, site),
      keyAlgorithm: inputs["keyAlgorithm"] ?? "RSA_2048",
      pendingRenewal: false,
      renewalEligibility: "INELIGIBLE",
      renewalSummaries: [],
      status: isImported ? "ISSUED" : "PENDING_VALIDATION",
      subjectAlternativeNames: namesOf(inputs),
      type: isImported ? "IMPORTED" : "AMAZON_ISSUED",
      validationEmails: [],
      validationMethod: inputs["validationMethod"] ?? "NONE",
    };
  },
  settled: (_, site) => {
    // The records of an earlier certificate of the same names prove this one too.
    issue(site);
  },
  seconds: { create: 8, update: 2, delete: 1 },
};
