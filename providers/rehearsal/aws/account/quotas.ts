/**
 * What an account may have before it asks for more. Sources: AWS "Amazon VPC quotas", "Amazon EC2 service quotas",
 * "IAM and AWS STS quotas" and "Amazon EFS quotas".
 */
export const QUOTAS = {
  /** VPCs in a region. */
  vpcs: 5,
  /** Elastic IP addresses in a region. */
  addresses: 5,
  /** Rules of a security group in one direction. */
  rulesPerGroup: 60,
  /** Managed policies attached to a role. */
  policiesPerRole: 10,
  /** Characters of all inline policies of a role, without white space. */
  inlinePolicyCharacters: 10_240,
  /** Characters of a role's trust policy, without white space. */
  trustPolicyCharacters: 2048,
  /** Security groups of a mount target. */
  groupsPerMountTarget: 5,
} as const;
