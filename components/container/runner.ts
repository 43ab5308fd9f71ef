import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { RunArgs, TaskRunnerArgs, TaskRunnerChildren } from "./args";

/** Runs tasks once and waits for their end. */
export class TaskRunner extends Component<TaskRunnerChildren> {
  constructor(name: string, args: TaskRunnerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("container:TaskRunner", name, args.transform, opts);
  }

  /** Runs a task and waits for its end. */
  run(name: string, args: RunArgs): pulumi.Resource {
    throw new Error(`${name} ${Object.keys(args).join()}`);
  }
}
