import type { CertificateArgs } from "@pulumi/aws/acm/certificate";
import type { CertificateValidationArgs } from "@pulumi/aws/acm/certificateValidation";
import type { RecordArgs } from "@pulumi/aws/route53/record";
import type { Transforms } from "../component";

/** Children of a certificate, by role. */
export interface DomainCertificateChildren {
  certificate: CertificateArgs;
  proof: RecordArgs;
  validation: CertificateValidationArgs;
}

/** Arguments of a {@link DomainCertificate}. */
export interface DomainCertificateArgs {
  /** Name and hosted zone in Route 53. */
  domain: { name: string; zoneId: string };
  transform?: Transforms<DomainCertificateChildren>;
}
