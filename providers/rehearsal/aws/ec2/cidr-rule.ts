import { network } from "../../cidr";
import type { Rule } from "../../model";
import { rule, type About } from "../../rules";
import { textsAt } from "../read";

/** Texts at the paths have to be addresses of IPv4 networks, as the provider checks them. */
export function networkAddresses(about: About, ...paths: readonly string[]): Rule {
  return rule(about, [], ({ inputs }) => {
    for (const path of paths) {
      const wrong = textsAt(inputs, path).find((cidr) => network(cidr) === undefined);
      if (wrong !== undefined)
        return `${path} is "${wrong}"; it has to be the address of a network, such as 10.0.0.0/16`;
    }
    return undefined;
  });
}
