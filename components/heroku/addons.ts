import { Addon, AddonAttachment } from "@pulumi/heroku";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { Settings } from "../config";
import type { AddonsArgs, AddonsChildren } from "./args";
import { ATTACHED } from "./names";

type Postgres = Extract<Settings["heroku"]["database"], { kind: "postgres" }>;

/**
 * The add-ons of an app, each attached by a name of Slipway's own, so that the app finds the same variable whichever
 * add-on is behind it.
 *
 * A database is named by its plan: Heroku cannot change a database's plan in place, and a plan that is changed here makes
 * another database beside, or, without `previous`, instead of the one that there was. One that is protected then stops
 * the deployment before anything is changed, also one that nobody has planned: the engine deletes last, when the app would
 * have the new, empty database already.
 *
 * @example
 * ```ts
 * const addons = new Addons("shop-addons", { appId: app.id, ...settings.heroku });
 * const build = new Build("shop-build", { … }, { dependsOn: addons.ready });
 * ```
 */
export class Addons extends Component<AddonsChildren> {
  /** What must be there before a release can be prepared. */
  readonly ready: pulumi.Resource[] = [];

  constructor(
    name: string,
    private readonly args: AddonsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("heroku:Addons", name, args.transform, opts);
    const { database, broker, cache } = args;
    if (database.kind === "postgres") this.makeDatabase(database);
    if (broker?.kind === "cloudamqp") this.makeService("broker", `cloudamqp:${broker.plan}`);
    if (broker?.kind === "redis") this.attach("broker", this.makeService("broker", `heroku-redis:${broker.plan}`));
    if (cache.kind === "redis") this.attach("cache", this.makeService("cache", `heroku-redis:${cache.plan}`));
    this.registerOutputs({});
  }

  private makeDatabase({ plan, version, protect, previous }: Postgres): void {
    const config = version === undefined ? {} : { config: { version } };
    // It cannot be replaced while it is protected, and every database waits for it.
    const kept = { input: previous?.plan ?? plan };
    const guard = new pulumi.Stash(...this.child("protectedPlan", kept, { protect, replaceOnChanges: ["input"] }));
    const make = (of: string, own: object = config, after: pulumi.Resource[] = []): Addon => {
      const dependsOn = [guard, ...after];
      const inputs = { appId: this.args.appId, plan: `heroku-postgresql:${of}`, ...own };
      // What a database was made with is not there to be changed: another one would be made, and this one removed.
      const opts = { key: of, protect, dependsOn, ignoreChanges: ["config"] };
      const database = new Addon(...this.child("database", inputs, opts));
      this.ready.push(database);
      return database;
    };
    if (previous === undefined) {
      this.attach("database", make(plan));
      return;
    }
    const old = make(previous.plan);
    const follows = canFollow(previous.plan) && canFollow(plan);
    const next = make(plan, follows ? { config: { follow: old.name } } : config, [old]);
    this.attach("database", previous.serves ? old : next);
  }

  private makeService(role: "broker" | "cache", plan: string): Addon {
    const addon = new Addon(...this.child(role, { appId: this.args.appId, plan }));
    this.ready.push(addon);
    return addon;
  }

  private attach(role: keyof typeof ATTACHED, addon: Addon): void {
    const inputs = { appId: this.args.appId, addonId: addon.id, name: ATTACHED[role] };
    // A name is attached once: the old attachment has to go before the new one.
    const opts = { key: role, deleteBeforeReplace: true };
    this.ready.push(new AddonAttachment(...this.child("attachment", inputs, opts)));
  }
}

/** Essential databases can be neither followed nor followers (https://devcenter.heroku.com/articles/heroku-postgres-plans). */
function canFollow(plan: Postgres["plan"]): boolean {
  return !plan.startsWith("essential-");
}
