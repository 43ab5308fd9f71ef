import { CloudError, type Lookup } from "../../model";
import { textAt } from "../read";

/** Hosted zones of environments. Source: AWS general reference, Elastic Beanstalk endpoints and quotas. */
const ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z1R25G3KIG2GBW",
  "ap-northeast-2": "Z3JE5OI70TWKCP",
  "ap-northeast-3": "ZNE5GEY1TIAGY",
  "ap-south-1": "Z18NTBI3Y7N9TZ",
  "ap-southeast-1": "Z16FZ9L249IFLT",
  "ap-southeast-2": "Z2PCDNR3VC2G1N",
  "ca-central-1": "ZJFCZL7SSZB5I",
  "eu-central-1": "Z1FRNW7UH4DEZJ",
  "eu-north-1": "Z23GO28BZ5AETM",
  "eu-south-1": "Z10VDYYOA2JFKM",
  "eu-west-1": "Z2NYPWQ7DFZAZH",
  "eu-west-2": "Z1GKAAAUGATPF1",
  "eu-west-3": "Z5WN6GAYWG5OB",
  "sa-east-1": "Z10X7K2B4QSOFV",
  "us-east-1": "Z117KPS5GTRQ2G",
  "us-east-2": "Z14LCN19Q5QHIC",
  "us-west-1": "Z1LQECGX5PH1X",
  "us-west-2": "Z38NKT9BP95V3O",
};

/** The hosted zone that an alias for an environment's name needs. */
export const getHostedZone: Lookup = {
  token: "aws:elasticbeanstalk/getHostedZone:getHostedZone",
  source: "terraform-provider-aws internal/service/elasticbeanstalk/hosted_zone_data_source.go",
  answer: (args, site) => {
    const region = textAt(args, "region") ?? site.region;
    const id = ZONES[region];
    if (id === undefined) throw new CloudError("NotFound", `unsupported Elastic Beanstalk Region (${region})`);
    return { id, region };
  },
};
