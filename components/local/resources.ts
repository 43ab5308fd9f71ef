/** The resource types of the `host` provider, as a Pulumi program sees them. */
import * as pulumi from "@pulumi/pulumi";
import type * as host from "../../providers/host/resources";

/** Inputs of a resource, each a value or an output. */
export type Wrapped<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/**
 * One resource of the host provider. Outputs that the provider computes are announced as undefined inputs, which makes
 * them unknown in a preview and present after it.
 */
abstract class HostResource extends pulumi.CustomResource {
  protected constructor(
    type: string,
    name: string,
    inputs: object,
    computed: readonly string[],
    opts?: pulumi.CustomResourceOptions,
  ) {
    const outputs = Object.fromEntries(computed.map((property) => [property, undefined]));
    super(`host:index:${type}`, name, { ...inputs, ...outputs }, opts);
  }
}

/** A random text, made once. */
export class Secret extends HostResource {
  declare readonly value: pulumi.Output<host.SecretOutputs["value"]>;

  constructor(name: string, inputs: Wrapped<host.SecretInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Secret", name, inputs, ["value"], { additionalSecretOutputs: ["value"], ...opts });
  }
}

/** The files of one release, unpacked. */
export class Release extends HostResource {
  declare readonly path: pulumi.Output<host.ReleaseOutputs["path"]>;
  declare readonly version: pulumi.Output<host.ReleaseOutputs["version"]>;

  constructor(name: string, inputs: Wrapped<host.ReleaseInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Release", name, inputs, ["path"], opts);
  }
}

/** A Python virtual environment with locked requirements. */
export class Virtualenv extends HostResource {
  declare readonly path: pulumi.Output<host.VirtualenvOutputs["path"]>;

  constructor(name: string, inputs: Wrapped<host.VirtualenvInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Virtualenv", name, inputs, ["path", "pythonVersion"], opts);
  }
}

/** supervisord of one stack. */
export class Supervisor extends HostResource {
  constructor(name: string, inputs: Wrapped<host.SupervisorInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Supervisor", name, inputs, ["running"], opts);
  }
}

/** A message broker of the stack's own. */
export class Broker extends HostResource {
  declare readonly url: pulumi.Output<host.BrokerOutputs["url"]>;
  declare readonly resolved: pulumi.Output<host.BrokerOutputs["resolved"]>;

  constructor(name: string, inputs: Wrapped<host.BrokerInputs>, opts?: pulumi.CustomResourceOptions) {
    const computed = ["resolved", "port", "url", "running"];
    super("Broker", name, inputs, computed, { additionalSecretOutputs: ["url"], ...opts });
  }
}

/** Proof that a release starts, before anything is switched to it. */
export class Preflight extends HostResource {
  constructor(name: string, inputs: Wrapped<host.PreflightInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Preflight", name, inputs, [], opts);
  }
}

/** A one-off command of a release. */
export class Job extends HostResource {
  constructor(name: string, inputs: Wrapped<host.JobInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Job", name, inputs, [], opts);
  }
}

/** Supervised processes of one role. */
export class Program extends HostResource {
  declare readonly version: pulumi.Output<host.ProgramOutputs["version"]>;

  constructor(name: string, inputs: Wrapped<host.ProgramInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Program", name, inputs, ["running"], opts);
  }
}
