/**
 * Regions of the partition `aws` with their availability zones. Source: AWS "Regions and Zones" (EC2 user guide);
 * which letter stands for which zone id differs from account to account, this is one account's view.
 */

/** An availability zone as an account sees it. */
export interface Zone {
  /** Such as `eu-central-1a`. */
  name: string;
  /** Such as `euc1-az1`, the same for every account. */
  id: string;
}

/** A region: what it is called, the prefix of its zones' ids, and the letters of its zones. */
interface Region {
  title: string;
  prefix: string;
  letters: string;
  /** Numbers of the zones' ids, by letter. @default from 1 on */
  numbers?: readonly number[];
}

const region = (title: string, prefix: string, letters = "abc"): Region => ({ title, prefix, letters });

const REGIONS: Readonly<Record<string, Region>> = {
  "us-east-1": region("US East (N. Virginia)", "use1", "abcdef"),
  "us-east-2": region("US East (Ohio)", "use2"),
  "us-west-1": { ...region("US West (N. California)", "usw1", "ac"), numbers: [1, 3] },
  "us-west-2": region("US West (Oregon)", "usw2", "abcd"),
  "ca-central-1": { ...region("Canada (Central)", "cac1", "abd"), numbers: [1, 2, 4] },
  "ca-west-1": region("Canada West (Calgary)", "caw1"),
  "mx-central-1": region("Mexico (Central)", "mxc1"),
  "sa-east-1": region("South America (Sao Paulo)", "sae1"),
  "eu-west-1": region("Europe (Ireland)", "euw1"),
  "eu-west-2": region("Europe (London)", "euw2"),
  "eu-west-3": region("Europe (Paris)", "euw3"),
  "eu-central-1": region("Europe (Frankfurt)", "euc1"),
  "eu-central-2": region("Europe (Zurich)", "euc2"),
  "eu-north-1": region("Europe (Stockholm)", "eun1"),
  "eu-south-1": region("Europe (Milan)", "eus1"),
  "eu-south-2": region("Europe (Spain)", "eus2"),
  "af-south-1": region("Africa (Cape Town)", "afs1"),
  "il-central-1": region("Israel (Tel Aviv)", "ilc1"),
  "me-south-1": region("Middle East (Bahrain)", "mes1"),
  "me-central-1": region("Middle East (UAE)", "mec1"),
  "ap-east-1": region("Asia Pacific (Hong Kong)", "ape1"),
  "ap-east-2": region("Asia Pacific (Taipei)", "ape2"),
  "ap-south-1": region("Asia Pacific (Mumbai)", "aps1"),
  "ap-south-2": region("Asia Pacific (Hyderabad)", "aps2"),
  "ap-southeast-1": region("Asia Pacific (Singapore)", "apse1"),
  "ap-southeast-2": region("Asia Pacific (Sydney)", "apse2"),
  "ap-southeast-3": region("Asia Pacific (Jakarta)", "apse3"),
  "ap-southeast-4": region("Asia Pacific (Melbourne)", "apse4"),
  "ap-southeast-5": region("Asia Pacific (Malaysia)", "apse5"),
  "ap-southeast-7": region("Asia Pacific (Thailand)", "apse7"),
  "ap-northeast-1": { ...region("Asia Pacific (Tokyo)", "apne1", "acd"), numbers: [4, 1, 2] },
  "ap-northeast-2": region("Asia Pacific (Seoul)", "apne2", "abcd"),
  "ap-northeast-3": region("Asia Pacific (Osaka)", "apne3"),
};

/** What a region is called, such as `Europe (Frankfurt)`; undefined when there is none of that name. */
export function regionTitle(name: string): string | undefined {
  return REGIONS[name]?.title;
}

/** The availability zones of a region, in the order of their names; none for a name that is no region's. */
export function zones(name: string): Zone[] {
  const found = REGIONS[name];
  if (found === undefined) return [];
  return Array.from(found.letters, (letter, place) => ({
    name: `${name}${letter}`,
    id: `${found.prefix}-az${found.numbers?.[place] ?? place + 1}`,
  }));
}
