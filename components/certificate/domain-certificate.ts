import { Certificate } from "@pulumi/aws/acm/certificate";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation";
import { Record } from "@pulumi/aws/route53/record";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { DomainCertificateArgs, DomainCertificateChildren } from "./args";

const PROOF_SECONDS = 60;

/** A certificate for a name in Route 53, which proves itself there and renews itself as long as the record stays. */
export class DomainCertificate extends Component<DomainCertificateChildren> {
  /** ARN of the certificate, once it is issued. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DomainCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    // The name that it had as a part of the target ecs, and that stacks have it under.
    super("ecs:DomainCertificate", name, args.transform, opts);
    const { domain } = args;
    const certificate = new Certificate(
      ...this.child("certificate", { domainName: domain.name, validationMethod: "DNS" }),
    );
    // One name has one record.
    const wanted = (key: "resourceRecordName" | "resourceRecordType" | "resourceRecordValue"): pulumi.Output<string> =>
      certificate.domainValidationOptions.apply(([option]) => option?.[key] ?? "");
    const proof = new Record(
      ...this.child("proof", {
        zoneId: domain.zoneId,
        name: wanted("resourceRecordName"),
        type: wanted("resourceRecordType"),
        records: [wanted("resourceRecordValue")],
        ttl: PROOF_SECONDS,
        // The same name has the same record in every certificate of an account: one from before is no conflict.
        allowOverwrite: true,
      }),
    );
    const validation = new CertificateValidation(
      ...this.child("validation", { certificateArn: certificate.arn, validationRecordFqdns: [proof.fqdn] }),
    );
    this.arn = validation.certificateArn;
    this.registerOutputs({ arn: this.arn });
  }
}
