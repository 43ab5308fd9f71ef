import type { Model, Question, Rule, Thing } from "../../model";
import { between, matches, oneOf, rule } from "../../rules";
import { objectsAt, textAt } from "../read";
import { actionCall, actionPlan, actionReferences, attach } from "./actions";
import { LOAD_BALANCER } from "./load-balancer";

/** Type token of a listener. */
export const LISTENER = "aws:lb/listener:Listener";

const SOURCE = "terraform-provider-aws internal/service/elbv2/listener.go";
const API = "Elastic Load Balancing API reference, CreateListener";
const CERTIFICATE = "aws:acm/certificate:Certificate";
const POLICY = "ELBSecurityPolicy-2016-08";

function balancerOf({ inputs, site }: Question): Thing | undefined {
  return site.find(LOAD_BALANCER, "arn", textAt(inputs, "loadBalancerArn"));
}

function isSecure({ inputs }: Question): boolean {
  return ["HTTPS", "TLS"].includes(String(inputs["protocol"]).toUpperCase());
}

const plan: Rule[] = [
  between({ id: "listener-port", source: SOURCE }, "port", 1, 65_535),
  matches(
    { id: "listener-protocol", source: SOURCE },
    "protocol",
    /^(HTTP|HTTPS|TCP|TLS|UDP|TCP_UDP|GENEVE|QUIC|TCP_QUIC)$/i,
    "HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, GENEVE, QUIC or TCP_QUIC",
  ),
  ...actionPlan("listener", "defaultActions"),
  between({ id: "listener-action-order", source: SOURCE }, "defaultActions.order", 1, 50_000),
];

const call: Rule[] = [
  rule(
    { id: "listener-port-free", source: API, code: "DuplicateListener" },
    ["loadBalancerArn", "port"],
    ({ inputs, old, site }) => {
      const twin = site
        .all(LISTENER)
        .find(
          ({ id, outputs }) =>
            id !== old?.id &&
            outputs["loadBalancerArn"] === inputs["loadBalancerArn"] &&
            outputs["port"] === inputs["port"],
        );
      return twin === undefined
        ? undefined
        : `A listener already exists on this port for this load balancer '${String(inputs["loadBalancerArn"])}'`;
    },
  ),
  rule(
    { id: "listener-certificate-given", source: API, code: "ValidationError" },
    ["protocol", "certificateArn"],
    (question) =>
      isSecure(question) && question.inputs["certificateArn"] === undefined
        ? `A certificate must be specified for ${textAt(question.inputs, "protocol") ?? ""} listeners`
        : undefined,
  ),
  rule(
    { id: "listener-certificate-wanted", source: API, code: "InvalidConfigurationRequest" },
    ["protocol", "certificateArn"],
    (question) =>
      !isSecure(question) &&
      question.inputs["protocol"] !== undefined &&
      question.inputs["certificateArn"] !== undefined
        ? `A certificate cannot be specified for ${textAt(question.inputs, "protocol") ?? ""} listeners`
        : undefined,
  ),
  rule(
    {
      id: "listener-certificate-issued",
      source: `${SOURCE}; hashicorp/terraform-provider-aws: UnsupportedCertificate while a certificate is not issued`,
      code: "UnsupportedCertificate",
    },
    ["certificateArn"],
    ({ inputs, site }) => {
      const certificate = site.find(CERTIFICATE, "arn", textAt(inputs, "certificateArn"));
      const status = certificate && textAt(certificate.outputs, "status");
      return status === undefined || status === "ISSUED"
        ? undefined
        : `The certificate '${String(inputs["certificateArn"])}' must have a fully-qualified domain name, a supported signature, and a supported key size, and be issued; its status is ${status}`;
    },
  ),
  rule(
    { id: "listener-protocol-of-balancer", source: API, code: "InvalidConfigurationRequest" },
    ["protocol", "loadBalancerArn"],
    (question) => {
      const kind = textAt(balancerOf(question)?.outputs ?? {}, "loadBalancerType");
      const protocol = textAt(question.inputs, "protocol")?.toUpperCase();
      const isHttp = protocol === undefined || protocol.startsWith("HTTP");
      return kind === undefined || isHttp === (kind === "application")
        ? undefined
        : `Listener protocol '${String(protocol)}' is not supported with a load balancer of type '${kind}'`;
    },
  ),
  oneOf(
    {
      id: "listener-ssl-policy",
      source: "Elastic Load Balancing user guide, Security policies for your Application Load Balancer",
      code: "SSLPolicyNotFound",
    },
    "sslPolicy",
    [
      POLICY,
      "ELBSecurityPolicy-TLS-1-2-2017-01",
      "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
      "ELBSecurityPolicy-FS-1-2-Res-2020-10",
      "ELBSecurityPolicy-TLS13-1-2-2021-06",
      "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
      "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06",
      "ELBSecurityPolicy-TLS13-1-3-2021-06",
      "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
      "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    ],
  ),
  ...actionCall("listener", balancerOf),
];

/** A port that a load balancer listens on. */
export const listener: Model = {
  type: LISTENER,
  source: SOURCE,
  required: ["loadBalancerArn", "defaultActions"],
  replaces: ["loadBalancerArn"],
  references: [
    { property: "loadBalancerArn", to: [LOAD_BALANCER], by: "arn", missing: "LoadBalancerNotFound" },
    {
      property: "certificateArn",
      to: [CERTIFICATE],
      by: "arn",
      missing: "CertificateNotFound",
      holds: "ResourceInUseException",
    },
    ...actionReferences("defaultActions"),
  ],
  plan,
  call,
  computed: (inputs, site) => {
    const id = `${String(inputs["loadBalancerArn"]).replace(":loadbalancer/", ":listener/")}/${site.fresh(16)}`;
    return { id, arn: id, ...follows(inputs) };
  },
  updated: (inputs) => follows(inputs),
  settled: (_, site) => {
    attach(site);
  },
  removed: (thing, site) => {
    for (const each of site.all("aws:lb/listenerRule:ListenerRule"))
      if (each.outputs["listenerArn"] === thing.id) site.remove(each);
    attach(site);
  },
  seconds: { create: 2, update: 2, delete: 2 },
};

function follows(inputs: Question["inputs"]): Record<string, unknown> {
  const protocol =
    textAt(inputs, "protocol")?.toUpperCase() ?? (inputs["certificateArn"] === undefined ? "HTTP" : "HTTPS");
  const secure = protocol === "HTTPS" || protocol === "TLS";
  const defaultActions = objectsAt(inputs, "defaultActions").map((action, place) => ({ order: place + 1, ...action }));
  return { protocol, sslPolicy: inputs["sslPolicy"] ?? (secure ? POLICY : ""), defaultActions };
}
