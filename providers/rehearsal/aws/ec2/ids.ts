import type { Site } from "../../model";

const ID_LENGTH = 17;

/** A new id of EC2's form, such as `vpc-` and 17 hexadecimal digits. */
export function freshId(prefix: string, site: Site): string {
  return `${prefix}-${site.fresh(ID_LENGTH)}`;
}

/** ARN of a thing of EC2, such as `vpc/vpc-…`. */
export function ec2Arn(resource: string, { partition, region, account }: Site): string {
  return `arn:${partition}:ec2:${region}:${account}:${resource}`;
}
