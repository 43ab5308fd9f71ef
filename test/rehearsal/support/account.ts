/** A simulated account in which stacks of a temporary project are deployed by the real engine. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import type { StateResource } from "../../../providers/rehearsal/rollout";
import * as engine from "../../../automation/engine/operations";
import type { OperationOptions, OperationResult } from "../../../automation/engine/operations";
import { programOf } from "../../../automation/engine/program";
import { placeOf, type StackPlace } from "../../../automation/engine/project";
import { openStack, type OpenStack } from "../../../automation/engine/stack";
import { rehearsalPlace } from "../../../automation/rehearsal/place";
import { packageRoot } from "../../../components/package-root";
import { PUSHED } from "../../../providers/rehearsal/aws/ecs/images";
import type { Coming } from "../../../providers/rehearsal/calls";
import { clouds } from "../../../providers/rehearsal/clouds";
import type { Given } from "../../../providers/rehearsal/given";
import { startRehearsal, type Existing, type Rehearsal } from "../../../providers/rehearsal/start";
import type { SimulatedImage } from "../../support/simulated-ecr";

export const CANARY = "canary-Canary-0123456789";

const SAMPLES = path.join(packageRoot, "test", "apps", "fixtures", "own");

/** Sections of a stack file, without their namespace. */
export type Sections = Record<string, unknown> & {
  targets?: string[];
  beanstalk?: Record<string, unknown>;
  ecs?: Record<string, unknown>;
};

/** A resource as the engine's state has it. */
export interface Deployed extends StateResource {
  type: string;
  id?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  protect?: boolean;
}

/** The least application: web processes with a database and its migration, no Celery. */
export const WEB_ONLY = {
  app: {
    name: "shop",
    source: "app-dev",
    entry: "shop:create_app",
    migrate: "flask db upgrade",
    health: { live: "/healthz", ready: "/healthz" },
    variables: { database: "DATABASE_URL" },
  },
  processes: { web: { count: 2 } },
};

/** A VPC with two public and two private subnets, ways in and out, and nothing of Slipway's in it. */
export const NETWORK: readonly Given[] = [
  { type: "aws:ec2/vpc:Vpc", id: "vpc-0a1b2c3d", inputs: { cidrBlock: "10.9.0.0/16", enableDnsHostnames: true } },
  ...["a", "b"].flatMap((zone, at): Given[] => {
    const subnet = (kind: string, octet: number): Given => ({
      type: "aws:ec2/subnet:Subnet",
      id: `subnet-${kind}${at}b2c3d4`,
      inputs: { vpcId: "vpc-0a1b2c3d", cidrBlock: `10.9.${octet}.0/24`, availabilityZone: `eu-central-1${zone}` },
    });
    return [subnet("a", at), subnet("b", at + 10)];
  }),
  { type: "aws:ec2/internetGateway:InternetGateway", id: "igw-0a1b2c3d", inputs: { vpcId: "vpc-0a1b2c3d" } },
  {
    type: "aws:ec2/natGateway:NatGateway",
    id: "nat-0a1b2c3d",
    inputs: { subnetId: "subnet-a0b2c3d4", connectivityType: "public" },
  },
  ...routes("rtb-0a1b2c3d", "a", { gatewayId: "igw-0a1b2c3d" }),
  ...routes("rtb-1a1b2c3d", "b", { natGatewayId: "nat-0a1b2c3d" }),
];

function routes(table: string, kind: string, target: Record<string, string>): Given[] {
  const destination = { routeTableId: table, destinationCidrBlock: "0.0.0.0/0" };
  return [
    { type: "aws:ec2/routeTable:RouteTable", id: table, inputs: { vpcId: "vpc-0a1b2c3d" } },
    { type: "aws:ec2/route:Route", id: `r-${table}`, inputs: { ...destination, ...target } },
    ...[0, 1].map((at) => ({
      type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
      id: `rtbassoc-${kind}${at}b2c3d4`,
      inputs: { routeTableId: table, subnetId: `subnet-${kind}${at}b2c3d4` },
    })),
  ];
}

/** The network of {@link NETWORK}, as a stack's config names it. */
export const IN_NETWORK = {
  kind: "existing",
  vpcId: "vpc-0a1b2c3d",
  publicSubnetIds: ["subnet-a0b2c3d4", "subnet-a1b2c3d4"],
  privateSubnetIds: ["subnet-b0b2c3d4", "subnet-b1b2c3d4"],
};

export class Account {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-account-")));
  /** Told of each call before it is made. */
  onCall: (call: Coming) => unknown = () => undefined;
  private rehearsal!: Rehearsal;

  /**
   * @param judged whether policies judge what is deployed, which takes a process for each operation
   * @param killed whether engines are killed: their state is kept after each step then, as that of a real stack is
   */
  private constructor(
    readonly judged: boolean,
    readonly killed: boolean,
  ) {}

  /** @param given what is there already */
  static async open(given: readonly Given[] = NETWORK, { judged = false, killed = false } = {}): Promise<Account> {
    const account = new Account(judged, killed);
    const project = { name: "slipway", runtime: "nodejs", plugins: PLUGINS };
    writeFileSync(path.join(account.folder, "Pulumi.yaml"), stringify(project));
    account.rehearsal = await startRehearsal({
      folder: path.join(account.folder, "clouds"),
      clouds: clouds(account.folder),
      given,
      region: "eu-central-1",
      onCall: (call) => account.onCall(call),
    });
    return account;
  }

  /** A stack of an application of its own; not deployed yet. */
  stack(name: string, sections: Sections = {}): AccountStack {
    return new AccountStack(this, name, sections);
  }

  get attached(): string {
    return this.rehearsal.debugProviders;
  }

  get calls(): Rehearsal["calls"] {
    return this.rehearsal.calls;
  }

  get world(): Rehearsal["world"] {
    return this.rehearsal.world;
  }

  /** Puts an image into a repository past the engine. */
  push({ repositoryName, imageDigest, imageTags: [imageTag = ""] }: SimulatedImage): void {
    const outputs = { repositoryName, imageDigest, imageTag, platform: "linux/amd64" };
    const id = `${repositoryName}:${imageTag}@${imageDigest}`;
    this.world.store.add({ type: PUSHED, id, inputs: {}, outputs }, "cloud");
  }

  /** What was made by a call and is there now. */
  made(type?: string): Existing[] {
    return this.rehearsal
      .things()
      .filter((thing) => thing.origin === "call" && (type === undefined || thing.type === type));
  }

  /** Everything of a type that is there now, however it came there. */
  there(type: string): Existing[] {
    return this.rehearsal.things().filter((thing) => thing.type === type);
  }

  close(): void {
    this.rehearsal.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const PLUGINS = {
  providers: [{ name: "host", path: path.join(packageRoot, "providers", "host") }],
  analyzers: [{ name: "policy-slipway", path: path.join(packageRoot, "policy") }],
};

export class AccountStack {
  readonly app: string;
  private readonly place: StackPlace;
  private sections: Sections = {};

  constructor(
    private readonly account: Account,
    readonly name: string,
    sections: Sections,
  ) {
    this.app = path.join(account.folder, `app-${name}`);
    cpSync(path.join(SAMPLES, "factory-requirements"), this.app, { recursive: true });
    this.place = placeOf(name, account.folder);
    this.configure(sections);
  }

  /** Writes the stack file: a small stack in {@link NETWORK}, with other sections over its own. */
  configure({ targets = ["ecs"], beanstalk, ecs, ...sections }: Sections): void {
    const own = { beanstalk, ecs };
    const inNetwork = (["beanstalk", "ecs"] as const)
      .filter((target) => targets.includes(target))
      .map((target) => [target, { network: IN_NETWORK, ...own[target] }] as const);
    this.sections = {
      app: {
        name: "shop",
        source: path.basename(this.app),
        entry: "shop:create_app",
        celery: "shop.worker:celery",
        migrate: "flask db upgrade",
        health: { live: "/healthz", ready: "/healthz" },
        variables: { database: "DATABASE_URL" },
      },
      processes: { web: { count: 2 }, worker: { count: 1 }, beat: {} },
      secrets: { API_TOKEN: CANARY },
      targets,
      ...sections,
      ...Object.fromEntries(inNetwork),
    };
    const named = Object.entries(this.sections).map(([key, value]) => [`slipway:${key}`, value]);
    const config = { "aws:region": "eu-central-1", ...(Object.fromEntries(named) as object) };
    writeFileSync(path.join(this.account.folder, `Pulumi.${this.name}.yaml`), stringify({ config }));
  }

  /** A section of the stack file, as it is written now. */
  section(name: string): Record<string, unknown> {
    return this.sections[name] as Record<string, unknown>;
  }

  /** Adds a migration to the application. */
  addMigration(id: string, after: string): void {
    const file = path.join(this.app, "migrations", "versions", `${id}.py`);
    writeFileSync(file, `revision = "${id}"\ndown_revision = "${after}"\n\n\ndef upgrade():\n    pass\n`);
  }

  /** Makes the next deployment another release. */
  changeApp(text: string): void {
    writeFileSync(path.join(this.app, "shop", "version.txt"), text);
  }

  preview(options: OperationOptions = {}): Promise<OperationResult> {
    return this.run((open) => engine.preview(open, options));
  }

  up(options: OperationOptions = {}): Promise<OperationResult> {
    return this.run((open) => engine.update(open, options));
  }

  refresh(): Promise<OperationResult> {
    return this.run(engine.refresh);
  }

  drift(): Promise<OperationResult> {
    return this.run(engine.drift);
  }

  destroy(): Promise<OperationResult> {
    return this.run(engine.destroy);
  }

  /** Removes what is not protected. */
  destroyUnprotected(): Promise<OperationResult> {
    return this.run(engine.destroyUnprotected);
  }

  /** Resources of the state that a cloud has. */
  async deployed(): Promise<Deployed[]> {
    const exported = await (await this.open()).stack.exportStack();
    const { resources = [] } = (exported.deployment ?? {}) as { resources?: Deployed[] };
    return resources.filter(({ type, id }) => id !== undefined && !type.startsWith("pulumi:"));
  }

  /** The state as it is on disk. */
  stateText(): string {
    const stacks = path.join(this.folder, "state", ".pulumi", "stacks", "slipway");
    return readFileSync(path.join(stacks, `${this.name}.json`), "utf8");
  }

  /** Folder of everything that the stack keeps on this machine. */
  get folder(): string {
    return path.join(this.account.folder, ".slipway", "rehearsal", this.name);
  }

  private async run(operation: (open: OpenStack) => Promise<OperationResult>): Promise<OperationResult> {
    return operation(await this.open());
  }

  private async open(): Promise<OpenStack> {
    mkdirSync(this.folder, { recursive: true });
    const place = rehearsalPlace(this.place, this.account.attached, false);
    if (this.account.killed) delete place.setup?.environment["PULUMI_SKIP_CHECKPOINTS"];
    const open = await openStack(place, programOf(place), () => undefined);
    if (!this.account.judged) delete open.engineOptions.policyPacks;
    return open;
  }
}

/** A result as lines of `<operation> <name>`, sorted: components left out, each replacement once. */
export function linesOf({ changes }: OperationResult): string[] {
  return changes
    .filter(({ type, operation }) => !type.startsWith("slipway:") && !/-replacement$|-replaced$/.test(operation))
    .map(({ operation, name }) => `${operation} ${name}`)
    .sort();
}
