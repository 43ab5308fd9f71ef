import type {
  AddonArgs,
  AddonAttachmentArgs,
  AppArgs,
  AppConfigAssociationArgs,
  AppFeatureArgs,
  AppReleaseArgs,
  BuildArgs,
  DomainArgs,
  DrainArgs,
  FormationArgs,
  PipelineArgs as HerokuPipelineArgs,
  PipelineCouplingArgs,
  PipelinePromotionArgs,
  ReviewAppConfigArgs,
} from "@pulumi/heroku";
import type * as pulumi from "@pulumi/pulumi";
import type { Revision, Workload } from "../app";
import type { Transforms } from "../component";
import type { Settings } from "../config";

type Heroku = Settings["heroku"];

/** Children of an app's add-ons, by role. */
export interface AddonsChildren {
  /** Keyed by the plan, so that a database of another plan is another one. */
  database: AddonArgs;
  /** The plan of the database that is there, for the state to keep. */
  protectedPlan: pulumi.StashArgs;
  broker: AddonArgs;
  cache: AddonArgs;
  /** The names that the app knows its add-ons by; keyed by `database`, `broker` and `cache`. */
  attachment: AddonAttachmentArgs;
}

/** Arguments of {@link Addons}. */
export interface AddonsArgs {
  appId: pulumi.Input<string>;
  database: Heroku["database"];
  /** Undefined for an application without Celery. */
  broker: Heroku["broker"] | undefined;
  cache: Heroku["cache"];
  transform?: Transforms<AddonsChildren>;
}

/** Children of a release, by role; which of them there are is for the kind of the build to say. */
export interface ReleaseChildren {
  build: BuildArgs;
  /** A slug that Heroku has already. */
  slug: AppReleaseArgs;
  promotion: PipelinePromotionArgs;
}

/** Arguments of a {@link Release}. */
export interface ReleaseArgs {
  appId: pulumi.Input<string>;
  /** The application, as `describeWorkload` returns it. */
  workload: Workload;
  build: Heroku["build"];
  /** UUID of the app's pipeline, which a promotion needs. @default none */
  pipelineId?: pulumi.Input<string>;
  /** What must be there before it can be prepared, such as the database. @default nothing */
  ready?: pulumi.Resource[];
  /** Folder of the stack's files; bundles are written below it. Absolute. */
  folder: string;
  transform?: Transforms<ReleaseChildren>;
}

/** Children of an app's place in a pipeline, by role. */
export interface PipelineChildren {
  pipeline: HerokuPipelineArgs;
  coupling: PipelineCouplingArgs;
  reviewApps: ReviewAppConfigArgs;
}

/** Arguments of a {@link Pipeline}. */
export interface PipelineArgs {
  appId: pulumi.Input<string>;
  pipeline: NonNullable<Heroku["pipeline"]>;
  /** Region of review apps that name none. */
  region: Heroku["region"];
  transform?: Transforms<PipelineChildren>;
}

/** The children of a `HerokuStack` by role; a part's own `transform` reaches the resources in it. */
export interface HerokuStackChildren {
  app: AppArgs;
  /** The generated signing key. */
  secretKey: AppConfigAssociationArgs;
  /** Which release leaves the database as it is; one that is put back alone. */
  keptDatabase: AppConfigAssociationArgs;
  addons: AddonsArgs;
  pipeline: PipelineArgs;
  release: ReleaseArgs;
  /** What the state says of the database. */
  schema: pulumi.StashArgs;
  /** Keyed by the process. */
  formation: FormationArgs;
  preboot: AppFeatureArgs;
  /** Keyed by the name. */
  domain: DomainArgs;
  drain: DrainArgs;
}

/** An older release, as Heroku keeps it. */
export interface KeptSlug {
  kind: "slug";
  /** Version of the release. */
  release: string;
  /** UUID of its slug. */
  id: string;
}

/** Arguments of a `HerokuStack`. */
export interface HerokuStackArgs {
  /** The application, as `describeWorkload` returns it for a server that listens on a port. */
  workload: Workload;
  /** Where and with what it runs at Heroku. */
  heroku: Heroku;
  /** Secret environment variables of the application. @default none */
  secrets?: pulumi.Input<Record<string, string>>;
  /** Folder on this machine that bundles are written to. Absolute. */
  folder: string;
  /** True leaves the database as it is, as a rollback to an older release must. @default false */
  keepDatabase?: boolean;
  /** An older release that is released again instead of a new build. @default none */
  reuse?: KeptSlug;
  /**
   * What the release's migrations make of the database. @default those of the workload where it is built from it, else
   * what is known already
   */
  revisions?: readonly Revision[];
  /** Changes to single children before they are made. @default none */
  transform?: Transforms<HerokuStackChildren>;
}
