import type { Model } from "../../model";
import { bucket } from "./bucket";
import { lifecycle } from "./lifecycle";
import { bucketObject, bucketObjectv2 } from "./object";
import { encryption, ownershipControls, publicAccessBlock, versioning } from "./parts";
import { bucketPolicy } from "./policy";

/** Types of S3. */
export const s3: readonly Model[] = [
  bucket,
  versioning,
  publicAccessBlock,
  encryption,
  ownershipControls,
  bucketPolicy,
  lifecycle,
  bucketObject,
  bucketObjectv2,
];
