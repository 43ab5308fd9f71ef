/** What production needs so that no single failure ends it. */
import { listAt, said, type Inputs, type PolicyRule } from "../rule";

/** Type -> what is missing, where it does not stand in two zones. */
const ZONES: Readonly<Record<string, (inputs: Inputs) => string | undefined>> = {
  "aws:rds/instance:Instance": ({ multiAz }) =>
    multiAz === true ? undefined : "It stands in one zone; set database.multiAz to true.",
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ automaticFailoverEnabled }) =>
    automaticFailoverEnabled === true
      ? undefined
      : "Nothing takes over when its node fails; set cache.replicas to 1 or more.",
  "aws:mq/broker:Broker": ({ deploymentMode }) =>
    deploymentMode === "CLUSTER_MULTI_AZ" || deploymentMode === "ACTIVE_STANDBY_MULTI_AZ"
      ? undefined
      : "It is a single node; set broker.replicated to true.",
  "aws:autoscaling/group:Group": ({ vpcZoneIdentifiers }) =>
    !Array.isArray(vpcZoneIdentifiers) || vpcZoneIdentifiers.length >= 2
      ? undefined
      : "All its instances stand in one zone; name two subnets.",
  "aws:lb/loadBalancer:LoadBalancer": ({ subnets }) =>
    !Array.isArray(subnets) || subnets.length >= 2 ? undefined : "It stands in one zone; name two subnets.",
};

const twoZones: PolicyRule = {
  name: "two-zones",
  description: "In production, what keeps data or lets requests in stands in two zones.",
  level: "mandatory",
  production: true,
  types: Object.keys(ZONES),
  violation: (inputs, type) => ZONES[type]?.(inputs),
};

const twoServers: PolicyRule = {
  name: "two-web-processes",
  description: "In production, two tasks at least stand behind a load balancer.",
  level: "mandatory",
  production: true,
  types: ["aws:ecs/service:Service"],
  violation: (inputs) => {
    if (listAt(inputs, "loadBalancers").length === 0) return undefined;
    const count = Number(inputs["desiredCount"] ?? 0);
    return count >= 2 ? undefined : `${count} serves; set processes.web.count to 2 or more.`;
  },
};

const balancerProtected: PolicyRule = {
  name: "load-balancer-protected",
  description: "In production, the load balancer, and so its name, cannot be deleted by mistake.",
  level: "mandatory",
  production: true,
  types: ["aws:lb/loadBalancer:LoadBalancer"],
  violation: ({ enableDeletionProtection }) =>
    enableDeletionProtection === true ? undefined : "It can be deleted by mistake; set loadBalancer.protect to true.",
};

const encryptedTransport: PolicyRule = {
  name: "https",
  description: "In production, requests come over HTTPS.",
  level: "advisory",
  production: true,
  types: ["aws:lb/listener:Listener"],
  violation: (inputs) => {
    const [action] = listAt(inputs, "defaultActions");
    if (inputs["protocol"] === "HTTPS" || action?.["type"] !== "forward") return undefined;
    return "Requests come in plain text; set loadBalancer.domain or loadBalancer.certificateArn.";
  },
};

const modernTls: PolicyRule = {
  name: "modern-tls",
  description: "HTTPS takes TLS 1.2 and newer only.",
  level: "mandatory",
  types: ["aws:lb/listener:Listener"],
  violation: ({ protocol, sslPolicy }) =>
    protocol === "HTTPS" && !/TLS13-1-[23]|TLS-1-2/.test(String(sslPolicy))
      ? `The policy ${said(sslPolicy, "that is taken by default")} takes old versions of TLS; name a TLS13-1-2 one.`
      : undefined,
};

const headersChecked: PolicyRule = {
  name: "invalid-headers-dropped",
  description: "The load balancer drops headers that are not valid, which others could read differently.",
  level: "advisory",
  types: ["aws:lb/loadBalancer:LoadBalancer"],
  violation: (inputs) =>
    inputs["dropInvalidHeaderFields"] === true
      ? undefined
      : "Headers that are not valid reach the application; set dropInvalidHeaderFields to true.",
};

export const resilienceRules: readonly PolicyRule[] = [
  twoZones,
  twoServers,
  balancerProtected,
  encryptedTransport,
  modernTls,
  headersChecked,
];
