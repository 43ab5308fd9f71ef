/** Applications as the target ecs gets them. */
import { cpSync, existsSync, mkdtempSync } from "node:fs";
import * as path from "node:path";
import { describeWorkload, type Workload } from "../../../components/app";
import { checkSettings, type ServerKind, type SettingsInput } from "../../../components/config";
import { buildArguments } from "../../../components/image/dockerfile";
import { writeContext } from "../../../components/image/context";
import { packageRoot } from "../../../components/package-root";
import { BASE, type Engine } from "../../support/docker/engine";

export interface App {
  name: string;
  /** Folder that it is copied from. */
  source: string;
  entry: string;
  celery?: string;
  live: string;
  /** @default nginx-uwsgi */
  server?: ServerKind;
}

/** An application in a folder of its own, which a test may change. */
export class Shipped {
  readonly source: string;

  constructor(
    private readonly engine: Engine,
    private readonly app: App,
  ) {
    this.source = path.join(mkdtempSync(path.join(engine.folder, "app-")), "source");
    const from = path.join(packageRoot, app.source);
    if (!existsSync(from)) throw new Error(`there is no ${from}`);
    cpSync(from, this.source, { recursive: true });
  }

  async workload(): Promise<Workload> {
    const { name, entry, celery, live } = this.app;
    const input: SettingsInput = {
      app: { name, source: this.source, entry, ...(celery !== undefined && { celery }), health: { live, ready: live } },
      environment: "dev",
      targets: ["ecs"],
      processes: { web: {}, ...(celery !== undefined && { worker: {}, beat: {} }) },
    };
    const settings = checkSettings(input, { stack: "dev", available: ["ecs"] });
    return describeWorkload(settings, packageRoot, "dev", this.app.server ?? "nginx-uwsgi");
  }

  /** Builds the image of a role. @returns seconds that it took */
  async build(role: "web" | "worker", tag: string): Promise<number> {
    const workload = await this.workload();
    const { folder } = await writeContext(role, workload, path.join(this.engine.folder, "contexts", this.app.name));
    return this.engine.build(tag, folder, buildArguments(role, workload, BASE));
  }
}
