import type { Model } from "../../model";
import { jsonText, lengthBetween, matches } from "../../rules";
import { QUOTAS } from "../account/quotas";
import { nameFor } from "../names";
import { nameRules } from "./names";
import { formFault, identityFault, sizeOf } from "./policy-document";
import { partsOf } from "./role";
import { ROLE, ROLE_POLICY } from "./types";

const PROVIDER = "terraform-provider-aws internal/service/iam/role_policy.go";
const LONGEST = 128;

/** A policy that is part of one role. */
export const rolePolicy: Model = {
  type: ROLE_POLICY,
  source: PROVIDER,
  required: ["policy", "role"],
  replaces: ["name", "namePrefix", "role"],
  name: { property: "name", longest: LONGEST },
  json: ["policy"],
  references: [{ property: "role", to: [ROLE], by: "name", missing: "NoSuchEntity" }],
  plan: [
    ...nameRules("role-policy", PROVIDER, LONGEST),
    jsonText({ id: "role-policy-json", source: PROVIDER }, "policy"),
    lengthBetween({ id: "role-policy-length", source: PROVIDER }, "policy", 1, QUOTAS.inlinePolicyCharacters),
    matches({ id: "role-policy-role", source: PROVIDER }, "role", /^(?!arn:)/, "the name of a role, not its ARN"),
  ],
  call: [
    {
      id: "role-policy-form",
      source: "kubernetes/kops#4951, Wolox/carthage_cache#22",
      code: "MalformedPolicyDocument",
      refuses: ({ inputs: { policy } }) => formFault(policy),
    },
    {
      id: "role-policy-statements",
      source: "hashicorp/terraform#17987, hashicorp/terraform#13449",
      code: "MalformedPolicyDocument",
      refuses: ({ inputs: { policy } }) => identityFault(policy),
    },
    {
      id: "role-policies-size",
      source: "IAM and AWS STS quotas; aws/aws-cdk#12403",
      code: "LimitExceeded",
      refuses({ inputs: { policy, role }, old, site }) {
        const others = partsOf(role, ROLE_POLICY, site).filter(({ id }) => id !== old?.id);
        const size = [policy, ...others.map(({ outputs }) => outputs["policy"])].reduce<number>(
          (sum, each) => sum + sizeOf(each),
          0,
        );
        return size > QUOTAS.inlinePolicyCharacters
          ? `Maximum policy size of ${QUOTAS.inlinePolicyCharacters} bytes exceeded for role ${String(role)}`
          : undefined;
      },
    },
  ],
  computed(inputs, site) {
    const name = nameFor(inputs, site);
    return { id: `${String(inputs["role"])}:${name}`, name, namePrefix: inputs["namePrefix"] ?? "" };
  },
  seconds: { create: 1, delete: 1 },
};
