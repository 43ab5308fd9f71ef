import type { Model } from "../../model";
import { instanceProfile } from "./instance-profile";
import { role } from "./role";
import { rolePolicy } from "./role-policy";
import { rolePolicyAttachment } from "./role-policy-attachment";

export const iam: Model[] = [role, rolePolicy, rolePolicyAttachment, instanceProfile];
