/** Type tokens of S3, and what others look up of it. */
import type { Site, Thing } from "../../model";

export const BUCKET = "aws:s3/bucket:Bucket";
export const OBJECTS = ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"] as const;
export const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
export const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
export const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
export const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
export const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
export const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

/** The object that lies in a bucket under a key. */
export function objectAt(site: Site, bucket: unknown, key: unknown): Thing | undefined {
  return objectsIn(site, bucket).find(({ outputs }) => outputs["key"] === key);
}

/** What lies in a bucket. */
export function objectsIn(site: Site, bucket: unknown): Thing[] {
  return OBJECTS.flatMap((type) => site.all(type)).filter(({ outputs }) => outputs["bucket"] === bucket);
}
