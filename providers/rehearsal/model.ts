/**
 * What the simulated clouds know of a resource type. A model is data and small pure functions; the server, the store
 * and the references between things are the same for all of them.
 */

/** Values of a resource, by the property names of its SDK. Unknown ones (in a preview) are absent. */
export type Values = Readonly<Record<string, unknown>>;

/** Something that exists in a simulated cloud. */
export interface Thing {
  /** Type token, such as `aws:ec2/vpc:Vpc`. */
  type: string;
  id: string;
  /** What was asked for. */
  inputs: Values;
  /** Everything that can be read of it, inputs included. */
  outputs: Values;
}

/** What a model sees of the cloud that it is in. */
export interface Site {
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** `aws`. */
  readonly partition: string;
  /** Host and port of a real registry that stands for the cloud's own; absent where images are only named. */
  readonly registry?: string;
  /** Everything of a type; of all types when none is named. */
  all(type?: string): Thing[];
  /** The thing of a type whose output `property` (`id` too) equals `value`. */
  find(type: string, property: string, value: unknown): Thing | undefined;
  /** A text of `length` characters of `alphabet` (hex when not given) that was never given out before. */
  fresh(length: number, alphabet?: string): string;
  /** The next number of a series that never goes back, from 1: revisions of a task definition family. */
  next(series: string): number;
  /** Puts a thing there that comes along with another, such as the secret of a managed password. */
  add(thing: Thing): void;
  /** Changes outputs of a thing that is there, as when an instance registers with a cluster. */
  change(thing: Thing, outputs: Values): void;
  remove(thing: Thing): void;
}

/** What a rule is asked about. */
export interface Question {
  /** What is asked for, defaults filled in; what is not known yet is absent. */
  inputs: Values;
  /** The thing before the change; absent for a new one. */
  old?: Thing;
  site: Site;
  /** True when the property, or a part of it, is not known yet: a rule keeps quiet about it. */
  unknown: (property: string) => boolean;
}

/** Something that the cloud refuses. */
export interface Rule {
  /** Name, unique in its cloud, such as `subnet-inside-vpc`. The documentation and the tests list rules by it. */
  id: string;
  /** Where it is known from: provider source, documentation, issue thread. */
  source: string;
  /** The cloud's own error code, such as `InvalidSubnet.Range`; absent for what the provider itself refuses. */
  code?: string;
  /** The message, as the cloud would say it; undefined when the rule is kept. */
  refuses(question: Question): string | undefined;
}

/** A property that names another thing. */
export interface Reference {
  /** Dotted path in the inputs; lists on the way are gone through: `defaultActions.targetGroupArn`. */
  property: string;
  /** Types that it may name. */
  to: readonly string[];
  /** Output of that type that the value equals. @default "id" */
  by?: string;
  /** The names, where no path leads to them, such as a list in one text. @default the values at `property` */
  names?: (inputs: Values) => readonly string[];
  /** Error code when nothing is there, such as `InvalidSubnetID.NotFound`. */
  missing: string;
  /** Error code when the named thing is deleted while this one is there; absent when the cloud allows that. */
  holds?: string;
  /** Values that name nothing of the program's, such as an AWS managed policy: not looked up. */
  except?: RegExp;
}

/** Seconds that something typically takes; virtual, nobody waits. */
export type Seconds = number | ((inputs: Values) => number);

/** A resource type of a simulated cloud. */
export interface Model {
  /** Type token, such as `aws:ec2/vpc:Vpc`. */
  type: string;
  /** Where replacements, defaults and outputs are known from. */
  source: string;
  /** Inputs without which the provider refuses. */
  required?: readonly string[];
  /** Inputs, or nested ones by dotted path, whose change makes another resource. */
  replaces: readonly string[];
  /** Replacements that depend on more than the property's name: the top-level inputs that replace. */
  replacesIf?(old: Values, inputs: Values): string[];
  /** Inputs that the provider sets where the program does not. */
  defaults?: Values;
  /** Property that gets the resource's name with a random end where the program gives none, and how long it may be. */
  name?: { property: string; longest: number; lowerCase?: boolean };
  /** Inputs that are JSON texts: another text of the same meaning is no change. */
  json?: readonly string[];
  /** Inputs that are sets: another order is no change. */
  sets?: readonly string[];
  /** What a value of an input means to the provider: two of the same meaning are no change. */
  means?: Readonly<Record<string, (value: unknown) => unknown>>;
  /** Inputs in which capital and small letters are one. */
  caseless?: readonly string[];
  /** Inputs that stay as they are when the program no longer gives them: no change. */
  staying?: readonly string[];
  /** Inputs that are kept nowhere and never compared, such as `forceDelete`-like switches; nested ones are kept. */
  quiet?: readonly string[];
  /** Outputs that are secret. */
  secrets?: readonly string[];
  references?: readonly Reference[];
  /** Refused at preview, by the provider itself. */
  plan?: readonly Rule[];
  /** Refused by the call, at create or update. */
  call?: readonly Rule[];
  /** Accepted, and found wrong while the provider waits: the thing is there, and has failed. */
  wait?: readonly Rule[];
  /** Refused when it is to be deleted; what other things refer to it by is not for the model to say. */
  deletion?: readonly Rule[];
  /** The id and every output that is not an input. Called once, at create. */
  computed(inputs: Values, site: Site): { id: string } & Values;
  /** Outputs that an update changes besides the inputs. @default none */
  updated?(inputs: Values, old: Thing, site: Site): Values;
  /** What happens in the cloud besides: called after create and update. */
  settled?(thing: Thing, site: Site): void;
  /** What goes away with it: called after delete. */
  removed?(thing: Thing, site: Site): void;
  seconds: { create: Seconds; update?: Seconds; delete?: Seconds };
}

/** A function of the provider that reads. */
export interface Lookup {
  /** Token, such as `aws:index/getAvailabilityZones:getAvailabilityZones`. */
  token: string;
  source: string;
  /** @throws CloudError for what is not there */
  answer(args: Values, site: Site): Values;
}

/** A cloud that can be attached in place of a provider plugin. */
export interface Cloud {
  /** Package of the provider, such as `aws`. */
  name: string;
  /** Version that the plugin would say. */
  version: string;
  /** Plugin that provides the package when it is told to: its name is what the engine attaches by. @default `name` */
  plugin?: string;
  models: readonly Model[];
  lookups: readonly Lookup[];
  /** Inputs that every type of the cloud takes beside its own, such as `region`; a change of one replaces. */
  everywhere?: readonly string[];
  /**
   * The provider's own config, checked.
   *
   * @param config as the program gives it; what is not known yet is absent
   * @throws Error for what the provider refuses
   * @default nothing is needed
   */
  configure?(config: Values, environment: Environment): Settings;
  /** Inputs as the provider makes them out of the program's and its own config: default tags. @default as they are */
  prepare?(type: string, inputs: Values, settings: Settings): Values;
  /** Outputs that every type has, by its inputs: `tagsAll`, `region`. @default none */
  following?(type: string, inputs: Values, settings: Settings): Values;
  /** Of all that is known of a thing, what the provider puts into the state. @default all */
  shown?(type: string, outputs: Values, settings: Settings): Values;
}

/** Environment variables of the process that a provider runs in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a provider was configured with. */
export interface Settings {
  /** Region that it works in; absent for a cloud that has none. */
  region?: string;
  /** Tags that every resource gets. */
  defaultTags?: Readonly<Record<string, string>>;
  /** Outputs that it leaves empty. */
  emptied?: readonly string[];
}

/** The cloud's own refusal. */
export class CloudError extends Error {
  constructor(
    /** The cloud's error code, such as `DependencyViolation`. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
