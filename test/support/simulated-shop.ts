/** A stack on the simulated part of AWS: the services of an application, with the images of two releases. */
import { createHash } from "node:crypto";
import { awsClients } from "../../automation/ecs/clients";
import type { Deployed } from "../../automation/ecs/deployed";
import { awsConfig, SimulatedAws } from "./simulated-aws";
import type { Fate } from "./simulated-ecs";

/** The release that serves, and the one that is deployed after it. */
export const OLD = "0a1b2c3d4e5f";
export const NEW = "5f4e3d2c1b0a";

const REGISTRY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const ROLES = ["worker", "web"] as const;

type Role = (typeof ROLES)[number];

/** An image by its digest. */
export function image(repository: string, release: string): string {
  return `${REGISTRY}/${repository}@${digest(repository, release)}`;
}

export function digest(repository: string, release: string): string {
  return `sha256:${createHash("sha256").update(`${repository} ${release}`).digest("hex")}`;
}

export class SimulatedShop {
  private constructor(
    readonly aws: SimulatedAws,
    readonly endpoint: string,
    public deployed: Deployed,
  ) {}

  /** A stack whose services are steady. */
  static async start(): Promise<SimulatedShop> {
    const aws = new SimulatedAws();
    const endpoint = await aws.listen();
    const definitions: Record<string, string> = {};
    for (const role of ROLES) {
      const arn = aws.ecs.register(`prod-shop-shop-${role}`, image(role, OLD), { log: [`${role} started`] });
      definitions[role] = arn;
      aws.ecs.deploy(serviceOf(role), arn);
      const labels = { "slipway.schema": "0001" };
      const old = `${OLD}-c0ffee0-20260101-120000`;
      aws.ecr.push(role, old, { labels }, [`${role} of the old release`], digest(role, OLD));
      aws.ecr.push(role, `${NEW}-20260102-120000`, {}, [`${role} of the new release`], digest(role, NEW));
    }
    return new SimulatedShop(aws, endpoint, {
      place: { project: "/nowhere", stack: "prod" },
      aws: awsClients(awsConfig(endpoint), {}),
      url: "http://shop.example.com",
      release: OLD,
      cluster: aws.ecs.cluster,
      services: Object.fromEntries(ROLES.map((role) => [role, serviceOf(role)])),
      definitions,
    });
  }

  /** Deploys the new release to one process, whose tasks end as `fate` says. */
  roll(role: Role, fate: Fate = {}): void {
    const arn = this.aws.ecs.register(`prod-shop-shop-${role}`, image(role, NEW), fate);
    this.deployed = { ...this.deployed, definitions: { ...this.deployed.definitions, [role]: arn } };
    this.aws.ecs.deploy(serviceOf(role), arn);
  }

  /** As much time goes by as a rollout needs. */
  settle(): void {
    for (let look = 0; look < 12; look += 1) this.aws.ecs.look();
  }

  stop(): Promise<void> {
    return this.aws.close();
  }
}

export function serviceOf(role: string): string {
  return `shop-${role}-1a2b3c4`;
}
