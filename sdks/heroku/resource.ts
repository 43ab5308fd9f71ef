/** What the classes of all resources have in common. */
import * as pulumi from "@pulumi/pulumi";
import { packageReference, VERSION } from "./package-reference";

/** Properties of a resource type, as the provider's schema has them. */
export interface Shape {
  type: string;
  /** Properties that must be given. */
  required: readonly string[];
  /** Properties that may be given. */
  optional?: readonly string[];
  /** Properties that only the provider sets. */
  computed?: readonly string[];
  /** Those that the schema calls sensitive. */
  sensitive?: readonly string[];
}

export abstract class HerokuResource extends pulumi.CustomResource {
  /** @throws Error naming a required property that is not there */
  protected constructor(shape: Shape, name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    const { type, sensitive = [] } = shape;
    const defaults = { version: VERSION, ...(sensitive.length > 0 && { additionalSecretOutputs: [...sensitive] }) };
    super(type, name, inputsOf(shape, args, opts), pulumi.mergeOptions(defaults, opts), false, packageReference());
  }
}

function inputsOf(shape: Shape, args: object, opts: pulumi.CustomResourceOptions | undefined): pulumi.Inputs {
  const { required, optional = [], computed = [], sensitive = [] } = shape;
  const given = args as Readonly<Record<string, unknown>>;
  const missing = required.find((property) => given[property] === undefined);
  if (missing !== undefined && opts?.urn === undefined) throw new Error(`Missing required property '${missing}'`);
  const inputs: Record<string, unknown> = {};
  for (const property of [...required, ...optional]) {
    const value = given[property];
    inputs[property] = value !== undefined && sensitive.includes(property) ? pulumi.secret(value) : value;
  }
  for (const property of computed) inputs[property] = undefined;
  return inputs;
}
