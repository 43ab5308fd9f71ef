import type { Model, Rule, Values } from "../../model";
import { between, entriesBetween, lengthBetween, oneOf, rule } from "../../rules";
import { numberAt, objectsAt, textAt, textsAt } from "../read";
import { part } from "./parts";
import { LIFECYCLE } from "./types";

const SOURCE = "terraform-provider-aws internal/service/s3/bucket_lifecycle_configuration.go";
const API = "Amazon S3 API reference, PutBucketLifecycleConfiguration";
const GUIDE = "Amazon S3 user guide, Transitioning objects using Amazon S3 Lifecycle";
/** Classes that nothing moves to before it is 30 days old. */
const AFTER_30 = ["STANDARD_IA", "ONEZONE_IA"];
const ACTIONS = [
  "abortIncompleteMultipartUpload",
  "expiration",
  "noncurrentVersionExpiration",
  "noncurrentVersionTransitions",
  "transitions",
];
const CLASSES = ["GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"];

const plan: Rule[] = [
  entriesBetween({ id: "lifecycle-rules", source: SOURCE }, "rules", 1, 1000),
  lengthBetween({ id: "lifecycle-rule-id", source: SOURCE }, "rules.id", 1, 255),
  oneOf({ id: "lifecycle-status", source: SOURCE }, "rules.status", ["Enabled", "Disabled"]),
  oneOf({ id: "lifecycle-class", source: SOURCE }, "rules.transitions.storageClass", CLASSES),
  between(
    { id: "lifecycle-noncurrent-days", source: SOURCE },
    "rules.noncurrentVersionExpiration.noncurrentDays",
    1,
    2_147_483_647,
  ),
];

/** A rule about each of the lifecycle rules. */
function each(id: string, source: string, code: string, fault: (one: Values) => string | undefined): Rule {
  return rule({ id, source, code }, ["rules"], ({ inputs }) =>
    objectsAt(inputs, "rules")
      .map(fault)
      .find((reason) => reason !== undefined),
  );
}

const call: Rule[] = [
  rule({ id: "lifecycle-ids-unique", source: API, code: "InvalidArgument" }, ["rules"], ({ inputs }) => {
    const ids = textsAt(inputs, "rules.id");
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    return twice === undefined ? undefined : `Rule ID must be unique. Found same ID for more than one rule: ${twice}`;
  }),
  each("lifecycle-action", API, "InvalidRequest", (one) =>
    ACTIONS.some((action) => objectsAt(one, action).length > 0)
      ? undefined
      : "At least one action needs to be specified in a rule",
  ),
  each("lifecycle-expiration-days", API, "InvalidArgument", (one) => {
    const days = numberAt(one, "expiration.days");
    return days === undefined || days > 0 ? undefined : "'Days' for Expiration action must be a positive integer";
  }),
  each("lifecycle-expiration-kind", API, "MalformedXML", (one) => {
    const set = ["days", "date", "expiredObjectDeleteMarker"].filter((kind) => valueOf(one, kind) !== undefined);
    return set.length > 1
      ? "The XML you provided was not well-formed or did not validate against our published schema"
      : undefined;
  }),
  each("lifecycle-transition-days", GUIDE, "InvalidArgument", (one) => {
    const early = objectsAt(one, "transitions").find(
      (move) => AFTER_30.includes(String(move["storageClass"])) && (numberAt(move, "days") ?? 30) < 30,
    );
    return (
      early &&
      `'Days' in Transition action must be greater than or equal to 30 for storageClass '${String(early["storageClass"])}'`
    );
  }),
  each("lifecycle-expires-after-transition", GUIDE, "InvalidArgument", (one) => {
    const expires = numberAt(one, "expiration.days");
    const last = Math.max(-1, ...objectsAt(one, "transitions").map((move) => numberAt(move, "days") ?? -1));
    return expires === undefined || expires > last
      ? undefined
      : `'Days' in the Expiration action for rule '${textAt(one, "id") ?? ""}' must be greater than 'Days' in the Transition action`;
  }),
];

function valueOf(one: Values, kind: string): unknown {
  const value = objectsAt(one, "expiration")[0]?.[kind];
  return value === false ? undefined : value;
}

/** What happens to objects of a bucket as they get old. */
export const lifecycle: Model = {
  ...part(LIFECYCLE, "bucket_lifecycle_configuration.go"),
  required: ["bucket", "rules"],
  plan,
  call,
  computed: (inputs) => ({
    id: String(inputs["bucket"]),
    transitionDefaultMinimumObjectSize: inputs["transitionDefaultMinimumObjectSize"] ?? "all_storage_classes_128K",
  }),
  // The provider waits until every node of S3 answers with the same rules.
  seconds: { create: 30, update: 30, delete: 2 },
};
