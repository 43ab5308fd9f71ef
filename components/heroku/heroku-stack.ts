import { App, AppConfigAssociation, AppFeature, Domain, Drain, Formation } from "@pulumi/heroku";
import * as pulumi from "@pulumi/pulumi";
import type { Process } from "../app";
import { Component } from "../component";
import { randomPassword } from "../secrets/random-password";
import { Addons } from "./addons";
import type { HerokuStackArgs, HerokuStackChildren } from "./args";
import { givenUrls, plainVariables } from "./environment";
import { Pipeline } from "./pipeline";
import { Release } from "./release";
import { schemaRecord } from "../schema-record";

/**
 * An application at Heroku: an app with its add-ons, a release that Heroku builds and prepares, and its web, worker and
 * beat processes on dynos.
 *
 * What add-ons say, such as the URL of the database, stays in Heroku's config vars and is read by the application when it
 * starts: no such value is in Pulumi's state.
 *
 * @example
 * ```ts
 * const settings = checkSettings({ app: { name: "blog", … }, targets: ["heroku"] }, { stack: "prod", available: ["heroku"] });
 * const workload = await describeWorkload(settings, __dirname, "prod");
 * const stack = new HerokuStack("blog", { workload, heroku: settings.heroku, folder: "/home/me/.blog" });
 * export const url = stack.url;
 * ```
 */
export class HerokuStack extends Component<HerokuStackChildren> {
  /** Where the application answers. */
  readonly url: pulumi.Output<string>;
  /** Version of the release that runs; of one that was built before, what the config says of it. */
  readonly release: pulumi.Output<string>;
  /** Name of the app. */
  readonly app: pulumi.Output<string>;
  /** UUID of the app. */
  readonly appId: pulumi.Output<string>;
  /** UUID of Heroku's release, to promote. */
  readonly releaseId: pulumi.Output<string>;
  /** UUID of the slug, to go back to; empty where there is none. */
  readonly slugId: pulumi.Output<string>;
  /** JSON: domain -> what its record in the DNS has to point to. */
  readonly domains: pulumi.Output<string>;
  /** UUID of the pipeline; absent without one. */
  readonly pipelineId?: pulumi.Output<string>;

  /** What the release is made of. */
  private readonly build: HerokuStackArgs["heroku"]["build"];

  constructor(
    name: string,
    private readonly args: HerokuStackArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("heroku:HerokuStack", name, args.transform, opts);
    const { workload, heroku, folder, reuse } = args;
    this.build =
      reuse === undefined ? heroku.build : { kind: "slug", id: reuse.id, version: reuse.release, migrate: false };
    const app = this.makeApp();
    const appId = app.id;
    const pipeline = this.join(appId);
    const ready = [...this.prepare(appId), ...(pipeline === undefined ? [] : [pipeline.ready])];
    const inputs = { appId, workload, build: this.build, ready, folder };
    const release = new Release(
      ...this.child("release", { ...inputs, ...(pipeline && { pipelineId: pipeline.pipelineId }) }),
    );
    const formations = this.run(appId, [release.ready, ...this.record(release)]);
    this.domains = this.answer(appId);
    if (heroku.drain !== undefined) {
      new Drain(...this.child("drain", { appId, sensitiveUrl: pulumi.secret(heroku.drain.url) }));
    }
    const [domain] = heroku.domains;
    this.url =
      domain === undefined ? app.webUrl.apply((url) => url.replace(/\/$/, "")) : pulumi.output(`https://${domain}`);
    // Not before every process runs it: a deployment that fails on the way leaves the output as it was.
    this.release = pulumi.all(formations.map(({ id }) => id)).apply(() => this.version());
    this.app = app.name;
    this.appId = appId;
    this.releaseId = release.releaseId;
    this.slugId = release.slugId;
    if (pipeline !== undefined) this.pipelineId = pipeline.pipelineId;
    this.registerOutputs({ url: this.url, release: this.release, app: this.app, appId, releaseId: this.releaseId });
  }

  private makeApp(): App {
    const { workload, heroku, secrets = {} } = this.args;
    const { name, region, team, stack, build, domains } = heroku;
    return new App(
      ...this.child("app", {
        region,
        stack: build.kind === "image" ? "container" : stack,
        configVars: plainVariables(workload, heroku),
        sensitiveConfigVars: pulumi.secret(
          pulumi.output(secrets).apply((own) => ({ ...own, ...givenUrls(workload, heroku) })),
        ),
        ...(name !== undefined && { name }),
        ...(team !== undefined && { organization: { name: team } }),
        ...(build.kind === "buildpack" && { buildpacks: build.buildpacks }),
        ...(domains.length > 0 && { acm: true }),
      }),
    );
  }

  /** What a release is prepared with. @returns what must be there before */
  private prepare(appId: pulumi.Output<string>): pulumi.Resource[] {
    const { workload, heroku } = this.args;
    const secretKey = new AppConfigAssociation(
      ...this.child(
        "secretKey",
        { appId, sensitiveVars: { [workload.variables.secretKey]: randomPassword() } },
        // It is another one in every run: the first one stays.
        { ignoreChanges: ["sensitiveVars"] },
      ),
    );
    const { database, cache } = heroku;
    const broker = workload.needs.broker ? heroku.broker : undefined;
    const addons = new Addons(...this.child("addons", { appId, database, broker, cache }));
    return [secretKey, ...this.keepDatabase(appId), ...addons.ready];
  }

  /**
   * Tells a release that is put back, by its version, to leave the database as it is. A variable of the app itself would be
   * gone before the next release is there, and the old one would be prepared once more, with its migrations.
   */
  private keepDatabase(appId: pulumi.Output<string>): pulumi.Resource[] {
    const { build } = this;
    if (this.args.keepDatabase !== true && (build.kind !== "slug" || build.migrate)) return [];
    const vars = { SLIPWAY_KEEP_DATABASE: this.version() };
    return [new AppConfigAssociation(...this.child("keptDatabase", { appId, vars }))];
  }

  /** Notes what the release phase has made of the database. Of what was built elsewhere, the source here says nothing. */
  private record(release: Release): pulumi.Resource[] {
    const { workload, heroku, keepDatabase = false } = this.args;
    if (workload.jobs.migrate === undefined) return [];
    const isBuilt = heroku.build.kind === "buildpack" || heroku.build.kind === "image";
    const { revisions = isBuilt ? workload.release.revisions : undefined } = this.args;
    const { args, options } = schemaRecord(revisions ?? [], keepDatabase || revisions === undefined);
    return [new pulumi.Stash(...this.child("schema", args, { ...options, dependsOn: [release.ready] }))];
  }

  private join(appId: pulumi.Output<string>): Pipeline | undefined {
    const { pipeline, region } = this.args.heroku;
    return pipeline === undefined ? undefined : new Pipeline(...this.child("pipeline", { appId, pipeline, region }));
  }

  /**
   * Counts the processes of the release, one role after another. The web comes first: Heroku starts a basic dyno for it
   * with the first release, and refuses dynos of another tier beside it.
   */
  private run(appId: pulumi.Output<string>, ready: readonly pulumi.Resource[]): Formation[] {
    const { workload, heroku } = this.args;
    const formations: Formation[] = [];
    const isWeb = ({ role }: Process): boolean => role === "web";
    const [web, others] = [workload.processes.filter(isWeb), workload.processes.filter((each) => !isWeb(each))];
    for (const process of [...web, ...others]) {
      const { role } = process;
      formations.push(
        new Formation(
          ...this.child(
            "formation",
            { appId, type: role, quantity: process.count.min, size: heroku.dynos[role] },
            {
              key: role,
              dependsOn: [...ready, ...formations],
              ignoreChanges: isScaled(process) ? ["quantity"] : [],
            },
          ),
        ),
      );
    }
    if (heroku.dynos.preboot) {
      // Not before the dynos are of a size that has it.
      new AppFeature(...this.child("preboot", { appId, name: "preboot", enabled: true }, { dependsOn: formations }));
    }
    return formations;
  }

  private answer(appId: pulumi.Output<string>): pulumi.Output<string> {
    const targets = this.args.heroku.domains.map((hostname) => {
      const domain = new Domain(...this.child("domain", { appId, hostname }, { key: hostname }));
      return [hostname, domain.cname] as const;
    });
    return pulumi.jsonStringify(Object.fromEntries(targets));
  }

  private version(): string {
    const { build } = this;
    if (build.kind === "slug") return build.version;
    return build.kind === "promotion" ? (build.version ?? build.release) : this.args.workload.release.version;
  }
}

/** A range says where scaling starts: who scales the app from then on, such as Heroku's autoscaling, is not undone. */
function isScaled({ count }: Process): boolean {
  return count.max > count.min;
}
