import type { Model, Question, Site, Thing } from "../../model";
import { arn, between, jsonText, lengthBetween, matches } from "../../rules";
import { QUOTAS } from "../account/quotas";
import { nameFor } from "../names";
import { flagAt, objectsAt, textAt, textsAt } from "../read";
import { AWS_POLICY, awsPolicyExists } from "./managed-policies";
import { iamArn, nameRules, uniqueId } from "./names";
import { formFault, identityFault, sizeOf } from "./policy-document";
import { trustFault } from "./principals";
import { ATTACHMENT, INSTANCE_PROFILE, POLICY, ROLE, ROLE_POLICY } from "./types";

const PROVIDER = "terraform-provider-aws internal/service/iam/role.go";
const CREATE = "IAM API CreateRole";
const LONGEST = 64;
const HOUR = 3600;

/** What may be done, by whoever may take it on. */
export const role: Model = {
  type: ROLE,
  source: PROVIDER,
  required: ["assumeRolePolicy"],
  replaces: ["name", "namePrefix", "path"],
  defaults: { forceDetachPolicies: false, maxSessionDuration: HOUR, path: "/" },
  name: { property: "name", longest: LONGEST },
  json: ["assumeRolePolicy", "inlinePolicies.policy"],
  sets: ["managedPolicyArns", "inlinePolicies"],
  references: [
    {
      property: "managedPolicyArns",
      to: [POLICY],
      by: "arn",
      missing: "NoSuchEntity",
      holds: "DeleteConflict",
      except: AWS_POLICY,
    },
  ],
  plan: [
    ...nameRules("role", PROVIDER, LONGEST),
    jsonText({ id: "role-trust-json", source: PROVIDER }, "assumeRolePolicy"),
    lengthBetween({ id: "role-description-length", source: PROVIDER }, "description", 0, 1000),
    matches({ id: "role-description", source: PROVIDER }, "description", /^[^“‘]*$/, "without opening curly quotes"),
    between({ id: "role-session", source: PROVIDER }, "maxSessionDuration", HOUR, 12 * HOUR),
    matches({ id: "role-path", source: PROVIDER }, "path", /^\/([\x21-\x7e]{1,510}\/)?$/, "a text such as /app/"),
    arn({ id: "role-boundary", source: PROVIDER }, "permissionsBoundary", "iam"),
  ],
  call: [
    {
      id: "role-name-unique",
      source: CREATE,
      code: "EntityAlreadyExists",
      refuses({ inputs, old, site }) {
        const name = textAt(inputs, "name");
        return old === undefined && name !== undefined && site.find(ROLE, "name", name) !== undefined
          ? `Role with name ${name} already exists.`
          : undefined;
      },
    },
    {
      id: "role-trust-form",
      source: "IAM JSON policy grammar; Wolox/carthage_cache#22",
      code: "MalformedPolicyDocument",
      refuses: ({ inputs: { assumeRolePolicy } }) => formFault(assumeRolePolicy),
    },
    {
      id: "role-trust",
      source: "kubernetes-sigs/external-dns#3085, hashicorp/terraform-provider-aws#8905",
      code: "MalformedPolicyDocument",
      refuses: ({ inputs: { assumeRolePolicy }, site }) => trustFault(assumeRolePolicy, site),
    },
    {
      id: "role-trust-size",
      source: "IAM and AWS STS quotas",
      code: "LimitExceeded",
      refuses: ({ inputs: { assumeRolePolicy } }) =>
        sizeOf(assumeRolePolicy) > QUOTAS.trustPolicyCharacters
          ? `Cannot exceed quota for ACLSizePerRole: ${QUOTAS.trustPolicyCharacters}`
          : undefined,
    },
    {
      id: "role-inline-policies",
      source: "IAM JSON policy grammar",
      code: "MalformedPolicyDocument",
      refuses: ({ inputs }) =>
        textsAt(inputs, "inlinePolicies.policy")
          .map((policy) => formFault(policy) ?? identityFault(policy))
          .find((fault) => fault !== undefined),
    },
    awsPolicyExists("role-managed-policies-exist", "managedPolicyArns"),
  ],
  deletion: [
    {
      id: "role-without-policies",
      source: "hashicorp/boundary#5646, terraform-provider-aws internal/service/iam/role.go",
      code: "DeleteConflict",
      refuses: inUse,
    },
  ],
  computed(inputs, site) {
    const name = nameFor(inputs, site);
    return {
      id: name,
      name,
      namePrefix: inputs["namePrefix"] ?? "",
      arn: iamArn("role", name, inputs, site),
      createDate: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      inlinePolicies: objectsAt(inputs, "inlinePolicies"),
      managedPolicyArns: textsAt(inputs, "managedPolicyArns"),
      uniqueId: uniqueId("AROA", site),
    };
  },
  removed({ outputs: { name } }, site) {
    for (const type of [ATTACHMENT, ROLE_POLICY]) for (const part of partsOf(name, type, site)) site.remove(part);
    for (const profile of partsOf(name, INSTANCE_PROFILE, site)) site.change(profile, { role: "" });
  },
  seconds: { create: 2, delete: 2 },
};

/** Things that say something of a role, by its name. */
export function partsOf(roleName: unknown, type: string, site: Site): Thing[] {
  return site.all(type).filter(({ outputs }) => outputs["role"] === roleName);
}

/** The provider takes a role out of instance profiles itself, and policies off it only when told to. */
function inUse({ old, site }: Question): string | undefined {
  if (old === undefined || flagAt(old.outputs, "forceDetachPolicies")) return undefined;
  const name = old.outputs["name"];
  if (partsOf(name, ATTACHMENT, site).length > 0) return "Cannot delete entity, must detach all policies first.";
  return partsOf(name, ROLE_POLICY, site).length > 0 ? "Cannot delete entity, must delete policies first." : undefined;
}
