export type { DomainCertificateArgs, DomainCertificateChildren } from "./args";
export { DomainCertificate } from "./domain-certificate";
export { TLS_POLICY } from "./tls-policy";
