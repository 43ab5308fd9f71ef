import type { Site } from "../../model";

/** Types of EFS that name each other. */
export const FILE_SYSTEM = "aws:efs/fileSystem:FileSystem";
export const MOUNT_TARGET = "aws:efs/mountTarget:MountTarget";

/** ARN of a thing of EFS, such as `file-system/fs-…`. */
export function efsArn(resource: string, { partition, region, account }: Site): string {
  return `arn:${partition}:elasticfilesystem:${region}:${account}:${resource}`;
}
