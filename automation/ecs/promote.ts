/** A release that serves on ECS, as it is given to another stack on ECS: its images, by their digests. */
import { releaseTag } from "../../components/app";
import { SCHEMA_LABEL, type BringImage } from "../../components/image";
import type { KeptImages } from "../../components";
import { readSettings } from "../configuration";
import { configOf } from "../engine/config-values";
import type { OperationOptions } from "../engine/operations";
import { programOf } from "../engine/program";
import type { StackPlace } from "../engine/project";
import { openStack } from "../engine/stack";
import { SlipwayError } from "../errors";
import { awsClients, type AwsClients } from "./clients";
import { copyImage } from "./copy";
import type { Deployed } from "./deployed";
import { awsError } from "../aws/errors";
import { describedImage, repositoryIn, repositoryOf } from "./images";
import { imageFacts, type ImageFacts } from "./manifest";
import { keptImages } from "./releases";

/**
 * The images of a release, with what copies them into the repositories of the stack that they are given to: an image that
 * ran from another stack's repository would be gone with that stack, or with the builds that it makes.
 *
 * @throws SlipwayError (usage) when the release is not kept, or is not for the processors that the other stack has
 */
export async function promotedImages(
  deployed: Deployed,
  to: StackPlace,
  version: string,
  { onProgress }: OperationOptions,
): Promise<KeptImages> {
  const images = await keptImages(deployed, version);
  const { architecture } = await factsOf(deployed, images.web);
  const wanted = readSettings(to.stack, to.project).ecs.capacity.architecture;
  if (architecture !== undefined && architecture !== wanted) {
    const problem = `The images of ${version} are built for ${architecture}, and ${to.stack} runs on ${wanted}.`;
    throw new SlipwayError(
      "usage",
      problem,
      `slipway config set ecs.capacity.architecture ${architecture} --stack ${to.stack}`,
    );
  }
  const [own, other] = await Promise.all([clientsOf(deployed.place), clientsOf(to)]);
  const bring: BringImage = async (image, repositoryUrl) => {
    onProgress?.({ kind: "message", message: `copying ${image} to ${repositoryUrl}` });
    await copy(own, other, image, repositoryUrl).catch((error: unknown) => {
      throw awsError(to, error);
    });
  };
  return { ...images, bring };
}

/** Newest revisions of the database that a kept release knows, as its image says; undefined where it says nothing. */
export async function schemaHeads(deployed: Deployed, version: string): Promise<string[] | undefined> {
  const { web } = await keptImages(deployed, version);
  const noted = (await factsOf(deployed, web)).labels[SCHEMA_LABEL];
  return noted?.split(",").filter((id) => id !== "");
}

async function factsOf({ aws }: Deployed, image: string): Promise<ImageFacts> {
  const found = repositoryOf(image);
  return found === undefined ? { labels: {} } : imageFacts(aws.ecr, found.repository, found.digest);
}

async function clientsOf(place: StackPlace): Promise<AwsClients> {
  const open = await openStack(place, programOf(place), () => undefined);
  return awsClients(await configOf(open, "aws"), process.env);
}

/** Under the tag that it has, by which its release is known. */
async function copy(own: AwsClients, other: AwsClients, image: string, repositoryUrl: string): Promise<void> {
  const found = repositoryOf(image);
  const repository = repositoryIn(repositoryUrl);
  if (found === undefined || repository === undefined) {
    throw new SlipwayError("failed", `${image} cannot be copied to ${repositoryUrl}: one of them is not in ECR.`);
  }
  const known = await describedImage(own.ecr, found.repository, found.digest);
  const tag = known && releaseTag(known, new Date(known.builtAt));
  await copyImage({ ecr: own.ecr, repository: found.repository }, { ecr: other.ecr, repository }, found.digest, tag);
}
