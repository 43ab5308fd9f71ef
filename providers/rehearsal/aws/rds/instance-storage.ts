/** What RDS says of an instance's storage; sizes in GiB. */
import type { Rule } from "../../model";
import { rule } from "../../rules";
import { numberAt, textAt } from "../read";
import { engineOf } from "./instance-engine";

/** From here on, storage of type gp3 has IOPS and throughput of its own: "Amazon RDS DB instance storage". */
const GP3_STRIPED = 400;
const STORAGE = ["allocatedStorage", "storageType", "iops", "storageThroughput"];
const LEAST: Readonly<Record<string, number>> = { standard: 5, gp2: 20, gp3: 20, io1: 100, io2: 100 };
const MOST = 65536;

/** The type that storage is of where the program says none. */
export function storageType(type: string | undefined, iops: number | undefined): string {
  return type ?? (iops === undefined ? "gp2" : "io1");
}

const size: Rule = rule(
  {
    id: "rds-storage-size",
    source: "github.com/convox/rack/issues/2846",
    code: "InvalidParameterCombination",
  },
  ["allocatedStorage", "storageType"],
  (question) => {
    const asked = numberAt(question.inputs, "allocatedStorage");
    const type = storageType(textAt(question.inputs, "storageType"), numberAt(question.inputs, "iops"));
    if (asked === undefined || (asked >= (LEAST[type] ?? 0) && asked <= MOST)) return undefined;
    return (
      `Invalid storage size for engine name ${engineOf(question)} and storage type ${type}: ${asked} ` +
      `(from ${LEAST[type] ?? 0} to ${MOST})`
    );
  },
);

const onlyGrows: Rule = rule(
  {
    id: "rds-storage-shrinks",
    source: "Amazon RDS API Reference, ModifyDBInstance, AllocatedStorage",
    code: "InvalidParameterCombination",
  },
  ["allocatedStorage", "maxAllocatedStorage"],
  ({ inputs, old }) => {
    const asked = numberAt(inputs, "allocatedStorage") ?? 0;
    const there = numberAt(old?.outputs ?? {}, "allocatedStorage") ?? 0;
    // The provider takes a size below the real one for growth by itself, where that is allowed.
    const growsItself = (numberAt(inputs, "maxAllocatedStorage") ?? 0) > asked;
    return old === undefined || asked === 0 || asked >= there || growsItself
      ? undefined
      : `Requested storage size (${asked}) cannot be less than the current storage size (${there}).`;
  },
);

const most: Rule = rule(
  {
    id: "rds-storage-limit",
    source: "github.com/ministryofjustice/cloud-platform-environments/pull/7471 and /pull/24410",
    code: "InvalidParameterCombination",
  },
  ["allocatedStorage", "maxAllocatedStorage"],
  ({ inputs }) => {
    const asked = numberAt(inputs, "allocatedStorage");
    const limit = numberAt(inputs, "maxAllocatedStorage");
    // 0 turns growth off.
    if (asked === undefined || limit === undefined || limit === 0) return undefined;
    if (limit <= asked) return "Max storage size must be greater than storage size";
    return limit * 10 < asked * 11
      ? "The maximum allocated storage must be increased by at least 10 percent."
      : undefined;
  },
);

const smallGp3: Rule = rule(
  {
    id: "rds-gp3-small",
    source: "github.com/hashicorp/terraform-provider-aws/pull/28361",
    code: "InvalidParameterCombination",
  },
  STORAGE,
  (question) => {
    const { inputs } = question;
    const small = (numberAt(inputs, "allocatedStorage") ?? GP3_STRIPED) < GP3_STRIPED;
    const tuned = inputs["iops"] !== undefined || inputs["storageThroughput"] !== undefined;
    return textAt(inputs, "storageType") === "gp3" && small && tuned
      ? `You can't specify IOPS or storage throughput for engine ${engineOf(question)} and a storage size less than ${GP3_STRIPED}.`
      : undefined;
  },
);

const largeGp3: Rule = rule(
  {
    id: "rds-gp3-iops",
    source: "Amazon RDS User Guide, Amazon RDS DB instance storage, gp3",
    code: "InvalidParameterCombination",
  },
  STORAGE,
  (question) => {
    const iops = numberAt(question.inputs, "iops");
    const large = (numberAt(question.inputs, "allocatedStorage") ?? 0) >= GP3_STRIPED;
    if (textAt(question.inputs, "storageType") !== "gp3" || !large || iops === undefined) return undefined;
    return iops >= 12000 && iops <= 64000
      ? undefined
      : `Invalid iops value for engine name ${engineOf(question)} and storage type gp3: ${iops} (from 12000 to 64000)`;
  },
);

const provisioned: Rule = rule(
  {
    id: "rds-io-iops",
    source: "github.com/terraform-community-modules/tf_aws_rds/issues/22",
    code: "InvalidParameterCombination",
  },
  ["storageType", "iops"],
  ({ inputs }) => {
    const type = textAt(inputs, "storageType") ?? "";
    return /^io[12]$/.test(type) && (numberAt(inputs, "iops") ?? 0) < 1000
      ? `The storage type ${type} requires iops to be specified: 1000 at least.`
      : undefined;
  },
);

export const STORAGE_RULES: readonly Rule[] = [size, onlyGrows, most, smallGp3, largeGp3, provisioned];
