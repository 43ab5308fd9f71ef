import type { Model, Rule } from "../../model";
import { rule } from "../../rules";
import { objectsAt, textAt, textsAt } from "../read";
import { CERTIFICATE, bare, missingRecord } from "./certificate";

const SOURCE = "terraform-provider-aws internal/service/acm/certificate_validation.go";

const call: Rule[] = [
  rule({ id: "validation-of-requested", source: SOURCE }, ["certificateArn"], ({ inputs, site }) => {
    const found = site.find(CERTIFICATE, "arn", textAt(inputs, "certificateArn"));
    const type = found && textAt(found.outputs, "type");
    return type === undefined || type === "AMAZON_ISSUED"
      ? undefined
      : `ACM Certificate (${String(inputs["certificateArn"])}) has type ${type}, no validation necessary`;
  }),
  rule(
    { id: "validation-covers-names", source: SOURCE },
    ["certificateArn", "validationRecordFqdns"],
    ({ inputs, site }) => {
      const found = site.find(CERTIFICATE, "arn", textAt(inputs, "certificateArn"));
      const given = textsAt(inputs, "validationRecordFqdns").map(bare);
      if (given.length === 0) return undefined;
      const wanted = objectsAt(found?.outputs ?? {}, "domainValidationOptions").map((option) =>
        bare(option["resourceRecordName"]),
      );
      const missing = wanted.find((name) => !given.includes(name));
      return (
        missing && `missing ACM Certificate (${String(inputs["certificateArn"])}) DNS validation record: ${missing}`
      );
    },
  ),
];

const issued: Rule = {
  id: "validation-issued",
  source: `${SOURCE}: waits 75 minutes for the certificate to be issued`,
  code: "PENDING_VALIDATION",
  refuses: ({ inputs, site }) => {
    const found = site.find(CERTIFICATE, "arn", textAt(inputs, "certificateArn"));
    if (found === undefined || found.outputs["status"] !== "PENDING_VALIDATION") return undefined;
    return `timeout while waiting for the certificate to be ISSUED (last state: PENDING_VALIDATION); there is no record ${String(missingRecord(found, site))}`;
  },
};

/** Waits until a certificate is issued. */
export const certificateValidation: Model = {
  type: "aws:acm/certificateValidation:CertificateValidation",
  source: SOURCE,
  required: ["certificateArn"],
  replaces: ["certificateArn", "validationRecordFqdns"],
  sets: ["validationRecordFqdns"],
  references: [{ property: "certificateArn", to: [CERTIFICATE], by: "arn", missing: "ResourceNotFoundException" }],
  call,
  wait: [issued],
  computed: () => ({ id: "2026-01-01 00:00:00 +0000 UTC" }),
  seconds: { create: 90, delete: 0 },
};
