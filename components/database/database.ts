import type { Instance } from "@pulumi/aws/rds/instance";
import * as pulumi from "@pulumi/pulumi";
import type { Binding } from "../binding";
import { Component } from "../component";
import type { Bootstrap, DatabaseArgs, DatabaseChildren } from "./args";

/** The application's relational database. */
export class Database extends Component<DatabaseChildren> {
  readonly binding: Binding;
  /** Host that it answers at; empty for a database of a URL. */
  readonly endpoint: pulumi.Output<string>;
  /** How the application's own user is made; absent for a database of a URL. */
  readonly bootstrap?: Bootstrap;
  /** Absent for a database of a URL. */
  readonly instance?: Instance;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("database:Database", name, args.transform, opts);
    this.binding = { environment: {}, secrets: {}, statements: [], ready: [] };
    this.endpoint = pulumi.output("");
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
