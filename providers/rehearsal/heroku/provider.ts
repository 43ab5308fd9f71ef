/** What the Heroku provider does for every type: its own config, and what it puts into the state. */
import { isObject } from "../../protocol/values";
import type { Cloud, Settings, Values } from "../model";
import { APP, UNTOLD, ADDON } from "./app-state";

const LEAST_TIMEOUT = 10;

/** Sections of the config arrive as JSON; those that may be there several times as lists. */
function sections(value: unknown): Values[] {
  const decoded: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return (Array.isArray(decoded) ? decoded : [decoded]).filter(isObject);
}

/** terraform-provider-heroku heroku/provider.go and config.go: what is refused, and what is kept out of the state. */
function configure(config: Values): Settings {
  const [customizations, delays, timeouts] = ["customizations", "delays", "timeouts"].map((key) =>
    sections(config[key]),
  );
  if ((customizations?.length ?? 0) > 1) {
    throw new Error("Provider configuration error: only one customizations block is permitted");
  }
  const negative = Object.entries(delays?.[0] ?? {}).find(([, seconds]) => Number(seconds) < 0);
  if (negative !== undefined) throw new Error(`expected delays.0.${negative[0]} to be at least (0)`);
  const minutes = Number(timeouts?.[0]?.["addonCreateTimeout"] ?? LEAST_TIMEOUT);
  if (minutes < LEAST_TIMEOUT) {
    throw new Error(`expected timeouts.0.addonCreateTimeout to be at least (${LEAST_TIMEOUT}), got ${minutes}`);
  }
  if (typeof config["headers"] === "string" && config["headers"] !== "") JSON.parse(config["headers"]);
  const { setAppAllConfigVarsInState: all, setAddonConfigVarsInState: addons } = customizations?.[0] ?? {};
  const emptied = [...(all === false ? ["allConfigVars"] : []), ...(addons === false ? ["configVarValues"] : [])];
  return { emptied };
}

/**
 * Each resource says its id twice: Terraform's `id` is an output of its own. What only Heroku knows is left out, and what
 * the config wants out of the state is empty.
 */
function shown(type: string, outputs: Values, { emptied = [] }: Settings): Values {
  const untold = UNTOLD[type] ?? [];
  const told = Object.entries(outputs).filter(([key]) => !untold.includes(key));
  const isEmptied = (key: string): boolean => emptied.includes(key) && [APP, ADDON].includes(type);
  const values = told.map(([key, value]) => [key, isEmptied(key) ? {} : value] as const);
  const [, name = ""] = /^heroku:index\/(\w+):/.exec(type) ?? [];
  return { ...Object.fromEntries(values), [`${name}Id`]: outputs["id"] };
}

/** The parts of the cloud that no type has of its own. */
export const provider: Pick<Cloud, "configure" | "shown"> = { configure, shown };
