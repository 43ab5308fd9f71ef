/** A stack of the target heroku without an engine: what it registers, for any config. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  checkSettings,
  describeWorkload,
  HerokuStack,
  type HerokuStackArgs,
  type SettingsInput,
} from "../../../components";
import { TARGET_SERVERS } from "../../../components/config";
import { packageRoot } from "../../../components/package-root";
import { HELLO as HELLO_ON_ECS, SHOP as SHOP_ON_ECS } from "./ecs";
import { HEROKU_COMPUTED } from "./heroku-mocks";
import { graphText, registeredBy, type Registered } from "./resource-graph";

/** An application with everything. */
export const SHOP: SettingsInput = {
  ...SHOP_ON_ECS,
  processes: { web: { count: 1 }, worker: { count: 1 }, beat: {} },
  targets: ["heroku"],
};

/** An application that is only web. */
export const HELLO: SettingsInput = { ...HELLO_ON_ECS, targets: ["heroku"], heroku: { database: { kind: "none" } } };

export type HerokuInput = NonNullable<SettingsInput["heroku"]>;

/** What the stack registers, also as text without versions and digests, and its outputs. */
export async function registerHeroku(
  input: SettingsInput,
  more: Partial<HerokuStackArgs> = {},
): Promise<{ registered: Registered[]; text: string; outputs: Record<string, unknown> }> {
  const settings = checkSettings(input, { stack: "dev", available: ["heroku"] });
  const workload = await describeWorkload(settings, packageRoot, "dev", TARGET_SERVERS.heroku);
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-heroku-"));
  const outputs: Record<string, unknown> = {};
  try {
    const registered = await registeredBy(() => {
      const secrets = pulumi.secret(settings.secrets);
      const stack = new HerokuStack(settings.app.name, { workload, heroku: settings.heroku, secrets, folder, ...more });
      const { url, release, app, appId, releaseId, slugId, domains, pipelineId } = stack;
      const all = { url, release, app, appId, releaseId, slugId, domains, pipelineId };
      for (const [name, value] of Object.entries(all))
        pulumi.output(value).apply((resolved) => (outputs[name] = resolved));
    }, HEROKU_COMPUTED);
    const names = { [workload.release.version]: "<version>", [folder]: "<folder>", [packageRoot]: "<checkout>" };
    const text = graphText(registered, names).replaceAll(/heroku\/[0-9a-f]{12}\.tar\.gz/g, "heroku/<digest>.tar.gz");
    return { registered, text, outputs };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
