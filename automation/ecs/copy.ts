/** Copies an image from one repository of ECR to another, which may be another account's or region's: the same digest. */
import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
  type ECRClient,
} from "@aws-sdk/client-ecr";
import type { Repository } from "./images";
import { download, manifestOf, type Blob } from "./manifest";

/** A repository, and what it is asked with. */
export interface Place {
  ecr: ECRClient;
  repository: Repository;
}

/** Parts of an upload where ECR names no size: what it takes at most. */
const PART_SIZE = 10 * 1024 * 1024;
/** What is there already is as good. */
const THERE = /^(ImageAlreadyExists|LayerAlreadyExists)Exception$/;

/**
 * Copies an image, and the images of an index; layers that are there already are left out.
 *
 * @param tag what the image is called there; @default only by its digest
 * @throws Error of AWS's; no image is there before all of its parts are
 */
export async function copyImage(from: Place, to: Place, imageDigest: string, tag?: string): Promise<void> {
  const { text, mediaType, config, layers, manifests } = await manifestOf(from.ecr, from.repository, imageDigest);
  for (const { digest } of manifests) await copyImage(from, to, digest);
  const blobs = [...(config === undefined ? [] : [config]), ...layers];
  for (const blob of await missing(to, blobs)) await copyBlob(from, to, blob);
  const { registryId, repositoryName } = to.repository;
  const put = new PutImageCommand({
    registryId,
    repositoryName,
    imageManifest: text,
    imageManifestMediaType: mediaType,
    imageDigest,
    ...(tag !== undefined && { imageTag: tag }),
  });
  await to.ecr.send(put).catch(isThere);
}

async function missing({ ecr, repository }: Place, blobs: readonly Blob[]): Promise<Blob[]> {
  if (blobs.length === 0) return [];
  const { registryId, repositoryName } = repository;
  const layerDigests = [...new Set(blobs.map(({ digest }) => digest))];
  const ask = new BatchCheckLayerAvailabilityCommand({ registryId, repositoryName, layerDigests });
  const { layers = [] } = await ecr.send(ask);
  const there = new Set(
    layers.flatMap(({ layerDigest, layerAvailability }) => (layerAvailability === "AVAILABLE" ? [layerDigest] : [])),
  );
  const found = blobs.filter(({ digest }) => !there.has(digest));
  return [...new Map(found.map((blob) => [blob.digest, blob])).values()];
}

/** ECR refuses what does not have the digest. */
async function copyBlob(from: Place, { ecr, repository }: Place, { digest }: Blob): Promise<void> {
  const { registryId, repositoryName } = repository;
  const place = { registryId, repositoryName };
  const { uploadId = "", partSize = PART_SIZE } = await ecr.send(new InitiateLayerUploadCommand(place));
  const { body } = await download(from.ecr, from.repository, digest);
  let first = 0;
  for await (const part of parts(body ?? [], partSize)) {
    const last = first + part.length - 1;
    const range = { partFirstByte: first, partLastByte: last, layerPartBlob: part };
    await ecr.send(new UploadLayerPartCommand({ ...place, uploadId, ...range }));
    first = last + 1;
  }
  await ecr.send(new CompleteLayerUploadCommand({ ...place, uploadId, layerDigests: [digest] })).catch(isThere);
}

/** The same bytes in parts of one size, the last one of what is left. */
async function* parts(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    const all = Buffer.concat(waiting);
    let at = 0;
    for (; all.length - at >= size; at += size) yield all.subarray(at, at + size);
    waiting = [all.subarray(at)];
    length = all.length - at;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

function isThere(error: unknown): void {
  if (!(error instanceof Error) || !THERE.test(error.name)) throw error;
}
