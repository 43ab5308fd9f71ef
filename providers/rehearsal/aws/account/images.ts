/** Machine images that AWS publishes, and the public parameters that name the newest of them. */
import { createHash } from "node:crypto";

/** Processor architecture, as EC2 calls it. */
export type Architecture = "x86_64" | "arm64";

/** A machine image. */
export interface Image {
  id: string;
  name: string;
  architecture: Architecture;
  /** Public parameter whose value is the image's id. */
  parameter: string;
  /** Public parameter whose value describes the image; absent for images that have none. */
  description?: string;
}

const ECS = "/aws/service/ecs/optimized-ami/amazon-linux-2023";

/**
 * Images of a region. Sources: Amazon ECS "Retrieving Amazon ECS-optimized Linux AMI metadata", AWS Systems Manager
 * "Calling AMI public parameters".
 */
export function images(region: string): Image[] {
  return [
    ecsImage(region, "x86_64", `${ECS}/recommended`),
    ecsImage(region, "arm64", `${ECS}/arm64/recommended`),
    linuxImage(region, "x86_64"),
    linuxImage(region, "arm64"),
  ];
}

function ecsImage(region: string, architecture: Architecture, description: string): Image {
  const name = `al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-${architecture}`;
  return { id: imageId(region, name), name, architecture, description, parameter: `${description}/image_id` };
}

function linuxImage(region: string, architecture: Architecture): Image {
  const name = `al2023-ami-2023.9.20251105.0-kernel-6.1-${architecture}`;
  const parameter = `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`;
  return { id: imageId(region, name), name, architecture, parameter };
}

/** The same image has another id in every region. */
function imageId(region: string, name: string): string {
  return `ami-0${createHash("sha256").update(`${region}/${name}`).digest("hex").slice(0, 16)}`;
}
