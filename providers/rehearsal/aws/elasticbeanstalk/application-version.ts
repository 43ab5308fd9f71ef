import { statSync } from "node:fs";
import type { Model, Rule } from "../../model";
import { lengthBetween, matches, rule } from "../../rules";
import { flagAt, regionalArn, textAt } from "../read";
import { BUCKET, objectAt } from "../s3/types";
import { bundleFile } from "./bundle";
import { APPLICATION, ENVIRONMENT, INVALID, VERSION } from "./types";

const SOURCE = "terraform-provider-aws internal/service/elasticbeanstalk/application_version.go";
const API = "AWS Elastic Beanstalk API reference, CreateApplicationVersion";
const COMBINATION = "InvalidParameterCombination";
const LONGEST = 100;
const MOST_MEGABYTES = 500;
const MEGABYTE = 1024 * 1024;
const MOST_VERSIONS = 1000;

const taken: Rule = rule(
  { id: "version-label-taken", source: API, code: INVALID },
  ["name"],
  ({ inputs, old, site }) =>
    old === undefined &&
    site
      .all(VERSION)
      .some((each) => each.outputs["application"] === inputs["application"] && each.outputs["name"] === inputs["name"])
      ? `Application Version ${String(inputs["name"])} already exists.`
      : undefined,
);

const quota: Rule = rule(
  {
    id: "version-quota",
    source: "boto/boto3#920; AWS Elastic Beanstalk quotas",
    code: "TooManyApplicationVersionsException",
  },
  [],
  ({ old, site }) =>
    old === undefined && site.all(VERSION).length >= MOST_VERSIONS
      ? `You cannot have more than ${MOST_VERSIONS} Application Versions. Either remove some Application Versions or request a limit increase.`
      : undefined,
);

/** S3 says so when a bucket lies in another region. */
const region: Rule = rule(
  {
    id: "version-region",
    source: "dlhdesign/node-aws-beanstalk#6, tomdale/ember-cli-deploy-elastic-beanstalk#5",
    code: COMBINATION,
  },
  ["bucket", "key"],
  ({ inputs, site }) => {
    const there = textAt(site.find(BUCKET, "bucket", inputs["bucket"])?.outputs, "bucketRegion") ?? site.region;
    return there === site.region ? undefined : `${unable(inputs)} Reason: Moved Permanently`;
  },
);

const present: Rule = rule(
  { id: "version-object", source: "hsingh/ansible-elastic-beanstalk#40", code: COMBINATION },
  ["bucket", "key"],
  ({ inputs, site }) => {
    const bucket = site.find(BUCKET, "bucket", inputs["bucket"]);
    // What lies in a bucket that was there before is not known.
    if (bucket !== undefined && Object.keys(bucket.inputs).length === 0) return undefined;
    return objectAt(site, inputs["bucket"], inputs["key"]) === undefined
      ? `${unable(inputs)} Reason: Not Found`
      : undefined;
  },
);

function unable({ bucket, key }: Readonly<Record<string, unknown>>): string {
  return `Unable to download from S3 location (Bucket: ${String(bucket)}  Key: ${String(key)}).`;
}

const size: Rule = rule(
  {
    id: "version-size",
    source: "AWS Elastic Beanstalk quotas; developer guide, Create an application source bundle",
    code: INVALID,
  },
  ["bucket", "key"],
  ({ inputs, site }) => {
    const file = bundleFile(inputs, site);
    return file === undefined || statSync(file).size <= MOST_MEGABYTES * MEGABYTE
      ? undefined
      : `Source bundle is larger than the allowed maximum of ${MOST_MEGABYTES} MB.`;
  },
);

/** The service itself lets go of a version that runs; the provider does not when it runs twice. */
const unused: Rule = {
  id: "version-in-use",
  source: `${SOURCE}; boto/boto3#891`,
  refuses: ({ inputs, old, site }) => {
    if (old === undefined || flagAt(inputs, "forceDelete")) return undefined;
    const users = site
      .all(ENVIRONMENT)
      .filter(({ outputs }) => outputs["application"] === old.outputs["application"] && outputs["version"] === old.id);
    return users.length > 1
      ? `Elastic Beanstalk Application Version (${old.id}) is currently in use by the following environments: [${users.map(({ id }) => id).join(" ")}]`
      : undefined;
  },
};

/** A version of an application; what was uploaded for it stays when it goes. */
export const applicationVersion: Model = {
  type: VERSION,
  source: SOURCE,
  required: ["application", "bucket", "key"],
  replaces: ["application", "bucket", "key", "name"],
  defaults: { forceDelete: false, process: false },
  name: { property: "name", longest: LONGEST },
  references: [{ property: "application", to: [APPLICATION], by: "name", missing: INVALID }],
  call: [
    lengthBetween({ id: "version-label-length", source: API, code: INVALID }, "name", 1, LONGEST),
    matches({ id: "version-label", source: API, code: INVALID }, "name", /^[^/]+$/, "without a slash"),
    taken,
    quota,
    region,
    present,
    size,
  ],
  deletion: [unused],
  computed: (inputs, site) => {
    const [application, name] = [String(inputs["application"]), String(inputs["name"])];
    return { id: name, name, arn: regionalArn(site, "elasticbeanstalk", `applicationversion/${application}/${name}`) };
  },
  seconds: { create: 2, update: 2, delete: 2 },
};
