import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { s3 as models } from "../../../providers/rehearsal/aws/s3";
import {
  BUCKET,
  ENCRYPTION,
  LIFECYCLE,
  OBJECTS,
  OWNERSHIP,
  POLICY,
  PUBLIC_ACCESS,
  VERSIONING,
} from "../../../providers/rehearsal/aws/s3/types";
import type { Values } from "../../../providers/rehearsal/model";
import { policy as policyOf } from "../support/aws-things";
import { testRules, type RuleCase } from "../support/rule-table";
import { simulated, worldFolder, type SimulatedCloud } from "../support/simulated-cloud";
import { ACCOUNT, network } from "../support/simulated-network";

const [, OBJECT] = OBJECTS;
const ARN = "arn:aws:s3:::blog-bundles";
const KEY = "arn:aws:kms:us-east-1:123456789012:key/1";

const given = (cloud: SimulatedCloud): Promise<unknown> => cloud.create(BUCKET, { bucket: "blog-bundles" });
const statement = (more: Values = {}): Values => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/worker` },
  Action: "s3:GetObject",
  Resource: `${ARN}/*`,
  ...more,
});
const policy = (more?: Values): Values => ({ policy: policyOf(statement(more)) });
const age = (more: Values = {}): Values => ({ rules: [{ id: "old", status: "Enabled", ...more }] });
const expire = (expiration: Values, more: Values = {}): Values => age({ expiration, ...more });
const move = (days: number, storageClass = "STANDARD_IA"): Values => ({ transitions: [{ days, storageClass }] });
const encrypt = (sseAlgorithm: string, kmsMasterKeyId?: string): Values => {
  const applied = { sseAlgorithm, ...(kmsMasterKeyId !== undefined && { kmsMasterKeyId }) };
  return { applyServerSideEncryptionByDefault: applied };
};
const asset = (text: string): Values => ({ "4dabf18193072939515e22adb298388d": "asset", hash: text, text });

/** Cases of an object, whose two types have the same rules. */
function objectRules(prefix: string): Record<string, RuleCase> {
  const cases: Record<string, [accepted: Values, refused: Values]> = {
    "source-or-content": [{ content: "x" }, { content: "x", source: asset("x") }],
    "source-or-base64": [{ contentBase64: "eA==" }, { contentBase64: "eA==", source: asset("x") }],
    "etag-or-key": [{ etag: "1" }, { etag: "1", kmsKeyId: KEY }],
    "key-arn": [{ kmsKeyId: KEY }, { kmsKeyId: "alias/blog" }],
    class: [{ storageClass: "STANDARD_IA" }, { storageClass: "COLD" }],
    encryption: [{ serverSideEncryption: "aws:kms" }, { serverSideEncryption: "kms" }],
    "metadata-case": [{ metadata: { release: "1" } }, { metadata: { Release: "1" } }],
    acl: [{ acl: "private" }, { acl: "public-read" }],
  };
  return Object.fromEntries(
    Object.entries(cases).map(([id, [accepted, refused]]) => [`${prefix}-${id}`, { given, accepted, refused }]),
  );
}

testRules(
  {
    [BUCKET]: {
      base: { bucket: "blog-bundles" },
      rules: {
        "bucket-name-length": { accepted: { bucket: "b".repeat(63) }, refused: { bucket: "b".repeat(64) } },
        "bucket-prefix-length": {
          accepted: { bucket: undefined, bucketPrefix: "b".repeat(37) },
          refused: { bucket: undefined, bucketPrefix: "b".repeat(38) },
        },
        "bucket-name-or-prefix": { accepted: {}, refused: { bucketPrefix: "blog" } },
        "bucket-acl-or-grants": {
          accepted: { acl: "private" },
          refused: { acl: "private", grants: [{ type: "Group", permissions: ["READ"] }] },
        },
        "bucket-policy-json": { accepted: policy(), refused: { policy: "allow" } },
        "bucket-name": { accepted: { bucket: "blog.bundles" }, refused: { bucket: "Blog_Bundles" } },
        "bucket-name-reserved": { accepted: { bucket: "blog-s3" }, refused: { bucket: "blog-s3alias" } },
        "bucket-name-taken": { given, accepted: { bucket: "blog-others" }, refused: {} },
        "bucket-empty": {
          deleted: true,
          given: async (cloud) => {
            await cloud.create(BUCKET, { bucket: "blog-full" });
            await cloud.create(OBJECT, { bucket: "blog-full", key: "1.zip", content: "x" });
            // The table makes it itself; what lies in it stays.
            for (const thing of cloud.all(BUCKET)) cloud.open.world.store.remove(thing);
          },
          accepted: { bucket: "blog-full", forceDestroy: true },
          refused: { bucket: "blog-full" },
        },
      },
    },
    [VERSIONING]: {
      base: { bucket: "blog-bundles", versioningConfiguration: { status: "Enabled" } },
      rules: {
        "versioning-status": { given, accepted: {}, refused: { versioningConfiguration: { status: "On" } } },
        "versioning-mfa-delete": {
          given,
          accepted: { versioningConfiguration: { status: "Enabled", mfaDelete: "Disabled" } },
          refused: { versioningConfiguration: { status: "Enabled", mfaDelete: "Off" } },
        },
        "versioning-owner": {
          given,
          accepted: { expectedBucketOwner: ACCOUNT },
          refused: { expectedBucketOwner: "me" },
        },
        "versioning-disabled-again": {
          given,
          from: {},
          accepted: { versioningConfiguration: { status: "Suspended" } },
          refused: { versioningConfiguration: { status: "Disabled" } },
        },
      },
    },
    [PUBLIC_ACCESS]: { base: { bucket: "blog-bundles" }, rules: {} },
    [ENCRYPTION]: {
      base: { bucket: "blog-bundles", rules: [encrypt("AES256")] },
      rules: {
        "encryption-algorithm": { given, accepted: {}, refused: { rules: [encrypt("AES128")] } },
        "encryption-owner": {
          given,
          accepted: { expectedBucketOwner: ACCOUNT },
          refused: { expectedBucketOwner: "me" },
        },
        "encryption-one-rule": {
          given,
          accepted: {},
          refused: { rules: [encrypt("AES256"), encrypt("aws:kms")] },
        },
        "encryption-key-needs-kms": {
          given,
          accepted: { rules: [encrypt("aws:kms", KEY)] },
          refused: { rules: [encrypt("AES256", KEY)] },
        },
      },
    },
    [OWNERSHIP]: {
      base: { bucket: "blog-bundles", rule: { objectOwnership: "BucketOwnerEnforced" } },
      rules: {
        "ownership-bucket": { given, accepted: {}, refused: { bucket: "" } },
        "ownership-value": { given, accepted: {}, refused: { rule: { objectOwnership: "Me" } } },
      },
    },
    [POLICY]: {
      base: { bucket: "blog-bundles", ...policy() },
      rules: {
        "bucket-policy-resource-json": { given, accepted: {}, refused: { policy: "allow" } },
        "bucket-policy": { given, accepted: {}, refused: policy({ Resource: "arn:aws:s3:::other/*" }) },
        "bucket-policy-public": {
          given,
          accepted: policy({
            Principal: "*",
            Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
          }),
          refused: policy({ Principal: "*" }),
        },
      },
    },
    [LIFECYCLE]: {
      base: { bucket: "blog-bundles", ...expire({ days: 90 }) },
      rules: {
        "lifecycle-rules": { given, accepted: {}, refused: { rules: [] } },
        "lifecycle-rule-id": { given, accepted: {}, refused: expire({ days: 90 }, { id: "i".repeat(256) }) },
        "lifecycle-status": { given, accepted: {}, refused: expire({ days: 90 }, { status: "On" }) },
        "lifecycle-class": { given, accepted: age(move(30)), refused: age(move(30, "COLD")) },
        "lifecycle-noncurrent-days": {
          given,
          accepted: age({ noncurrentVersionExpiration: { noncurrentDays: 1 } }),
          refused: age({ noncurrentVersionExpiration: { noncurrentDays: 0 } }),
        },
        "lifecycle-ids-unique": {
          given,
          accepted: {},
          refused: { rules: [...(age(move(30))["rules"] as []), ...(age(move(60))["rules"] as [])] },
        },
        "lifecycle-action": {
          given,
          accepted: age({ abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }),
          refused: age(),
        },
        "lifecycle-expiration-days": { given, accepted: {}, refused: expire({ days: 0 }) },
        "lifecycle-expiration-kind": {
          given,
          accepted: expire({ expiredObjectDeleteMarker: true }),
          refused: expire({ days: 90, expiredObjectDeleteMarker: true }),
        },
        "lifecycle-transition-days": { given, accepted: age(move(30)), refused: age(move(29)) },
        "lifecycle-expires-after-transition": {
          given,
          accepted: expire({ days: 91 }, move(90)),
          refused: expire({ days: 90 }, move(90)),
        },
      },
    },
    [OBJECTS[0]]: { base: { bucket: "blog-bundles", key: "1.zip" }, rules: objectRules("object") },
    [OBJECT]: { base: { bucket: "blog-bundles", key: "1.zip" }, rules: objectRules("objectv2") },
  },
  { models, things: network },
);

describe("a simulated bucket", () => {
  it("has the names that others know it by", async () => {
    const made = await simulated({ models }).create(BUCKET, {}, "Bundles");
    expect(made.id).to.match(/^bundles-[0-9a-f]{7}$/);
    expect(made).to.include({
      bucket: made.id,
      arn: `arn:aws:s3:::${made.id}`,
      bucketRegionalDomainName: `${made.id}.s3.us-east-1.amazonaws.com`,
    });
  });

  it("is public only once its block says so", async () => {
    const cloud = simulated({ models });
    await given(cloud);
    const anybody = { bucket: "blog-bundles", ...policy({ Principal: "*" }) };
    expect(await cloud.refusal(() => cloud.create(POLICY, anybody))).to.include({ code: "AccessDenied" });
    await cloud.create(PUBLIC_ACCESS, { bucket: "blog-bundles" });
    expect(await cloud.create(POLICY, anybody)).to.include({ id: "blog-bundles" });
  });

  it("names what is wrong with a policy", async () => {
    const cloud = simulated({ models });
    await given(cloud);
    const wrong: [Values, string][] = [
      [{ Effect: "Permit" }, "effect"],
      [{ Principal: undefined }, "Principal"],
      [{ Action: "sqs:SendMessage" }, "action"],
      [{ Principal: { AWS: `arn:aws:iam::${cloud.open.world.account}:role/gone` } }, "principal"],
    ];
    for (const [more, word] of wrong) {
      const refusal = await cloud.refusal(() => cloud.create(POLICY, { bucket: "blog-bundles", ...policy(more) }));
      expect(refusal.message).to.contain(word);
    }
  });

  it("keeps versions of what is uploaded again, and gives the digest of what it holds", async () => {
    const cloud = simulated({ models });
    await given(cloud);
    await cloud.create(VERSIONING, { bucket: "blog-bundles", versioningConfiguration: { status: "Enabled" } });
    const file = path.join(worldFolder(), "1.zip");
    writeFileSync(file, "one");
    const inputs = { bucket: "blog-bundles", key: "1.zip", source: { path: file, hash: "1" } };
    const first = await cloud.create(OBJECT, inputs);
    expect(first).to.include({ id: "blog-bundles/1.zip", etag: createHash("md5").update("one").digest("hex") });
    expect(first["versionId"]).to.have.length(32);
    const same = await cloud.update(OBJECT, first.id, { ...inputs, tags: { release: "1" } });
    expect(same["versionId"]).to.equal(first["versionId"]);
    const second = await cloud.update(OBJECT, first.id, { ...inputs, source: { path: file, hash: "2" } });
    expect(second["versionId"]).not.to.equal(first["versionId"]);
  });

  it("takes what is said of it along when it goes, and has to be there for that", async () => {
    const cloud = simulated({ models });
    await given(cloud);
    for (const type of [PUBLIC_ACCESS, LIFECYCLE]) {
      await cloud.create(type, { bucket: "blog-bundles", ...expire({ days: 1 }) });
    }
    await cloud.delete(BUCKET, "blog-bundles");
    expect(cloud.all()).to.deep.equal([]);
    const refusal = await cloud.refusal(() => cloud.create(PUBLIC_ACCESS, { bucket: "blog-bundles" }));
    expect(refusal).to.include({ code: "NoSuchBucket", rule: `ref:${PUBLIC_ACCESS}.bucket` });
  });
});
