import type * as pulumi from "@pulumi/pulumi";
import type { Binding } from "../binding";
import { Component } from "../component";
import type { CacheArgs, CacheChildren } from "./args";

/** The application's cache, which holds nothing that cannot be computed again. */
export class Cache extends Component<CacheChildren> {
  readonly binding: Binding;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cache:Cache", name, args.transform, opts);
    this.binding = { environment: {}, secrets: {}, statements: [], ready: [] };
    this.registerOutputs({});
  }
}
