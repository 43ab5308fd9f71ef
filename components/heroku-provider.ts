/** The Heroku provider of a stack: what its config says under `heroku:`, with no add-on's secret in the state. */
import { Provider, type ProviderArgs } from "@pulumi/heroku";
import * as pulumi from "@pulumi/pulumi";

/** Texts of the provider's config. */
const TEXTS = ["apiKey", "email", "headers", "url"] as const;
/** Those that carry credentials, or may: secret in the state, however the config has them. */
const SECRET: ReadonlySet<string> = new Set<keyof ProviderArgs>(["apiKey", "headers"]);
/** Parts of it, as JSON. */
const STRUCTURED = ["delays", "timeouts"] as const;

/** The Heroku provider that the config under `heroku:` describes; what is not there, the provider takes from its environment. */
export function herokuProvider(config: Readonly<Record<string, string>>): Provider {
  return new Provider("heroku", herokuProviderArgs(config));
}

/** Arguments of {@link herokuProvider}. */
export function herokuProviderArgs(config: Readonly<Record<string, string>>): ProviderArgs {
  const texts = TEXTS.flatMap((key) => {
    const text = config[`heroku:${key}`];
    return text === undefined ? [] : [[key, SECRET.has(key) ? pulumi.secret(text) : text] as const];
  });
  const structured = STRUCTURED.flatMap((key) => {
    const text = config[`heroku:${key}`];
    return text === undefined ? [] : [[key, JSON.parse(text) as object] as const];
  });
  const given = Object.fromEntries<unknown>([...texts, ...structured]) as ProviderArgs;
  return {
    ...given,
    customizations: [{ setAddonConfigVarsInState: false, setAppAllConfigVarsInState: false }],
  };
}
