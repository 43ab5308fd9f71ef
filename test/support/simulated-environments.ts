/** A stack on the simulated Elastic Beanstalk: web and worker, each in its environment, with the versions of two releases. */
import { awsClients } from "../../automation/beanstalk/clients";
import type { Deployed } from "../../automation/beanstalk/deployed";
import { awsConfig, SimulatedAws } from "./simulated-aws";
import type { SimulatedEnvironment } from "./simulated-beanstalk";
import type { Fate } from "./simulated-ecs";

/** The release that serves, and the one that is deployed after it. */
export const OLD = "0a1b2c3d4e5f";
export const NEW = "5f4e3d2c1b0a";

const APPLICATION = "prod-shop";
const ROLES = ["worker", "web"] as const;
const TAGS = { [OLD]: `${OLD}-c0ffee0-20260101-120000`, [NEW]: `${NEW}-20260102-120000` };

type Role = (typeof ROLES)[number];

export function label(release: typeof OLD | typeof NEW, role: Role): string {
  return `${TAGS[release]}-${role}`;
}

export class SimulatedEnvironments {
  private constructor(
    readonly aws: SimulatedAws,
    public deployed: Deployed,
  ) {}

  /** A stack whose environments are steady. */
  static async start(): Promise<SimulatedEnvironments> {
    const aws = new SimulatedAws();
    const endpoint = await aws.listen();
    for (const role of ROLES) {
      for (const release of [OLD, NEW] as const)
        aws.beanstalk.addVersion(APPLICATION, label(release, role), `${role} of ${APPLICATION}; schema: 1a2b`);
      aws.beanstalk.deploy(APPLICATION, `${APPLICATION}-${role}`, label(OLD, role), { log: [`${role} started`] });
    }
    aws.beanstalk.settle();
    return new SimulatedEnvironments(aws, {
      place: { project: "/nowhere", stack: "prod" },
      aws: awsClients(awsConfig(endpoint), {}),
      url: "http://shop.example.com",
      environments: Object.fromEntries(ROLES.map((role) => [role, `${APPLICATION}-${role}`])),
      versions: Object.fromEntries(ROLES.map((role) => [role, label(OLD, role)])),
    });
  }

  /** Deploys the new release to one environment, which ends as `fate` says. */
  roll(role: Role, fate: Fate = {}): void {
    this.deployed = { ...this.deployed, versions: { ...this.deployed.versions, [role]: label(NEW, role) } };
    this.aws.beanstalk.deploy(APPLICATION, `${APPLICATION}-${role}`, label(NEW, role), fate);
  }

  environment(role: Role): SimulatedEnvironment {
    const found = this.aws.beanstalk.environments.get(`${APPLICATION}-${role}`);
    if (found === undefined) throw new Error(`There is no environment for ${role}.`);
    return found;
  }

  stop(): Promise<void> {
    return this.aws.close();
  }
}
