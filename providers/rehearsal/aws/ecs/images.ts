/** Images that tasks are made of. */
import type { Site, Thing } from "../../model";
import { textAt } from "../read";

/** An image in the simulated ECR. It comes with a push; no program asks for it. */
export const PUSHED = "aws:ecr/image";

/** An image as a task definition names it. */
export interface ImageName {
  host: string;
  repository: string;
  tag?: string;
  digest?: string;
}

const DEFAULT_HOST = "docker.io";

/** The parts of `host/repository:tag@sha256:…`. */
export function imageName(text: string): ImageName {
  const [name = "", digest] = text.split("@");
  const [first = "", ...rest] = name.split("/");
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const tagged = hasHost ? rest.join("/") : name;
  const [repository = "", tag] = tagged.split(":");
  return {
    host: hasHost ? first : DEFAULT_HOST,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** Host of the account's own registry. */
export function registryHost({ registry, account, region }: Site): string {
  return registry ?? `${account}.dkr.ecr.${region}.amazonaws.com`;
}

/** The image of the simulated ECR that a name means; the tag is `latest` where none is given. */
export function pushedImage(site: Site, { repository, tag, digest }: ImageName): Thing | undefined {
  return site.all(PUSHED).find(({ outputs }) => {
    if (textAt(outputs, "repositoryName") !== repository) return false;
    return digest === undefined ? outputs["imageTag"] === (tag ?? "latest") : outputs["imageDigest"] === digest;
  });
}
