import type { Model } from "../../model";
import { nameFor } from "../names";
import { textAt } from "../read";
import { iamArn, nameRules, uniqueId } from "./names";
import { INSTANCE_PROFILE, ROLE } from "./types";

const PROVIDER = "terraform-provider-aws internal/service/iam/instance_profile.go";
const LONGEST = 128;

/** The role of EC2 instances; a profile has one at most, which its form already says. */
export const instanceProfile: Model = {
  type: INSTANCE_PROFILE,
  source: PROVIDER,
  replaces: ["name", "namePrefix", "path"],
  defaults: { path: "/" },
  name: { property: "name", longest: LONGEST },
  references: [{ property: "role", to: [ROLE], by: "name", missing: "NoSuchEntity" }],
  plan: nameRules("instance-profile", PROVIDER, LONGEST),
  call: [
    {
      id: "instance-profile-name-unique",
      source: "IAM API CreateInstanceProfile",
      code: "EntityAlreadyExists",
      refuses({ inputs, old, site }) {
        const name = textAt(inputs, "name");
        return old === undefined && name !== undefined && site.find(INSTANCE_PROFILE, "name", name) !== undefined
          ? `Instance Profile ${name} already exists.`
          : undefined;
      },
    },
  ],
  computed(inputs, site) {
    const name = nameFor(inputs, site);
    return {
      id: name,
      name,
      namePrefix: inputs["namePrefix"] ?? "",
      arn: iamArn("instance-profile", name, inputs, site),
      createDate: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      uniqueId: uniqueId("AIPA", site),
    };
  },
  seconds: { create: 8, delete: 1 },
};
