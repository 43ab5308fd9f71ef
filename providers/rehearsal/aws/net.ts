import type { Lookup, Model } from "../model";
import { accountLookups } from "./account";
import { autoscaling } from "./autoscaling";
import { ec2, ec2Lookups } from "./ec2";
import { efs } from "./efs";
import { iam } from "./iam";

/** Networks, machines, rights and shared files. */
export const networkModels: readonly Model[] = [...ec2, ...autoscaling, ...iam, ...efs];

/** What can be asked of the account, its region and its networks. */
export const networkLookups: readonly Lookup[] = [...accountLookups, ...ec2Lookups];
