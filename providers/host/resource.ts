/** What a resource type is to the server: one small object for each, over plain typed data. */
import type { ZodMiniType } from "zod/mini";
import type { Bag, Difference } from "../protocol/values";
import type { HostInputs } from "./resources";

/** Why an input is refused. */
export interface Failure {
  property: string;
  reason: string;
}

/** What an input must look like, and the same in words for the message. */
export interface Rule {
  schema: ZodMiniType;
  allowed: string;
}

export interface Context {
  /** Aborted when the user cancels. */
  signal: AbortSignal;
}

/** A resource as the last operation left it. */
export interface Kept<I, O> {
  inputs: I;
  outputs: O;
}

export interface ResourceType<I extends HostInputs, O extends I> {
  rules: { [K in keyof I]-?: Rule };
  /** Properties that are secret whatever the program says. */
  secrets?: readonly (keyof O & string)[];
  /** Inputs whose change needs nothing done. */
  ignored?: readonly (keyof I & string)[];
  /** Inputs, beside `root`, whose change makes another resource. */
  replaces?: readonly (keyof I & string)[];
  /** Whether the engine is to look at the real thing before each update. */
  watched?: boolean;
  /** Faults that only this machine knows; inputs that are not known yet are absent. */
  check?(inputs: Partial<I>, context: Context): Promise<Failure[]>;
  /** Drops differences that need nothing done, and adds what a refresh found wrong. */
  changes?(found: Difference[], kept: Kept<Partial<I>, Partial<O>>): Difference[];
  /** Outputs that are known before anything is done (previews); all others are unknown. */
  plan(inputs: Partial<I>, old: O | undefined): Promise<Partial<O>> | Partial<O>;
  id(inputs: I): string;
  create(inputs: I, context: Context): Promise<O>;
  update(inputs: I, old: Kept<I, O>, context: Context): Promise<O>;
  /** What is really there; undefined when it is gone. */
  read(kept: O, context: Context): Promise<O | undefined>;
  delete(kept: O, context: Context): Promise<void>;
}

/** A resource type whose inputs were not looked at yet. */
export type AnyResourceType = ResourceType<HostInputs & Bag, HostInputs & Bag>;

/** The operation failed, but left something that the state has to know of. */
export class Incomplete extends Error {
  constructor(
    message: string,
    /** What is true now. */
    readonly outputs: Readonly<Record<string, unknown>>,
    /** The inputs that match it. */
    readonly inputs: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}
