import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { fileOf } from "../../assets";
import type { Model, Rule, Site, Values } from "../../model";
import { arn, excludes, oneOf, rule } from "../../rules";
import { objectsAt, textAt } from "../read";
import { ofBucket } from "./parts";
import { OBJECTS, OWNERSHIP, VERSIONING, objectAt } from "./types";

const FOLDER = "terraform-provider-aws internal/service/s3";
const API = "Amazon S3 API reference, PutObject";
const CLASSES = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "GLACIER",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "DEEP_ARCHIVE",
  "OUTPOSTS",
  "GLACIER_IR",
  "SNOW",
  "EXPRESS_ONEZONE",
];
const VERSION_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/** Rules of an object; two types write the same ones. */
function plan(prefix: string, source: string): Rule[] {
  return [
    excludes({ id: `${prefix}-source-or-content`, source }, "source", "content"),
    excludes({ id: `${prefix}-source-or-base64`, source }, "source", "contentBase64"),
    excludes({ id: `${prefix}-etag-or-key`, source }, "etag", "kmsKeyId"),
    arn({ id: `${prefix}-key-arn`, source }, "kmsKeyId", "kms"),
    oneOf({ id: `${prefix}-class`, source }, "storageClass", CLASSES),
    oneOf({ id: `${prefix}-encryption`, source }, "serverSideEncryption", ["AES256", "aws:kms", "aws:kms:dsse"]),
    rule({ id: `${prefix}-metadata-case`, source }, ["metadata"], ({ inputs }) => {
      const upper = Object.keys((inputs["metadata"] ?? {}) as Values).find((key) => key !== key.toLowerCase());
      return upper === undefined ? undefined : `Metadata must be lowercase only. Offending key: "${upper}"`;
    }),
  ];
}

/** Buckets made since April 2023 take no ACLs, unless their ownership controls say otherwise. */
function aclTaken(prefix: string): Rule {
  const about = { id: `${prefix}-acl`, source: API, code: "AccessControlListNotSupported" };
  return rule(about, ["acl", "bucket"], ({ inputs, site }) => {
    const ownership = objectsAt(site.find(OWNERSHIP, "bucket", inputs["bucket"])?.outputs ?? {}, "rule")[0];
    const enforced = (ownership?.["objectOwnership"] ?? "BucketOwnerEnforced") === "BucketOwnerEnforced";
    const acl = textAt(inputs, "acl") ?? "private";
    return enforced && !["private", "bucket-owner-full-control"].includes(acl)
      ? "The bucket does not allow ACLs"
      : undefined;
  });
}

/** Bytes above which the provider uploads in parts, and S3 gives no digest of the whole. */
const PART = 5 * 1024 * 1024;

function contentOf(inputs: Values): Buffer | undefined {
  const file = fileOf(inputs["source"]);
  if (file !== undefined) return statSync(file).size > PART ? undefined : readFileSync(file);
  const [content, base64] = [textAt(inputs, "content"), textAt(inputs, "contentBase64")];
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  return content === undefined ? undefined : Buffer.from(content);
}

/** What each upload gives: the digest, where the content is known here, and a version, where the bucket keeps them. */
function uploaded(inputs: Values, site: Site): Values {
  const content = contentOf(inputs);
  const versions = textAt(site.find(VERSIONING, "bucket", inputs["bucket"])?.outputs, "versioningConfiguration.status");
  return {
    etag: inputs["etag"] ?? (content === undefined ? site.fresh(32) : createHash("md5").update(content).digest("hex")),
    versionId: versions === "Enabled" ? site.fresh(32, VERSION_LETTERS) : "",
  };
}

const CONTENT = ["content", "contentBase64", "contentType", "etag", "metadata", "source", "sourceHash", "storageClass"];

function objectModel(type: string, prefix: string, file: string, contentType: string): Model {
  const source = `${FOLDER}/${file}`;
  return {
    type,
    source,
    required: ["bucket"],
    replaces: ["bucket", "key"],
    defaults: { forceDestroy: false },
    name: { property: "key", longest: 1024 },
    references: [ofBucket],
    plan: plan(prefix, source),
    call: [aclTaken(prefix)],
    computed: (inputs, site) => {
      const path = `${String(inputs["bucket"])}/${String(inputs["key"])}`;
      return {
        id: path,
        arn: `arn:${site.partition}:s3:::${path}`,
        contentType: inputs["contentType"] ?? contentType,
        serverSideEncryption: inputs["serverSideEncryption"] ?? "AES256",
        storageClass: inputs["storageClass"] ?? "STANDARD",
        ...uploaded(inputs, site),
      };
    },
    updated: (inputs, { inputs: olds }, site) =>
      CONTENT.some((property) => JSON.stringify(olds[property]) !== JSON.stringify(inputs[property]))
        ? uploaded(inputs, site)
        : {},
    settled: (thing, site) => {
      // Whatever lay there before is written over.
      const { bucket, key } = thing.outputs;
      const before = objectAt(site, bucket, key);
      if (before !== undefined && before.id === thing.id && before !== thing) site.remove(before);
    },
    seconds: { create: 2, update: 2, delete: 1 },
  };
}

const [BUCKET_OBJECT, BUCKET_OBJECT_V2] = OBJECTS;

/** An object, of the older type. */
export const bucketObject = objectModel(BUCKET_OBJECT, "object", "bucket_object.go", "binary/octet-stream");

/** An object. */
export const bucketObjectv2 = objectModel(BUCKET_OBJECT_V2, "objectv2", "object.go", "application/octet-stream");
