/** What is said of a bucket in types of their own: who owns objects, who may be public, versions, encryption. */
import type { Model, Question, Reference, Rule, Values } from "../../model";
import { entriesBetween, lengthBetween, matches, oneOf, rule } from "../../rules";
import { objectsAt, textAt, textsAt } from "../read";
import { BUCKET, ENCRYPTION, OWNERSHIP, PUBLIC_ACCESS, VERSIONING } from "./types";

const FOLDER = "terraform-provider-aws internal/service/s3";

/** The bucket that something is said of. */
export const ofBucket: Reference = { property: "bucket", to: [BUCKET], missing: "NoSuchBucket" };

/** What all such types have in common; the id is the bucket's name, with the owner it is expected to have. */
export function part(type: string, file: string): Omit<Model, "seconds"> {
  return {
    type,
    source: `${FOLDER}/${file}`,
    required: ["bucket"],
    replaces: ["bucket", "expectedBucketOwner"],
    references: [ofBucket],
    computed: (inputs) => ({ id: idOf(inputs) }),
  };
}

function idOf({ bucket, expectedBucketOwner: owner }: Values): string {
  return typeof owner === "string" ? `${String(bucket)},${owner}` : String(bucket);
}

const owner = (id: string, source: string): Rule =>
  matches({ id, source }, "expectedBucketOwner", /^\d{12}$/, "an account of 12 digits");

const disabledAgain: Rule = rule(
  { id: "versioning-disabled-again", source: `${FOLDER}/bucket_versioning.go` },
  ["versioningConfiguration"],
  ({ inputs, old }: Question) => {
    const [now, before] = [inputs, old?.outputs].map((each) => textAt(each, "versioningConfiguration.status"));
    return now === "Disabled" && (before === "Enabled" || before === "Suspended")
      ? `versioning_configuration.status cannot be updated from '${before}' to 'Disabled'`
      : undefined;
  },
);

const versioningSource = `${FOLDER}/bucket_versioning.go`;

/** Whether a bucket keeps what is written over. */
export const versioning: Model = {
  ...part(VERSIONING, "bucket_versioning.go"),
  required: ["bucket", "versioningConfiguration"],
  plan: [
    oneOf({ id: "versioning-status", source: versioningSource }, "versioningConfiguration.status", [
      "Enabled",
      "Suspended",
      "Disabled",
    ]),
    oneOf({ id: "versioning-mfa-delete", source: versioningSource }, "versioningConfiguration.mfaDelete", [
      "Enabled",
      "Disabled",
    ]),
    owner("versioning-owner", versioningSource),
    disabledAgain,
  ],
  seconds: { create: 2, update: 2, delete: 1 },
};

/** What a bucket refuses to make public. */
export const publicAccessBlock: Model = {
  ...part(PUBLIC_ACCESS, "bucket_public_access_block.go"),
  defaults: { blockPublicAcls: false, blockPublicPolicy: false, ignorePublicAcls: false, restrictPublicBuckets: false },
  seconds: { create: 1, update: 1, delete: 1 },
};

const encryptionSource = `${FOLDER}/bucket_server_side_encryption_configuration.go`;

const keyNeedsKms: Rule = rule(
  {
    id: "encryption-key-needs-kms",
    source: "Amazon S3 API reference, ServerSideEncryptionByDefault",
    code: "InvalidArgument",
  },
  ["rules"],
  ({ inputs }) => {
    const wrong = objectsAt(inputs, "rules.applyServerSideEncryptionByDefault").some(
      ({ sseAlgorithm, kmsMasterKeyId }) => kmsMasterKeyId !== undefined && !String(sseAlgorithm).startsWith("aws:kms"),
    );
    return wrong ? "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms" : undefined;
  },
);

/** How a bucket encrypts what lies in it. */
export const encryption: Model = {
  ...part(ENCRYPTION, "bucket_server_side_encryption_configuration.go"),
  required: ["bucket", "rules"],
  plan: [
    oneOf(
      { id: "encryption-algorithm", source: encryptionSource },
      "rules.applyServerSideEncryptionByDefault.sseAlgorithm",
      ["AES256", "aws:kms", "aws:kms:dsse", "aws:fsx"],
    ),
    owner("encryption-owner", encryptionSource),
  ],
  call: [
    entriesBetween(
      {
        id: "encryption-one-rule",
        source: "Amazon S3 API reference, PutBucketEncryption",
        code: "MalformedXML",
      },
      "rules",
      1,
      1,
    ),
    keyNeedsKms,
  ],
  seconds: { create: 1, update: 1, delete: 1 },
};

const ownershipSource = `${FOLDER}/bucket_ownership_controls.go`;

/** Who owns what others put into a bucket. */
export const ownershipControls: Model = {
  ...part(OWNERSHIP, "bucket_ownership_controls.go"),
  required: ["bucket", "rule"],
  plan: [
    lengthBetween({ id: "ownership-bucket", source: ownershipSource }, "bucket", 1, 63),
    rule({ id: "ownership-value", source: ownershipSource }, ["rule"], ({ inputs }) => {
      const [value = ""] = textsAt(inputs, "rule.objectOwnership");
      const allowed = ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"];
      return allowed.includes(value)
        ? undefined
        : `rule.objectOwnership is "${value}"; it has to be one of ${allowed.join(", ")}`;
    }),
  ],
  seconds: { create: 1, update: 1, delete: 1 },
};
