/** Types of IAM that name each other. */
export const ROLE = "aws:iam/role:Role";
export const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
export const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
export const INSTANCE_PROFILE = "aws:iam/instanceProfile:InstanceProfile";
export const POLICY = "aws:iam/policy:Policy";
