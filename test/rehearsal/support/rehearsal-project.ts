/** A project with one stack on simulated clouds, driven in process: the real engine, the real program. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import * as operations from "../../../automation/engine/operations";
import type { OperationResult } from "../../../automation/engine/operations";
import { programOf, type Program } from "../../../automation/engine/program";
import type { StackPlace } from "../../../automation/engine/project";
import { openStack } from "../../../automation/engine/stack";
import { rehearsalPlace } from "../../../automation/rehearsal/place";
import type { StateEntry } from "../../../automation/engine/state";
import { stateResources } from "../../../automation/rehearsal/state";
import { packageRoot } from "../../../components/package-root";
import type { Call, OnCall } from "../../../providers/rehearsal/calls";
import { clouds as everyCloud } from "../../../providers/rehearsal/clouds";
import type { Given } from "../../../providers/rehearsal/given";
import type { Cloud } from "../../../providers/rehearsal/model";
import type { Prediction } from "../../../providers/rehearsal/rollout";
import { predictRollout } from "../../../providers/rehearsal/rollout";
import { startRehearsal, type Existing, type Rehearsal } from "../../../providers/rehearsal/start";

/** How a project is rehearsed. */
export interface ProjectOptions {
  /** What the stack's file says under `config:`, namespaces included, over {@link ECS_CONFIG}. */
  config?: Readonly<Record<string, unknown>>;
  /** Files of the application: path -> text. @default a small Flask application */
  app?: Readonly<Record<string, string>>;
  /** A program in place of the one that the config describes. */
  program?: PulumiFn;
  clouds?: readonly Cloud[];
  faults?: readonly string[];
  given?: readonly Given[];
  registry?: string;
  onCall?: OnCall;
}

/** The least that a stack on ECS says. */
export const ECS_CONFIG = {
  "aws:region": "eu-central-1",
  "slipway:environment": "dev",
  "slipway:app": { name: "shop", source: "app", entry: "shop:app", celery: "shop:celery" },
  "slipway:processes": { web: {}, worker: {} },
  "slipway:targets": ["ecs"],
};

const APP = {
  "shop.py":
    "from celery import Celery\nfrom flask import Flask\n\napp = Flask(__name__)\ncelery = Celery('shop')\n\n\n" +
    "@app.get('/')\ndef home():\n    return 'hello'\n",
  "requirements.txt": "flask==3.1.2\ncelery==5.6.0\n",
};

export class RehearsalProject {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-rehearsal-")));
  /** What the stack's file says under `config:`; may be changed between operations. */
  config: Record<string, unknown>;
  /** Program in place of the one that the config describes; may be changed between operations. */
  program: PulumiFn | undefined;
  private serving: Rehearsal | undefined;

  /** Makes the project's files; nothing serves until the first operation. */
  constructor(private readonly options: ProjectOptions = {}) {
    this.config = { ...ECS_CONFIG, ...options.config };
    this.program = options.program;
    const analyzers = [{ name: "policy-slipway", path: path.join(packageRoot, "policy") }];
    const file = { name: "slipway", runtime: "nodejs", plugins: { analyzers } };
    writeFileSync(path.join(this.folder, "Pulumi.yaml"), stringify(file));
    for (const [file, text] of Object.entries(options.app ?? APP)) this.writeApp(file, text);
  }

  /** Writes a file of the application: another release. */
  writeApp(file: string, text: string): void {
    const target = path.join(this.folder, "app", file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  /** The clouds; started when first asked for. */
  async rehearsal(): Promise<Rehearsal> {
    const { clouds = everyCloud(this.folder), faults, given, registry, onCall } = this.options;
    this.serving ??= await startRehearsal({
      folder: path.join(this.folder, "clouds"),
      region: "eu-central-1",
      clouds,
      ...(faults !== undefined && { faults }),
      ...(given !== undefined && { given }),
      ...(registry !== undefined && { registry }),
      ...(onCall !== undefined && { onCall }),
    });
    return this.serving;
  }

  /** Ends the clouds' servers; the next operation starts them again, with what is on disk and other faults. */
  async restart(options: Pick<ProjectOptions, "faults" | "onCall"> = {}): Promise<void> {
    this.serving?.close();
    this.serving = undefined;
    delete this.options.faults;
    delete this.options.onCall;
    Object.assign(this.options, options);
    await this.rehearsal();
  }

  /** Every call so far. */
  async calls(): Promise<readonly Call[]> {
    return (await this.rehearsal()).calls;
  }

  /** Everything that exists in the clouds, or that of a type. */
  async things(type?: string): Promise<Existing[]> {
    return (await this.rehearsal()).things().filter((thing) => type === undefined || thing.type === type);
  }

  preview(): Promise<OperationResult> {
    return this.run(operations.preview);
  }

  /** Deploys. @throws SlipwayError with everything that was refused */
  up(): Promise<OperationResult> {
    return this.run(operations.update);
  }

  refresh(): Promise<OperationResult> {
    return this.run(operations.refresh);
  }

  destroy(): Promise<OperationResult> {
    return this.run(operations.destroy);
  }

  /** What a deployment would take, by the calls since the one with this number. */
  async prediction(since = 0): Promise<Prediction> {
    return predictRollout((await this.calls()).slice(since), await this.state());
  }

  /** Resources of the state, secrets encrypted. */
  async state(): Promise<StateEntry[]> {
    return stateResources(await this.place());
  }

  /** Environment of an engine that is started by hand, in a process that can be killed. */
  async environment(): Promise<Record<string, string | undefined>> {
    const { setup } = await this.place();
    return { ...process.env, ...setup?.environment };
  }

  /** Where the stack is, with its config written anew. */
  async place(): Promise<StackPlace> {
    const file = path.join(this.folder, "Pulumi.prod.yaml");
    writeFileSync(file, stringify({ config: this.config }));
    const { debugProviders } = await this.rehearsal();
    return rehearsalPlace({ project: this.folder, stack: "prod" }, debugProviders, false);
  }

  /** Ends the clouds and removes the folder. */
  dispose(): void {
    this.serving?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async open(): ReturnType<typeof openStack> {
    const place = await this.place();
    const program: Program = this.program === undefined ? programOf(place) : { run: this.program };
    return openStack(place, program, () => undefined);
  }

  private async run<T>(operation: (open: Awaited<ReturnType<typeof openStack>>) => Promise<T>): Promise<T> {
    return operation(await this.open());
  }
}
