/** Which release an image is of, as its tags in ECR say. */
import { DescribeImagesCommand, type ECRClient, type ImageDetail } from "@aws-sdk/client-ecr";
import { readReleaseTag, type TaggedRelease } from "../../components/app";
import type { Deployed } from "./deployed";

/** A repository of ECR. */
export interface Repository {
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`: how the images in it begin. */
  uri: string;
  registryId: string;
  repositoryName: string;
}

/** An image by its digest, and what its tag says. */
export interface KnownImage extends TaggedRelease {
  uri: string;
  digest: string;
}

const REPOSITORY = /^((\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/([^:@]+))$/;

/** The repository that an image lies in, and its digest; undefined when it is none of ECR. */
export function repositoryOf(image: string): { repository: Repository; digest: string } | undefined {
  const [, url, digest] = /^([^@]+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
  const repository = url === undefined ? undefined : repositoryIn(url);
  return repository === undefined || digest === undefined ? undefined : { repository, digest };
}

/** The repository with this URL; undefined when it is none of ECR. */
export function repositoryIn(url: string): Repository | undefined {
  const [, uri, registryId, repositoryName] = REPOSITORY.exec(url) ?? [];
  if (uri === undefined || registryId === undefined || repositoryName === undefined) return undefined;
  return { uri, registryId, repositoryName };
}

/** Version of the release that an image holds; undefined when its repository does not know it, or is not of ECR. */
export async function releaseOf({ aws }: Deployed, image: string): Promise<string | undefined> {
  const found = repositoryOf(image);
  return found && (await describedImage(aws.ecr, found.repository, found.digest))?.version;
}

/** What the tag of an image says; undefined when its repository does not have it, or not by such a tag. */
export async function describedImage(
  ecr: ECRClient,
  repository: Repository,
  imageDigest: string,
): Promise<KnownImage | undefined> {
  const { registryId, repositoryName } = repository;
  const ask = new DescribeImagesCommand({ registryId, repositoryName, imageIds: [{ imageDigest }] });
  const answer = await ecr.send(ask).catch(unknown);
  return answer?.imageDetails?.map((detail) => known(repository, detail)).find((image) => image !== undefined);
}

/** All images of a repository that a release was built as, newest first. */
export async function imagesIn({ aws }: Deployed, repository: Repository): Promise<KnownImage[]> {
  const { registryId, repositoryName } = repository;
  const all: ImageDetail[] = [];
  let nextToken: string | undefined;
  do {
    const ask = { registryId, repositoryName, ...(nextToken !== undefined && { nextToken }) };
    const answer = await aws.ecr.send(new DescribeImagesCommand(ask));
    all.push(...(answer.imageDetails ?? []));
    ({ nextToken } = answer);
  } while (nextToken !== undefined);
  const images = all.map((detail) => known(repository, detail)).filter((image) => image !== undefined);
  return images.sort((one, other) => other.builtAt.localeCompare(one.builtAt));
}

function known({ uri }: Repository, { imageDigest = "", imageTags = [] }: ImageDetail): KnownImage | undefined {
  const release = imageTags.map(readReleaseTag).find((tag) => tag !== undefined);
  return release === undefined ? undefined : { ...release, digest: imageDigest, uri: `${uri}@${imageDigest}` };
}

/** An image or a repository that is gone has no release; anything else that went wrong is told. */
function unknown(error: unknown): undefined {
  if (error instanceof Error && /^(ImageNotFound|RepositoryNotFound)Exception$/.test(error.name)) return undefined;
  throw error;
}
