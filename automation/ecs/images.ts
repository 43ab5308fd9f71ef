/** Which release an image is of, as its tags in ECR say. */
import { DescribeImagesCommand, type ImageDetail } from "@aws-sdk/client-ecr";
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

const IN_ECR = /^((\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/([^:@]+))@(sha256:[0-9a-f]{64})$/;

/** The repository that an image lies in, and its digest; undefined when it is none of ECR. */
export function repositoryOf(image: string): { repository: Repository; digest: string } | undefined {
  const [, uri, registryId, repositoryName, digest] = IN_ECR.exec(image) ?? [];
  if (uri === undefined || registryId === undefined || repositoryName === undefined || digest === undefined) {
    return undefined;
  }
  return { repository: { uri, registryId, repositoryName }, digest };
}

/** Version of the release that an image holds; undefined when its repository does not know it, or is not of ECR. */
export async function releaseOf({ aws }: Deployed, image: string): Promise<string | undefined> {
  const found = repositoryOf(image);
  if (found === undefined) return undefined;
  const { registryId, repositoryName } = found.repository;
  const imageIds = [{ imageDigest: found.digest }];
  const answer = await aws.ecr.send(new DescribeImagesCommand({ registryId, repositoryName, imageIds })).catch(unknown);
  return answer?.imageDetails?.map((detail) => known(found.repository, detail)?.version).find(isText);
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

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
