import type { Model, Question, Rule, Site, Values } from "../../model";
import { excludes, jsonText, lengthBetween, rule } from "../../rules";
import { nameFor } from "../names";
import { flagAt, textAt } from "../read";
import { BUCKET, ENCRYPTION, LIFECYCLE, OWNERSHIP, POLICY, PUBLIC_ACCESS, VERSIONING, objectsIn } from "./types";

const SOURCE = "terraform-provider-aws internal/service/s3/bucket.go";
const NAMES = "Amazon S3 user guide, General purpose bucket naming rules";
const LONGEST = 63;
const LONGEST_PREFIX = 37;

/** Hosted zones of websites in buckets. Source: AWS general reference, Amazon S3 website endpoints. */
const ZONES: Readonly<Record<string, string>> = {
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-west-1": "Z2F56UZL2M1ACD",
  "us-west-2": "Z3BJ6K6RIION7M",
  "ca-central-1": "Z1QDHH18159H29",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-west-2": "Z3GKZC51ZF0DB4",
  "eu-west-3": "Z3R1K369G5AVDG",
  "eu-central-1": "Z21DNDUVLTQW6Q",
  "eu-north-1": "Z3BAZG2TWCNX0D",
  "ap-northeast-1": "Z2M4EHUR26P7ZW",
  "ap-southeast-1": "Z3O0J2DXBE1FTB",
  "ap-southeast-2": "Z1WCIGYICN2BYD",
  "ap-south-1": "Z11RGJOFQNVJUP",
  "sa-east-1": "Z7KQH4QJS55SO",
};

const form: Rule = rule({ id: "bucket-name", source: NAMES, code: "InvalidBucketName" }, ["bucket"], ({ inputs }) => {
  const name = textAt(inputs, "bucket");
  const fits =
    name === undefined ||
    (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..") && !/^\d+(\.\d+){3}$/.test(name));
  return fits ? undefined : `The specified bucket is not valid: ${name}`;
});

const reserved: Rule = rule(
  { id: "bucket-name-reserved", source: NAMES, code: "InvalidBucketName" },
  ["bucket"],
  ({ inputs }) =>
    /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(textAt(inputs, "bucket") ?? "")
      ? `The specified bucket is not valid: ${String(inputs["bucket"])} begins or ends as AWS keeps for itself`
      : undefined,
);

const taken: Rule = rule(
  {
    id: "bucket-name-taken",
    source: `Amazon S3 API reference, CreateBucket; ${SOURCE}`,
    code: "BucketAlreadyOwnedByYou",
  },
  ["bucket"],
  ({ inputs, old, site }) =>
    old === undefined && inputs["bucket"] !== undefined && site.find(BUCKET, "bucket", inputs["bucket"]) !== undefined
      ? "Your previous request to create the named bucket succeeded and you already own it."
      : undefined,
);

const empty: Rule = {
  id: "bucket-empty",
  source: `Amazon S3 API reference, DeleteBucket; ${SOURCE}`,
  code: "BucketNotEmpty",
  refuses: ({ old, site }) =>
    old === undefined || flagAt(old.outputs, "forceDestroy") || objectsIn(site, old.id).length === 0
      ? undefined
      : "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
};

const prefixLength: Rule = rule(
  { id: "bucket-prefix-length", source: SOURCE },
  ["bucketPrefix"],
  ({ inputs }: Question) => {
    const prefix = textAt(inputs, "bucketPrefix") ?? "";
    return prefix.length <= LONGEST_PREFIX
      ? undefined
      : `bucketPrefix has ${prefix.length} characters; ${LONGEST_PREFIX} are allowed`;
  },
);

/** A bucket; what is said of it in types of its own goes away with it. */
export const bucket: Model = {
  type: BUCKET,
  source: SOURCE,
  replaces: ["bucket", "bucketPrefix", "objectLockEnabled"],
  defaults: { forceDestroy: false },
  name: { property: "bucket", longest: LONGEST, lowerCase: true },
  json: ["policy"],
  plan: [
    lengthBetween({ id: "bucket-name-length", source: SOURCE }, "bucket", 0, LONGEST),
    prefixLength,
    excludes({ id: "bucket-name-or-prefix", source: SOURCE }, "bucket", "bucketPrefix"),
    excludes({ id: "bucket-acl-or-grants", source: SOURCE }, "acl", "grants"),
    jsonText({ id: "bucket-policy-json", source: SOURCE }, "policy"),
  ],
  call: [form, reserved, taken],
  deletion: [empty],
  computed: outputsOf,
  removed: ({ id }, site) => {
    const parts = [POLICY, PUBLIC_ACCESS, OWNERSHIP, VERSIONING, ENCRYPTION, LIFECYCLE].flatMap((type) =>
      site.all(type),
    );
    for (const part of parts) if (part.outputs["bucket"] === id) site.remove(part);
    for (const object of objectsIn(site, id)) site.remove(object);
  },
  seconds: { create: 3, update: 2, delete: 1 },
};

function outputsOf(inputs: Values, site: Site): { id: string } & Values {
  const name = nameFor(inputs, site, "bucket");
  return {
    id: name,
    bucket: name,
    bucketPrefix: inputs["bucketPrefix"] ?? "",
    arn: `arn:${site.partition}:s3:::${name}`,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${name}.s3.${site.region}.amazonaws.com`,
    bucketRegion: site.region,
    hostedZoneId: ZONES[site.region] ?? "",
    objectLockEnabled: flagAt(inputs, "objectLockEnabled"),
    requestPayer: "BucketOwner",
  };
}
