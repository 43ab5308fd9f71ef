import { Pipeline as HerokuPipeline, PipelineCoupling, ReviewAppConfig } from "@pulumi/heroku";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { PipelineArgs, PipelineChildren } from "./args";

/** An app's place in a pipeline, which it makes or which is there, and the apps that Heroku makes of pull requests. */
export class Pipeline extends Component<PipelineChildren> {
  /** UUID of the pipeline. */
  readonly pipelineId: pulumi.Output<string>;
  /** The app's place in it; a release can be promoted once it is there. */
  readonly ready: pulumi.Resource;

  constructor(
    name: string,
    private readonly args: PipelineArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("heroku:Pipeline", name, args.transform, opts);
    const { appId, pipeline } = args;
    this.pipelineId = pipeline.kind === "existing" ? pulumi.output(pipeline.id) : this.make(pipeline);
    this.ready = new PipelineCoupling(
      ...this.child("coupling", { appId, pipeline: this.pipelineId, stage: pipeline.stage }),
    );
    this.registerOutputs({ pipelineId: this.pipelineId });
  }

  private make({ name, owner, reviewApps }: Extract<PipelineArgs["pipeline"], { kind: "new" }>): pulumi.Output<string> {
    const made = new HerokuPipeline(...this.child("pipeline", { name, ...(owner !== undefined && { owner }) }));
    if (reviewApps !== undefined) {
      const { repository, automatic, baseName, staleDays, waitForCi, region } = reviewApps;
      new ReviewAppConfig(
        ...this.child("reviewApps", {
          pipelineId: made.id,
          orgRepo: repository,
          deployTarget: { type: "region", id: region ?? this.args.region },
          automaticReviewApps: automatic,
          destroyStaleApps: true,
          staleDays,
          waitForCi,
          ...(baseName !== undefined && { baseName }),
        }),
      );
    }
    return made.id;
  }
}
