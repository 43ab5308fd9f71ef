/** An app at Heroku as far as a machine without Heroku can be one: the bundle, its config vars, its Procfile. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkSettings, describeWorkload, HerokuStack, type SettingsInput } from "../../../components";
import { TARGET_SERVERS } from "../../../components/config";
import { packageRoot } from "../../../components/package-root";
import { freePort } from "../../../providers/host/ports";
import { until } from "../../engine/support/wait";
import { HEROKU_COMPUTED } from "../../unit/support/heroku-mocks";
import { registeredBy, type Registered } from "../../unit/support/resource-graph";
import { Background } from "./background";
import type { Sample } from "./samples";
import { virtualenv } from "./virtualenvs";

const HONCHO = path.join(packageRoot, "test", "platforms", "support", "honcho-requirements.txt");

/** honcho, which kills 5 s after it has asked, with the patience of Heroku. */
const RUN_PROCFILE = "import honcho.manager; honcho.manager.KILL_WAIT = 30; from honcho.command import main; main()";

/** URLs of what add-ons stand for, by their service. */
export type Addons = Partial<Record<"heroku-postgresql" | "cloudamqp", string>>;

export class HerokuApp {
  private constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly python: string,
    readonly port: number,
    /** Version of the release. */
    readonly version: string,
  ) {}

  /** Makes an app of what the target registers: its bundle is unpacked, its requirements are installed. */
  static async make(sample: Sample, addons: Addons, heroku: SettingsInput["heroku"] = {}): Promise<HerokuApp> {
    const folder = mkdtempSync(path.join(tmpdir(), "slipway-heroku-"));
    const registered = await register({ ...sample.settings, targets: ["heroku"], heroku }, folder);
    const { source } = inputsOf(registered, "heroku:index/build:Build") as {
      source: { path: string; version: string };
    };
    const app = path.join(folder, "app");
    mkdirSync(app);
    execFileSync("tar", ["-xzf", source.path, "-C", app]);
    const honcho = await virtualenv(readFileSync(HONCHO, "utf8"));
    const commands = await virtualenv(readFileSync(path.join(app, "requirements.txt"), "utf8"));
    const searched = [commands, "/usr/local/bin", "/usr/bin", "/bin"].join(path.delimiter);
    const port = await freePort();
    const variables = { ...configVars(registered), ...addonVars(registered, addons), PORT: String(port) };
    return new HerokuApp(
      folder,
      { ...variables, HOME: app, PATH: searched },
      path.join(honcho, "python"),
      port,
      source.version,
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Sets config vars beside those that the app has. */
  configure(variables: Record<string, string>): void {
    Object.assign(this.environment, variables);
  }

  /** Starts processes of the Procfile. */
  start(...types: string[]): Background {
    return new Background([this.python, "-c", RUN_PROCFILE, "start", ...types], {
      cwd: path.join(this.folder, "app"),
      env: this.environment,
    });
  }

  /** Prepares the release, as the platform does before it starts a process of it. @returns the exit code */
  release(): Promise<number | null> {
    return this.start("release").ended(60);
  }

  /** Waits until the web process answers. */
  async answers(processes: Background): Promise<void> {
    await until(`${this.url} answers; its processes wrote ${processes.output}`, async () => {
      if (processes.isOver) throw new Error(`The processes ended: ${processes.output}`);
      return fetch(this.url).then(
        (response) => response.status < 500,
        () => false,
      );
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function register(input: SettingsInput, folder: string): Promise<Registered[]> {
  const settings = checkSettings(input, { stack: "dev", available: ["heroku"] });
  const workload = await describeWorkload(settings, packageRoot, "dev", TARGET_SERVERS.heroku);
  return registeredBy(() => {
    const secrets = pulumi.secret(settings.secrets);
    new HerokuStack(workload.name, { workload, heroku: settings.heroku, secrets, folder });
  }, HEROKU_COMPUTED);
}

function inputsOf(registered: readonly Registered[], type: string): Record<string, unknown> {
  const found = registered.find((resource) => resource.type === type);
  if (found === undefined) throw new Error(`The program registers no ${type}.`);
  return found.inputs;
}

/** What the app and its signing key are given, secrets in plain text as on a dyno. */
function configVars(registered: readonly Registered[]): Record<string, string> {
  const { configVars: plain, sensitiveConfigVars: secret } = inputsOf(registered, "heroku:index/app:App");
  const { sensitiveVars } = inputsOf(registered, "heroku:index/appConfigAssociation:AppConfigAssociation");
  const open = (value: unknown): object => (value as { value: object }).value;
  return { ...(plain as object), ...open(secret), ...open(sensitiveVars) };
}

const VARIABLES = { "heroku-postgresql": "DATABASE_URL", cloudamqp: "CLOUDAMQP_URL" };

/** What the add-ons that the program registers would set: their own variables, and those of their attachments. */
function addonVars(registered: readonly Registered[], addons: Addons): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, type, inputs } of registered) {
    if (type !== "heroku:index/addon:Addon") continue;
    const service = String(inputs["plan"]).split(":")[0] as keyof typeof VARIABLES;
    const url = addons[service];
    if (url === undefined) throw new Error(`There is nothing that stands for ${service}.`);
    found[VARIABLES[service]] = url;
    for (const attachment of registered) {
      if (attachment.inputs["addonId"] === `${name}-id`) found[`${String(attachment.inputs["name"])}_URL`] = url;
    }
  }
  return found;
}
