/** Rules that hold for every target on AWS. */
import { setCommand, type Fault } from "./faults";
import type { Settings } from "./schema";

/** Longest name that ACM issues a certificate for. */
const DOMAIN_LENGTH = 64;

/**
 * Faults of a load balancer.
 *
 * @param section key of the target that it belongs to
 */
export function loadBalancerFaults(
  section: string,
  { healthCheck, domain, certificateArn, allowFrom }: Settings["beanstalk"]["loadBalancer"],
  stack: string,
): Fault[] {
  const faults: Fault[] = [];
  const key = (name: string): string => `${section}.loadBalancer.${name}`;
  if (healthCheck.timeout >= healthCheck.interval) {
    faults.push({
      key: key("healthCheck.timeout"),
      problem: "not below the interval",
      value: String(healthCheck.timeout),
      allowed: `2 to ${healthCheck.interval - 1}`,
      mend: setCommand(key("healthCheck.timeout"), stack, String(healthCheck.interval - 1)),
    });
  }
  if (domain !== undefined && certificateArn === undefined && domain.name.length > DOMAIN_LENGTH) {
    faults.push({
      key: key("domain.name"),
      problem: "longer than a certificate of ACM can name",
      value: domain.name,
      allowed: `${DOMAIN_LENGTH} characters or fewer, or a certificate of your own in ${key("certificateArn")}`,
      mend: setCommand(key("domain.name"), stack, "<name>"),
    });
  }
  allowFrom.forEach((cidr, index) => {
    if (isNetwork(cidr)) return;
    const one = key(`allowFrom[${index}]`);
    const allowed = "the first address of an IPv4 network and its length, such as 203.0.113.0/24";
    faults.push({ key: one, problem: "no network", value: cidr, allowed, mend: setCommand(one, stack, "<network>") });
  });
  return faults;
}

/** Whether a text of the form `a.b.c.d/n` is a network, with no bit set beyond its length. */
function isNetwork(cidr: string): boolean {
  const [address = "", bits = ""] = cidr.split("/");
  const octets = address.split(".").map(Number);
  const length = Number(bits);
  if (octets.some((octet) => octet > 255) || length > 32) return false;
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return value % 2 ** (32 - length) === 0;
}

/**
 * Faults of tags.
 *
 * @param section key of the target whose resources they are for
 */
export function tagFaults(section: string, tags: Readonly<Record<string, string>>, stack: string): Fault[] {
  return Object.keys(tags)
    .filter((name) => /^(aws|slipway):/i.test(name))
    .map((name) => ({
      key: `${section}.tags.${name}`,
      problem: "a name that is kept: aws: for AWS, slipway: for Slipway",
      allowed: "another name",
      mend: `slipway config rm ${section}.tags.${name} --stack ${stack}`,
    }));
}
