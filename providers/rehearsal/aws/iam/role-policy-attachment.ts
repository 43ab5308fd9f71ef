import type { Model } from "../../model";
import { arn, matches } from "../../rules";
import { QUOTAS } from "../account/quotas";
import { AWS_POLICY, awsPolicyExists } from "./managed-policies";
import { partsOf } from "./role";
import { ATTACHMENT, POLICY, ROLE } from "./types";

const PROVIDER = "terraform-provider-aws internal/service/iam/role_policy_attachment.go";

/** A managed policy on a role. */
export const rolePolicyAttachment: Model = {
  type: ATTACHMENT,
  source: PROVIDER,
  required: ["policyArn", "role"],
  replaces: ["role", "policyArn"],
  references: [
    { property: "role", to: [ROLE], by: "name", missing: "NoSuchEntity" },
    {
      property: "policyArn",
      to: [POLICY],
      by: "arn",
      missing: "NoSuchEntity",
      holds: "DeleteConflict",
      except: AWS_POLICY,
    },
  ],
  plan: [
    arn({ id: "attachment-policy-arn", source: PROVIDER }, "policyArn", "iam"),
    matches({ id: "attachment-role", source: PROVIDER }, "role", /^(?!arn:)/, "the name of a role, not its ARN"),
  ],
  call: [
    awsPolicyExists("attachment-policy-exists", "policyArn"),
    {
      id: "attachment-quota",
      source: "IAM and AWS STS quotas",
      code: "LimitExceeded",
      refuses({ inputs: { role, policyArn }, site }) {
        const others = partsOf(role, ATTACHMENT, site).filter(({ outputs }) => outputs["policyArn"] !== policyArn);
        return others.length >= QUOTAS.policiesPerRole
          ? `Cannot exceed quota for PoliciesPerRole: ${QUOTAS.policiesPerRole}`
          : undefined;
      },
    },
  ],
  computed: ({ role, policyArn }) => ({ id: `${String(role)}/${String(policyArn)}` }),
  seconds: { create: 1, delete: 1 },
};
