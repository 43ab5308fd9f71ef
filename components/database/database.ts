import { Instance, type InstanceArgs } from "@pulumi/aws/rds/instance";
import { ParameterGroup, type ParameterGroupArgs } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import * as pulumi from "@pulumi/pulumi";
import type { Binding, Endpoint } from "../binding";
import { Component } from "../component";
import { SecurityGroup } from "../network";
import { randomPassword, StoredSecret } from "../secrets";
import type { Bootstrap, DatabaseArgs, DatabaseChildren } from "./args";
import { queryOf, schemeOf } from "./drivers";
import { ENGINES, familyOf, hasInsights, type Managed } from "./engines";

/**
 * What would replace the instance, and its data with it, and yet says nothing: RDS takes the name of the master user
 * from a snapshot, keeps such an instance unencrypted where the snapshot is, and never reads the snapshot again.
 */
const READ_ONCE = ["username", "storageEncrypted", "snapshotIdentifier"];

/** The instance with what the application needs to reach it. */
interface Own {
  instance: Instance;
  endpoint: Endpoint;
  username: pulumi.Input<string>;
  password: StoredSecret;
  /** Name of the database. */
  name: pulumi.Input<string>;
}

/**
 * The application's relational database: an RDS instance in private subnets that is encrypted, takes encrypted
 * connections alone, and lets in whom its security group names; or one that is there already.
 *
 * RDS keeps the password of the master user and changes it by itself. The application has a user of its own, which may
 * do everything in its database and nothing outside; `bootstrap` says how that user is made. Where nothing can make one,
 * the application is the master user itself.
 *
 * @example
 * ```ts
 * const database = new Database("shop-database", {
 *   database: settings.ecs.database, appName: "shop", variable: "DB_URI",
 *   requirements: workload.release.requirements, vpcId: network.vpcId, subnetIds: network.privateSubnetIds,
 * });
 * database.binding.endpoint?.securityGroup.allow(tasks, 3306, "web");
 * ```
 */
export class Database extends Component<DatabaseChildren> {
  readonly binding: Binding;
  /** Host that it answers at; empty for a database that is there already. */
  readonly endpoint: pulumi.Output<string>;
  /** How the application's own user is made; absent where there is none to make. */
  readonly bootstrap?: Bootstrap;
  /** Absent for a database that is there already. */
  readonly instance?: Instance;

  constructor(
    name: string,
    private readonly args: DatabaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("database:Database", name, args.transform, opts);
    const { database } = args;
    if (database.engine === "url") {
      this.binding = this.bind(this.storeUrl(database.url), []);
      this.endpoint = pulumi.output("");
    } else {
      const own = this.make(database);
      const scheme = schemeOf(database.engine, args.requirements);
      const query = own.endpoint.host.apply((host) => queryOf(scheme, host));
      const place = pulumi.interpolate`${own.endpoint.host}:${own.endpoint.port}`;
      const url = this.storeUrl(
        pulumi.interpolate`${scheme}://${own.username}:${own.password.text}@${place}/${own.name}?${query}`,
      );
      this.instance = own.instance;
      this.endpoint = own.endpoint.host;
      this.binding = { ...this.bind(url, [own.instance]), endpoint: own.endpoint };
      const server = database.engine === "postgres" ? "/postgres" : "/";
      const anyone = pulumi.interpolate`${scheme}://${place}${server}?${query}`;
      if (args.user !== "master") this.bootstrap = bootstrapOf(own, anyone);
    }
    this.registerOutputs({ endpoint: this.endpoint });
  }

  private storeUrl(value: pulumi.Input<string>): StoredSecret {
    return new StoredSecret(...this.child("url", { value, description: "Database URL of the application" }));
  }

  private bind(url: StoredSecret, ready: pulumi.Resource[]): Binding {
    const { variable } = this.args;
    return {
      // Containers read a secret when they start, and its ARN stays the same: this is what starts them anew.
      environment: { [`SLIPWAY_${variable}_VERSION`]: url.version },
      secrets: { [variable]: url.arn },
      statements: [],
      ready: [...ready, url.ready],
    };
  }

  private make(database: Managed): Own {
    const { appName, vpcId, subnetIds, user = "own" } = this.args;
    const { port, masterUsername } = ENGINES[database.engine];
    const name = database.name ?? appName.replaceAll("-", "_");
    const securityGroup = new SecurityGroup(
      ...this.child("guard", { vpcId, description: `Database of ${appName}: who may connect` }),
    );
    const subnets = new SubnetGroup(...this.child("subnets", { subnetIds, description: `Database of ${appName}` }));
    const parameters = new ParameterGroup(...this.child("parameters", this.parameters(database)));
    const password = this.password(database);
    const instance = new Instance(
      ...this.child(
        "instance",
        {
          ...instanceArgs(database),
          ...(user === "own"
            ? { username: masterUsername, manageMasterUserPassword: true }
            : { username: database.username, password: password.text, dbName: name }),
          dbSubnetGroupName: subnets.name,
          parameterGroupName: parameters.name,
          vpcSecurityGroupIds: [securityGroup.id],
          // A name that no other snapshot has: the group's is random, and another one with every other engine, which
          // is all that an instance is replaced for.
          ...(database.finalSnapshot && { finalSnapshotIdentifier: pulumi.interpolate`${parameters.name}-final` }),
        },
        {
          protect: database.protect,
          ignoreChanges: [...READ_ONCE, ...(user === "own" ? [] : ["dbName"])],
        },
      ),
    );
    const own = { instance, endpoint: { host: instance.address, port, securityGroup }, password };
    // What it was first made with, or the snapshot's.
    return user === "own"
      ? { ...own, username: database.username, name }
      : { ...own, username: instance.username, name: instance.dbName };
  }

  private password(database: Managed): StoredSecret {
    return new StoredSecret(
      ...this.child("password", {
        value: database.password ?? randomPassword(),
        generated: database.password === undefined,
        description: `Password of the database user of ${this.args.appName}`,
      }),
    );
  }

  private parameters(database: Managed): ParameterGroupArgs {
    const { version, parameters } = ENGINES[database.engine];
    const own = Object.entries(parameters).filter(([name]) => !(name in database.parameters));
    return {
      family: familyOf(database.engine, database.version ?? version),
      description: `Database of ${this.args.appName}`,
      parameters: [
        ...own.map(([name, value]) => ({ name, value, applyMethod: "immediate" })),
        // RDS refuses to change some of them at once; none of them with the next restart.
        ...Object.entries(database.parameters).map(([name, value]) => ({ name, value, applyMethod: "pending-reboot" })),
      ],
    };
  }
}

/** What the config alone decides; all of it but the engine is changed in place. */
function instanceArgs(database: Managed): InstanceArgs {
  const { version, logs } = ENGINES[database.engine];
  return {
    engine: database.engine,
    engineVersion: database.version ?? version,
    // Another version is a wish only where the config names it; a newer default of Slipway's is none.
    allowMajorVersionUpgrade: database.version !== undefined,
    autoMinorVersionUpgrade: true,
    instanceClass: database.instanceClass,
    storageType: "gp3",
    allocatedStorage: database.storageGb,
    ...(database.maxStorageGb !== undefined && { maxAllocatedStorage: database.maxStorageGb }),
    storageEncrypted: true,
    multiAz: database.multiAz,
    publiclyAccessible: false,
    // The certificates of a release are those of this authority.
    caCertIdentifier: "rds-ca-rsa2048-g1",
    backupRetentionPeriod: database.backupDays,
    deleteAutomatedBackups: !database.protect,
    copyTagsToSnapshot: true,
    deletionProtection: database.protect,
    skipFinalSnapshot: !database.finalSnapshot,
    ...(database.snapshot !== undefined && { snapshotIdentifier: database.snapshot }),
    enabledCloudwatchLogsExports: [...logs],
    performanceInsightsEnabled: hasInsights(database.instanceClass),
    // Otherwise a change waits for the next maintenance window, and the deployment only says that it was made.
    applyImmediately: true,
  };
}

function bootstrapOf({ instance, username, password, name }: Own, url: pulumi.Output<string>): Bootstrap {
  const master = instance.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? "");
  return {
    environment: { DATABASE_URL: url, DATABASE_NAME: name, APP_USERNAME: username },
    secrets: {
      MASTER_USERNAME: pulumi.interpolate`${master}:username::`,
      MASTER_PASSWORD: pulumi.interpolate`${master}:password::`,
      APP_PASSWORD: password.arn,
    },
    trigger: pulumi.interpolate`${instance.resourceId} ${name} ${username} ${password.version}`,
  };
}
