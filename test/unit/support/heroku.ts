/** A stack of the target heroku without an engine: what it registers, for any config. */
import { HerokuStack, type HerokuStackArgs, type SettingsInput } from "../../../components";
import { HELLO as HELLO_ON_ECS, SHOP as SHOP_ON_ECS } from "./ecs";
import { HEROKU_COMPUTED } from "./heroku-mocks";
import { registerStack, type RegisteredStack } from "./registered-stack";

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
): Promise<RegisteredStack> {
  const make: Parameters<typeof registerStack>[2] = ({ settings, workload, secrets, folder }) => {
    const stack = new HerokuStack(settings.app.name, { workload, heroku: settings.heroku, secrets, folder, ...more });
    const { url, release, app, appId, releaseId, slugId, domains, pipelineId } = stack;
    return { url, release, app, appId, releaseId, slugId, domains, pipelineId };
  };
  const { text, ...rest } = await registerStack("heroku", input, make, { computed: HEROKU_COMPUTED });
  return { ...rest, text: text.replaceAll(/heroku\/[0-9a-f]{12}\.tar\.gz/g, "heroku/<digest>.tar.gz") };
}
