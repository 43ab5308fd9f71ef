/** Releases of a stack on Elastic Beanstalk that can be put back: their versions are kept, and have not failed. */
import {
  DescribeEventsCommand,
  type ApplicationVersionDescription,
  type EventDescription,
  type S3Location,
} from "@aws-sdk/client-elastic-beanstalk";
import type { KeptVersions } from "../../components";
import { schemaHeadsIn } from "../../components/beanstalk/version-description";
import { SlipwayError } from "../errors";
import type { ReleaseInfo } from "../target";
import type { Deployed } from "./deployed";
import { readLabel, versionsOf, webEnvironment } from "./environments";

/** Events that are looked through: the most that one call tells of. */
const EVENTS = 1000;
/** What an environment says when it is done, and all is well (as EB CLI's events have it). */
const DONE = /^(Environment update completed successfully|Successfully launched environment)/;

/** A release with its versions. */
interface Kept {
  info: ReleaseInfo;
  versions: KeptVersions;
  /** What Elastic Beanstalk says of the version of the web process. */
  description: string;
  /** Where the bundle of that version lies. */
  bundle: S3Location;
}

/** Releases that can be put back, newest first, and the one that serves. */
export async function releases(deployed: Deployed): Promise<ReleaseInfo[]> {
  return (await keptReleases(deployed)).map(({ info }) => info);
}

/** The versions of a release that is kept. @throws SlipwayError (usage) when it is not */
export async function keptVersions(deployed: Deployed, version: string): Promise<KeptVersions> {
  return (await keptRelease(deployed, version)).versions;
}

/** Where the bundle of the web process of a kept release lies. @throws as {@link keptVersions} */
export async function bundleOf(deployed: Deployed, version: string): Promise<S3Location> {
  return (await keptRelease(deployed, version)).bundle;
}

/** Newest revisions of the database that a kept release knows, as its version says; undefined where it says nothing. */
export async function schemaHeads(deployed: Deployed, version: string): Promise<string[] | undefined> {
  return schemaHeadsIn((await keptRelease(deployed, version)).description);
}

async function keptRelease(deployed: Deployed, version: string): Promise<Kept> {
  const found = (await keptReleases(deployed)).find(({ info }) => info.version === version);
  if (found !== undefined) return found;
  const mend = `slipway releases --stack ${deployed.place.stack}`;
  throw new SlipwayError("usage", `The release ${version} is not kept.`, mend);
}

async function keptReleases(deployed: Deployed): Promise<Kept[]> {
  const { ApplicationName: application = "", VersionLabel: serves = "" } = await webEnvironment(deployed);
  const [all, failed] = await Promise.all([versionsOf(deployed.aws, application), failedLabels(deployed, application)]);
  const labels = all.filter(({ VersionLabel: label = "" }) => label === serves || !failed.has(label)).map(labelled);
  const known = labels.flatMap((each) => each ?? []).sort((one, other) => other.builtAt.localeCompare(one.builtAt));
  const current = readLabel(serves)?.version;
  const roles = Object.keys(deployed.environments);
  return [...new Set(known.map(({ version }) => version))].flatMap((version) => {
    const own = (role: string): (typeof known)[number] | undefined =>
      known.find((each) => each.version === version && each.role === role);
    const web = own("web");
    // A version alone is half a release: the other one is gone, or never came to be.
    if (web === undefined || roles.some((role) => own(role) === undefined)) return [];
    const worker = roles.includes("worker") ? own("worker") : undefined;
    const { commit, builtAt: createdAt, description, bundle } = web;
    const info = { version, createdAt, current: version === current, ...(commit !== undefined && { commit }) };
    const versions = { web: web.label, ...(worker && { worker: worker.label }) };
    return [{ info, versions: { kind: "versions", release: version, ...versions }, description, bundle }];
  });
}

function labelled(version: ApplicationVersionDescription) {
  const { VersionLabel: label = "", Description: description = "", SourceBundle: bundle = {} } = version;
  const read = readLabel(label);
  return read && { ...read, label, description, bundle };
}

/** Labels whose last deployment, as far as events tell of it, did not end well. Nothing is said of older ones. */
async function failedLabels({ aws }: Deployed, ApplicationName: string): Promise<ReadonlySet<string>> {
  const ask = new DescribeEventsCommand({ ApplicationName, Severity: "INFO", MaxRecords: EVENTS });
  const { Events: newestFirst = [] } = await aws.beanstalk.send(ask);
  const ended = new Map<string, boolean>();
  for (const event of newestFirst) {
    const { VersionLabel: label } = event;
    const well = endOf(event);
    if (label !== undefined && well !== undefined && !ended.has(label)) ended.set(label, well);
  }
  return new Set([...ended].filter(([, well]) => !well).map(([label]) => label));
}

/** Whether an event is the end of a deployment, and a good one. */
function endOf({ Severity, Message = "" }: EventDescription): boolean | undefined {
  if (DONE.test(Message)) return true;
  return Severity === "ERROR" || Severity === "FATAL" ? false : undefined;
}
