/** What ECR has of an image: its manifest, and what its configuration says. */
import { BatchGetImageCommand, GetDownloadUrlForLayerCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { SlipwayError } from "../errors";
import type { Repository } from "./images";

/** A part of an image, such as a layer. */
export interface Blob {
  digest: string;
  size: number;
}

/** The manifest of one image, or of an index of several, as its registry keeps it: its digest is that of the text. */
export interface Manifest {
  text: string;
  mediaType: string;
  /** The image's configuration; absent in an index. */
  config?: Blob;
  /** None in an index. */
  layers: readonly Blob[];
  /** The images of an index. */
  manifests: readonly (Blob & { platform?: { os?: string; architecture?: string } })[];
}

/** What an image's configuration says. */
export interface ImageFacts {
  architecture?: string;
  labels: Readonly<Record<string, string>>;
}

/** Forms of manifests, as OCI's image specification and Docker name them. */
const MEDIA_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** @throws SlipwayError (failed) when the repository does not have it */
export async function manifestOf(ecr: ECRClient, repository: Repository, digest: string): Promise<Manifest> {
  const { registryId, repositoryName, uri } = repository;
  const { images: [image] = [] } = await ecr.send(
    new BatchGetImageCommand({
      registryId,
      repositoryName,
      imageIds: [{ imageDigest: digest }],
      acceptedMediaTypes: MEDIA_TYPES,
    }),
  );
  const text = image?.imageManifest;
  if (text === undefined) throw new SlipwayError("failed", `ECR does not have the image ${uri}@${digest}.`);
  const { mediaType, ...parts } = JSON.parse(text) as Partial<Manifest>;
  const type = image?.imageManifestMediaType ?? mediaType ?? "";
  return { layers: [], manifests: [], ...parts, text, mediaType: type };
}

/** What the configuration of an image says; of an index, that of the first image in it that runs. */
export async function imageFacts(ecr: ECRClient, repository: Repository, digest: string): Promise<ImageFacts> {
  const { config, manifests } = await manifestOf(ecr, repository, digest);
  const [first] = manifests.filter(({ platform }) => platform?.os !== "unknown");
  if (config === undefined && first !== undefined) return imageFacts(ecr, repository, first.digest);
  const text = config === undefined ? "{}" : await (await download(ecr, repository, config.digest)).text();
  const { architecture, config: settings } = JSON.parse(text) as {
    architecture?: string;
    config?: { Labels?: Record<string, string> | null };
  };
  return { labels: settings?.Labels ?? {}, ...(architecture !== undefined && { architecture }) };
}

/** The content of a part of an image. @throws SlipwayError (failed) when it cannot be read */
export async function download(ecr: ECRClient, repository: Repository, layerDigest: string): Promise<Response> {
  const { registryId, repositoryName } = repository;
  const ask = new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest });
  const { downloadUrl = "" } = await ecr.send(ask);
  const response = await fetch(downloadUrl);
  if (response.ok) return response;
  throw new SlipwayError("failed", `The part ${layerDigest} of an image cannot be read: ${response.status}.`);
}
