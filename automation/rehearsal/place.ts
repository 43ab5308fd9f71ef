/** Where a rehearsal keeps what it makes: everything of its own, apart from what is really deployed. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { listSource } from "../../components/app";
import {
  readStackFile,
  slipwayFolder,
  type EngineEnvironment,
  type StackFile,
  type StackPlace,
} from "../engine/project";
import { SlipwayError } from "../errors";
import { withStandIns } from "../stand-ins";

/** Variables that carry credentials, or name them; the region is none. */
const CREDENTIALS =
  /^(AWS_(?!REGION$|DEFAULT_REGION$)|ARM_|AZURE_|GOOGLE_|CLOUDSDK_|HEROKU_|PULUMI_(ACCESS_TOKEN|CONFIG_PASSPHRASE)$)/;

const APP = "slipway:app";
const TARGETS = "slipway:targets";
const HERE = "local";

/** Folder of the rehearsals of a stack. */
export function rehearsalFolder(place: StackPlace): string {
  return path.join(slipwayFolder(place), "rehearsal", place.stack);
}

/**
 * The place of a rehearsal, with the stack's config in it: nothing secret is decrypted, and what runs on this machine is
 * left out.
 *
 * @param attached value of `PULUMI_DEBUG_PROVIDERS`
 * @param real true when a real provider is used too: the engine may have to download it, and keeps its state after each
 * step, which costs a fifth of a rehearsal. Where all is simulated, it keeps the state at the end alone
 * @throws SlipwayError (config) when the stack runs on this machine alone
 */
export function rehearsalPlace(place: StackPlace, attached: string, real: boolean): StackPlace {
  const folder = rehearsalFolder(place);
  const configFile = path.join(folder, "stack.yaml");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(configFile, stringify({ config: rehearsedConfig(place.stack, readStackFile(place)) }), { mode: 0o600 });
  const environment = {
    ...withoutCredentials(process.env),
    PULUMI_DEBUG_PROVIDERS: attached,
    ...(!real && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", PULUMI_SKIP_CHECKPOINTS: "true" }),
  };
  return { ...place, setup: { folder, configFile, environment } };
}

/** The config that is rehearsed. @throws SlipwayError as {@link rehearsalPlace} */
export function rehearsedConfig(stack: string, { config }: Pick<StackFile, "config">): Record<string, unknown> {
  const targets = config[TARGETS];
  if (!Array.isArray(targets)) return withStandIns(config);
  const elsewhere = targets.filter((target) => target !== HERE);
  if (targets.length > 0 && elsewhere.length === 0) {
    throw new SlipwayError(
      "config",
      `The stack ${stack} runs on this machine alone: there is no cloud to rehearse.`,
      `slipway up --stack ${stack} deploys it here, or name another stack with --stack`,
    );
  }
  return withStandIns({ ...config, [TARGETS]: elsewhere });
}

/** Takes every credential away from the engine. */
function withoutCredentials(environment: NodeJS.ProcessEnv): EngineEnvironment {
  const names = Object.keys(environment).filter((name) => CREDENTIALS.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/**
 * Lets the place's config name another release: the application as it is, and one file more.
 *
 * @returns the file, relative to the application
 */
export async function changeRelease(place: StackPlace): Promise<string> {
  const { config } = readStackFile(place);
  const app = config[APP] as { source: string };
  const source = path.resolve(place.project, app.source);
  const folder = path.join(place.setup?.folder ?? slipwayFolder(place), "release");
  rmSync(folder, { recursive: true, force: true });
  for (const { path: file } of await listSource(source)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(source, file), path.join(folder, file), { verbatimSymlinks: true });
  }
  const added = "slipway-rehearsal.txt";
  writeFileSync(path.join(folder, added), "Makes another release of the application, for a rehearsal.\n");
  const changed = { ...config, [APP]: { ...app, source: folder } };
  if (place.setup !== undefined) writeFileSync(place.setup.configFile, stringify({ config: changed }), { mode: 0o600 });
  return added;
}
