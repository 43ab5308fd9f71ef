/** The part of ECR that keeps what images are made of: manifests by their digests, and layers of each repository. */
import { createHash } from "node:crypto";
import { Refused, type Input } from "./simulated-calls";

export interface SimulatedImage {
  repositoryName: string;
  imageDigest: string;
  imageTags: string[];
}

/** What an image's configuration says. */
export interface ImageConfig {
  architecture?: string;
  labels?: Record<string, string>;
}

/** An image's manifest, or an index of several. */
interface Manifest {
  config?: { digest: string };
  layers?: { digest: string }[];
  manifests?: { digest: string }[];
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
/** Small, so that a layer has several parts; of the real one, parts have 10 MiB. */
const PART_SIZE = 16;

const sha256 = (content: string | Buffer): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

export class SimulatedEcr {
  readonly images: SimulatedImage[] = [];
  /** Where blobs are downloaded from. */
  address = "";
  /** Told of each image that a client puts. */
  onPut: (image: SimulatedImage) => void = () => undefined;
  private readonly manifests = new Map<string, { text: string; mediaType: string }>();
  private readonly blobs = new Map<string, Buffer>();
  private readonly uploads = new Map<string, Buffer[]>();

  /**
   * Puts an image into a repository, as a push of Docker's would.
   *
   * @param imageDigest digest under which somebody knows it already; @default that of its manifest
   */
  push(repositoryName: string, tag: string, config: ImageConfig, layers: string[], imageDigest?: string): string {
    const add = (content: string): { digest: string; size: number } => {
      const digest = sha256(content);
      this.blobs.set(`${repositoryName} ${digest}`, Buffer.from(content));
      return { digest, size: content.length };
    };
    const { architecture = "amd64", labels = {} } = config;
    const parts = {
      config: add(JSON.stringify({ architecture, config: { Labels: labels } })),
      layers: layers.map(add),
    };
    // Of images that only somebody's digests tell apart, the manifests are to be others, too.
    const annotations = imageDigest === undefined ? {} : { imageDigest };
    const text = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, ...parts, annotations });
    return this.put(repositoryName, text, MANIFEST, tag, imageDigest);
  }

  /** Puts an index of an image that runs, and of one that only says where it is from. */
  pushIndex(repositoryName: string, tag: string, config: ImageConfig, layers: string[]): string {
    const image = (platform: object, digest: string): object => ({ mediaType: MANIFEST, digest, size: 1, platform });
    const runs = this.push(repositoryName, "", config, layers);
    const tells = this.push(repositoryName, "", { architecture: "unknown" }, ["where it is from"]);
    const manifests = [
      image({ os: "unknown", architecture: "unknown" }, tells),
      image({ os: "linux", architecture: "amd64" }, runs),
    ];
    return this.put(repositoryName, JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }), INDEX, tag);
  }

  /** The content of a part of an image; undefined where the repository does not have it. */
  blob(repositoryName: string, digest: string): Buffer | undefined {
    return this.blobs.get(`${repositoryName} ${digest}`);
  }

  calls(): Record<string, (input: Input) => unknown> {
    return {
      DescribeImages: (asked) => this.describeImages(asked),
      BatchGetImage: ({ repositoryName, imageIds }) => {
        const [{ imageDigest } = { imageDigest: "" }] = imageIds as { imageDigest: string }[];
        const found = this.manifests.get(`${String(repositoryName)} ${imageDigest}`);
        if (found === undefined) return { images: [], failures: [{ failureCode: "ImageNotFound" }] };
        return { images: [{ imageManifest: found.text, imageManifestMediaType: found.mediaType }] };
      },
      GetDownloadUrlForLayer: ({ repositoryName, layerDigest }) => {
        if (this.blob(String(repositoryName), String(layerDigest)) === undefined)
          throw new Refused("LayersNotFoundException", "The layer does not exist");
        return {
          layerDigest,
          downloadUrl: `${this.address}/blob?of=${String(repositoryName)}&digest=${String(layerDigest)}`,
        };
      },
      BatchCheckLayerAvailability: ({ repositoryName, layerDigests }) => ({
        layers: (layerDigests as string[]).map((layerDigest) => ({
          layerDigest,
          layerAvailability: this.blob(String(repositoryName), layerDigest) === undefined ? "UNAVAILABLE" : "AVAILABLE",
        })),
      }),
      InitiateLayerUpload: ({ repositoryName }) => {
        const uploadId = `${String(repositoryName)}-${this.uploads.size}`;
        this.uploads.set(uploadId, []);
        return { uploadId, partSize: PART_SIZE };
      },
      UploadLayerPart: (asked) => this.uploadPart(asked),
      CompleteLayerUpload: (asked) => this.completeUpload(asked),
      PutImage: ({ repositoryName, imageManifest, imageManifestMediaType, imageTag, imageDigest }) =>
        this.putImage(
          String(repositoryName),
          String(imageManifest),
          String(imageManifestMediaType),
          imageTag,
          imageDigest,
        ),
    };
  }

  private put(repositoryName: string, text: string, mediaType: string, tag: string, known?: string): string {
    const imageDigest = known ?? sha256(text);
    this.manifests.set(`${repositoryName} ${imageDigest}`, { text, mediaType });
    this.images.push({ repositoryName, imageDigest, imageTags: tag === "" ? [] : [tag] });
    return imageDigest;
  }

  private describeImages({ repositoryName, imageIds }: Input): unknown {
    const wanted = imageIds as { imageDigest: string }[] | undefined;
    const own = this.images.filter((image) => image.repositoryName === repositoryName);
    if (own.length === 0) throw new Refused("RepositoryNotFoundException", `The repository does not exist`);
    const found = own.filter(
      ({ imageDigest }) => wanted === undefined || wanted.some((each) => each.imageDigest === imageDigest),
    );
    if (wanted !== undefined && found.length === 0) throw new Refused("ImageNotFoundException", "There is none");
    return { imageDetails: found };
  }

  private uploadPart({ uploadId, partFirstByte, partLastByte, layerPartBlob }: Input): unknown {
    const parts = this.uploads.get(String(uploadId)) ?? [];
    const part = Buffer.from(String(layerPartBlob), "base64");
    const at = Buffer.concat(parts).length;
    if (partFirstByte !== at || partLastByte !== at + part.length - 1 || part.length > PART_SIZE)
      throw new Refused("InvalidLayerPartException", `The part does not begin at ${at}`);
    if (parts.some(({ length }) => length < PART_SIZE))
      throw new Refused("LayerPartTooSmallException", "Only the last part may be small");
    parts.push(part);
    return { lastByteReceived: partLastByte };
  }

  private completeUpload({ repositoryName, uploadId, layerDigests }: Input): unknown {
    const content = Buffer.concat(this.uploads.get(String(uploadId)) ?? []);
    const [digest = ""] = layerDigests as string[];
    if (sha256(content) !== digest) throw new Refused("InvalidLayerException", "The digest is another one");
    this.blobs.set(`${String(repositoryName)} ${digest}`, content);
    return { layerDigest: digest };
  }

  private putImage(repositoryName: string, text: string, mediaType: string, tag: unknown, digest: unknown): unknown {
    const known = [...this.manifests].find(([, manifest]) => manifest.text === text)?.[0].split(" ")[1];
    const imageDigest = known ?? sha256(text);
    if (digest !== undefined && digest !== imageDigest)
      throw new Refused("ImageDigestDoesNotMatchException", "The digest is another one");
    const { config, layers = [], manifests = [] } = JSON.parse(text) as Manifest;
    const parts = [...(config === undefined ? [] : [config]), ...layers];
    if (parts.some((part) => this.blob(repositoryName, part.digest) === undefined))
      throw new Refused("LayersNotFoundException", "A layer is not there");
    if (manifests.some((image) => !this.manifests.has(`${repositoryName} ${image.digest}`)))
      throw new Refused("ReferencedImagesNotFoundException", "An image is not there");
    if (this.manifests.has(`${repositoryName} ${imageDigest}`))
      throw new Refused("ImageAlreadyExistsException", "The image is there");
    const name = typeof tag === "string" ? tag : "";
    this.put(repositoryName, text, mediaType, name, imageDigest);
    this.onPut({ repositoryName, imageDigest, imageTags: [name] });
    return { image: { repositoryName, imageId: { imageDigest } } };
  }
}
