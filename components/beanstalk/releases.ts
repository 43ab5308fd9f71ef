import { Application } from "@pulumi/aws/elasticbeanstalk/application";
import { ApplicationVersion } from "@pulumi/aws/elasticbeanstalk/applicationVersion";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { EnvironmentRole, ReleasesArgs, ReleasesChildren } from "./args";
import type { Bundle } from "./bundle";
import { versionDescription } from "./version-description";

/** Days in which a bundle that was deleted or overwritten can be brought back. */
const UNDO_DAYS = 30;
/** Days after which the parts of an upload that broke off go. */
const BROKEN_UPLOAD_DAYS = 7;

/**
 * The releases of an application in Elastic Beanstalk: bundles in a bucket of their own, and a version for each.
 *
 * A bundle is called after its content. Bundles and versions of earlier releases stay, so that they can be put back;
 * Elastic Beanstalk removes versions above the number that is kept. Their bundles stay: another version may be made of
 * the same content.
 */
export class Releases extends Component<ReleasesChildren> {
  readonly applicationName: pulumi.Output<string>;
  /** Environment -> label of the version that is shipped to it. */
  readonly labels = new Map<EnvironmentRole, pulumi.Output<string>>();

  private readonly bucket: Bucket;
  private readonly application: Application;

  constructor(
    name: string,
    private readonly args: ReleasesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("beanstalk:Releases", name, args.transform, opts);
    const { applicationName, keep, serviceRole } = args;
    // Bundles are rendered from the source at any time; a bucket that is in the way of `destroy` helps nobody.
    this.bucket = new Bucket(...this.child("bucket", { forceDestroy: true }));
    const guarded = this.guardBucket();
    const cleaning = new RolePolicy(
      ...this.child("cleaning", { role: serviceRole.roleName, policy: cleaningPolicy(applicationName) }),
    );
    this.application = new Application(
      ...this.child(
        "application",
        {
          name: applicationName,
          // Twice: a release has a version for each environment.
          appversionLifecycle: { serviceRole: serviceRole.arn, maxCount: keep * 2, deleteSourceFromS3: false },
        },
        { dependsOn: [cleaning] },
      ),
    );
    this.applicationName = this.application.name;
    for (const [role, bundle] of Object.entries(args.bundles)) this.ship(role as EnvironmentRole, bundle, guarded);
    for (const [role, label] of Object.entries(args.kept ?? {}))
      this.labels.set(role as EnvironmentRole, pulumi.output(label));
    this.registerOutputs({ applicationName: this.applicationName });
  }

  /** Makes the bucket private and encrypted, reached over TLS alone; returns what a bundle has to wait for. */
  private guardBucket(): pulumi.Resource[] {
    const bucket = this.bucket.bucket;
    const versioning = new BucketVersioning(
      ...this.child("versioning", { bucket, versioningConfiguration: { status: "Enabled" } }),
    );
    const encryption = new BucketServerSideEncryptionConfiguration(
      ...this.child("encryption", {
        bucket,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      }),
    );
    const access = new BucketPublicAccessBlock(
      ...this.child("access", {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      }),
    );
    // S3 takes one change of a bucket's access at a time.
    const policy = new BucketPolicy(
      ...this.child("policy", { bucket, policy: tlsOnly(this.bucket) }, { dependsOn: [access] }),
    );
    const lifecycle = new BucketLifecycleConfiguration(
      ...this.child(
        "lifecycle",
        {
          bucket,
          rules: [
            {
              id: "deleted",
              status: "Enabled",
              filter: { prefix: "" },
              noncurrentVersionExpiration: { noncurrentDays: UNDO_DAYS },
              abortIncompleteMultipartUpload: { daysAfterInitiation: BROKEN_UPLOAD_DAYS },
            },
          ],
        },
        { dependsOn: [versioning] },
      ),
    );
    return [encryption, policy, lifecycle];
  }

  private ship(role: EnvironmentRole, bundle: pulumi.Input<Bundle>, guarded: pulumi.Resource[]): void {
    const { applicationName, label, schemaHeads } = this.args;
    const { file, digest } = pulumi.output(bundle);
    const object = new BucketObjectv2(
      ...this.child(
        "bundle",
        {
          bucket: this.bucket.bucket,
          key: pulumi.interpolate`${applicationName}/${role}-${digest}.zip`,
          source: file.apply((path) => new pulumi.asset.FileAsset(path)),
          contentType: "application/zip",
        },
        // The same content is the same bundle; what earlier releases were made of stays.
        { key: role, dependsOn: guarded, retainOnDelete: true },
      ),
    );
    const version = new ApplicationVersion(
      ...this.child(
        "version",
        {
          application: this.application.name,
          name: `${label}-${role}`,
          bucket: object.bucket,
          key: object.key,
          description: versionDescription(role, applicationName, schemaHeads),
        },
        // Another bundle is another version, with a label of its own; the same one keeps the label that it has.
        { key: role, retainOnDelete: true, ignoreChanges: ["name"] },
      ),
    );
    this.labels.set(role, version.name);
  }
}

/** The policy that refuses whoever comes without TLS; who may come at all is for the roles to say. */
function tlsOnly({ arn }: Bucket): pulumi.Output<string> {
  const statement = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, pulumi.interpolate`${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: [statement] });
}

/** What removing a version takes. */
function cleaningPolicy(applicationName: string): string {
  const statement = {
    Effect: "Allow",
    Action: ["elasticbeanstalk:DeleteApplicationVersion"],
    Resource: [`arn:aws:elasticbeanstalk:*:*:applicationversion/${applicationName}/*`],
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
