import type { Lookup } from "../../model";
import { CloudError } from "../../model";
import { textAt } from "../read";
import { regionTitle } from "./regions";

/** Who calls: a user of the account. */
export const getCallerIdentity: Lookup = {
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  source: "terraform-provider-aws internal/service/sts/caller_identity_data_source.go",
  answer: (_args, { account, partition }) => ({
    id: account,
    accountId: account,
    arn: `arn:${partition}:iam::${account}:user/rehearsal`,
    userId: "AIDAREHEARSALUSER0001",
  }),
};

/** The region of the provider, or the named one. */
export const getRegion: Lookup = {
  token: "aws:index/getRegion:getRegion",
  source: "terraform-provider-aws internal/service/meta/region_data_source.go",
  answer(args, site) {
    const byEndpoint = /^ec2\.([a-z0-9-]+)\.amazonaws\.com$/.exec(textAt(args, "endpoint") ?? "")?.[1];
    const region = textAt(args, "region") ?? textAt(args, "name") ?? byEndpoint ?? site.region;
    const description = regionTitle(region);
    if (description === undefined) throw new CloudError("InvalidRegion", `region not found for name "${region}"`);
    return { id: region, region, name: region, description, endpoint: `ec2.${region}.amazonaws.com` };
  },
};

/** The partition of the provider's region. */
export const getPartition: Lookup = {
  token: "aws:index/getPartition:getPartition",
  source: "terraform-provider-aws internal/service/meta/partition_data_source.go",
  answer: (_args, { partition }) => ({
    id: partition,
    partition,
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
};
