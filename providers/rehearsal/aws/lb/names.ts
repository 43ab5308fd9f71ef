/** Names and prefixes of load balancers and target groups. */
import type { Rule } from "../../model";
import { matches } from "../../rules";

const SOURCE = "terraform-provider-aws internal/service/elbv2/validate.go";

/** What a name may be: rules with ids that begin with `of`. */
export function nameRules(of: string): Rule[] {
  return [
    matches(
      { id: `${of}-name`, source: SOURCE },
      "name",
      /^(?!internal-)[0-9A-Za-z](?:[0-9A-Za-z-]{0,30}[0-9A-Za-z])?$/,
      "up to 32 letters, digits and hyphens, with no hyphen at an end, and must not begin with internal-",
    ),
    matches(
      { id: `${of}-name-prefix`, source: SOURCE },
      "namePrefix",
      /^[0-9A-Za-z][0-9A-Za-z-]{0,5}$/,
      "up to 6 letters, digits and hyphens",
    ),
  ];
}
