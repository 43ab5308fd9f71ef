import type { InstanceArgs } from "@pulumi/aws/rds/instance";
import type { ParameterGroupArgs } from "@pulumi/aws/rds/parameterGroup";
import type { SubnetGroupArgs } from "@pulumi/aws/rds/subnetGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { SecurityGroup } from "../network";
import type { StoredSecretArgs } from "../secrets";

/** Children of a database, by role. */
export interface DatabaseChildren {
  guard: ConstructorParameters<typeof SecurityGroup>[1];
  subnets: SubnetGroupArgs;
  parameters: ParameterGroupArgs;
  instance: InstanceArgs;
  password: StoredSecretArgs;
  url: StoredSecretArgs;
}

/** Arguments of a database. */
export interface DatabaseArgs {
  /** What the stack asks for. */
  database: Settings["ecs"]["database"];
  /** Name of the application: what the database is called where the config names none. */
  appName: string;
  /**
   * Whom the application connects as: a user of its own, whom a one-off task inside the network makes, or the master
   * user, whose password RDS then does not change by itself. @default "own"
   */
  user?: "own" | "master";
  /** Environment variable that carries the URL, such as `DB_URI`. */
  variable: string;
  /** Requirements of the release in pip's format: they say which driver the URL names. */
  requirements: string;
  vpcId: pulumi.Input<string>;
  /** Private subnets in at least two zones. */
  subnetIds: pulumi.Input<string>[];
  /** Changes a child before it is made. */
  transform?: Transforms<DatabaseChildren>;
}

/** How the application's own user is made: what a one-off task inside the network is given. */
export interface Bootstrap {
  /**
   * `DATABASE_URL`: SQLAlchemy URL of the server without a user, its query with what TLS needs; of PostgreSQL it names
   * the database `postgres`. `DATABASE_NAME`: the database to make. `APP_USERNAME`: the user to make, who owns it.
   */
  environment: Record<string, pulumi.Input<string>>;
  /**
   * Environment variable -> ARN of a secret, or `<ARN>:<key>::` for a key of it. `MASTER_USERNAME`, `MASTER_PASSWORD`:
   * who makes them, as RDS keeps it. `APP_PASSWORD`: the user's password.
   */
  secrets: Record<string, pulumi.Input<string>>;
  /** Changes when the task must run again: with the instance, the user, its password and the database's name. */
  trigger: pulumi.Output<string>;
}
