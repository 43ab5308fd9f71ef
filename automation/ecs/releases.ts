/** Releases of a stack on ECS that can be put back: their images are kept, and they came to serve once. */
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
} from "@aws-sdk/client-ecs";
import type { KeptImages } from "../../components";
import { SlipwayError } from "../errors";
import type { ReleaseInfo } from "../target";
import type { Deployed } from "./deployed";
import { imagesIn, repositoryOf, type KnownImage, type Repository } from "./images";
import { containerOf, describeServices } from "./services";

/** Service revisions that one call describes at most. */
const REVISIONS_AT_ONCE = 20;

/** A release with its images. */
interface Kept {
  info: ReleaseInfo;
  images: KeptImages;
}

/** Releases that can be put back, newest first, and the one that serves. */
export async function releases(deployed: Deployed): Promise<ReleaseInfo[]> {
  return (await keptReleases(deployed)).map(({ info }) => info);
}

/** The images of a release that is kept. @throws SlipwayError (usage) when it is not */
export async function keptImages(deployed: Deployed, version: string): Promise<KeptImages> {
  const found = (await keptReleases(deployed)).find(({ info }) => info.version === version);
  if (found !== undefined) return found.images;
  const mend = `slipway releases --stack ${deployed.place.stack}`;
  throw new SlipwayError("usage", `The release ${version} is not kept.`, mend);
}

async function keptReleases(deployed: Deployed): Promise<Kept[]> {
  const { web, worker } = await repositories(deployed);
  const [webs, workers, serves, served] = await Promise.all([
    imagesIn(deployed, web),
    worker === undefined ? undefined : imagesIn(deployed, worker),
    servingDigest(deployed),
    servedDigests(deployed),
  ]);
  const newest = new Map<string, KnownImage>();
  for (const image of webs) if (!newest.has(image.version)) newest.set(image.version, image);
  return [...newest.values()].flatMap((image) => {
    const { version, commit, builtAt, digest } = image;
    const other = workers?.find((each) => each.version === version);
    // An image alone is half a release: the other one is gone, or never came to be.
    if (workers !== undefined && other === undefined) return [];
    const all = [digest, ...(other === undefined ? [] : [other.digest])];
    const current = digest === serves;
    if (!current && !all.every((each) => served.has(each))) return [];
    const images: KeptImages = {
      kind: "images",
      release: version,
      web: image.uri,
      ...(other !== undefined && { worker: other.uri }),
    };
    const info = { version, createdAt: builtAt, current, digest, ...(commit !== undefined && { commit }) };
    return [{ info, images }];
  });
}

/** Where the images of the stack lie: those of web, and those of everything else where that has its own. */
async function repositories(deployed: Deployed): Promise<{ web: Repository; worker?: Repository }> {
  const found = Object.entries(deployed.definitions).map(async ([role, definition]) => {
    const { image = "" } = await containerOf(deployed, definition);
    const repository = repositoryOf(image)?.repository;
    if (repository !== undefined) return { role, repository };
    const problem = `The image ${image} of ${role} is not in ECR, which would know the releases before it.`;
    throw new SlipwayError("usage", problem, "name an older image in slipway:ecs.image");
  });
  const all = await Promise.all(found);
  const web = all.find(({ role }) => role === "web")?.repository;
  if (web === undefined) throw new SlipwayError("state", `The stack ${deployed.place.stack} has no web process.`);
  const worker = all.find(({ repository }) => repository.uri !== web.uri)?.repository;
  return { web, ...(worker !== undefined && { worker }) };
}

/** Digest of the image that web processes are deployed from now: their release is the one that serves. */
async function servingDigest(deployed: Deployed): Promise<string> {
  const web = (await describeServices(deployed)).get("web");
  const { image = "" } = await containerOf(deployed, web?.taskDefinition ?? "");
  return image.slice(image.indexOf("@") + 1);
}

/**
 * Digests of images that services ran steadily, as ECS remembers it: for 90 days, and further back what ran when the
 * oldest of those deployments began.
 */
async function servedDigests(deployed: Deployed): Promise<Set<string>> {
  const each = Object.values(deployed.services).map(async (service) => {
    const past = await deployments(deployed, service);
    const well = past.flatMap(({ status, targetServiceRevisionArn: arn }) =>
      status === "SUCCESSFUL" && arn !== undefined ? [arn] : [],
    );
    return digestsOf(deployed, [...new Set([...well, ...(await sourcesOf(deployed, oldest(past)))])]);
  });
  return new Set((await Promise.all(each)).flat());
}

async function deployments({ aws, cluster }: Deployed, service: string): Promise<ServiceDeploymentBrief[]> {
  const all: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const more = nextToken === undefined ? {} : { nextToken };
    const answer = await aws.ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100, ...more }),
    );
    all.push(...(answer.serviceDeployments ?? []));
    ({ nextToken } = answer);
  } while (nextToken !== undefined);
  return all;
}

function oldest(past: readonly ServiceDeploymentBrief[]): ServiceDeploymentBrief | undefined {
  const time = ({ createdAt }: ServiceDeploymentBrief): number => createdAt?.getTime() ?? 0;
  return [...past].sort((one, other) => time(one) - time(other))[0];
}

/** What ran when a deployment began. */
async function sourcesOf({ aws }: Deployed, deployment: ServiceDeploymentBrief | undefined): Promise<string[]> {
  const arn = deployment?.serviceDeploymentArn;
  if (arn === undefined) return [];
  const answer = await aws.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
  const sources = answer.serviceDeployments?.flatMap(({ sourceServiceRevisions = [] }) => sourceServiceRevisions) ?? [];
  return sources.flatMap(({ arn: source }) => (source === undefined ? [] : [source]));
}

async function digestsOf({ aws }: Deployed, revisions: readonly string[]): Promise<string[]> {
  const digests: string[] = [];
  for (let start = 0; start < revisions.length; start += REVISIONS_AT_ONCE) {
    const serviceRevisionArns = revisions.slice(start, start + REVISIONS_AT_ONCE);
    const answer = await aws.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    const images = answer.serviceRevisions?.flatMap(({ containerImages = [] }) => containerImages) ?? [];
    digests.push(...images.flatMap(({ imageDigest }) => (imageDigest === undefined ? [] : [imageDigest])));
  }
  return digests;
}
