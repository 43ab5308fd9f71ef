/** Backups of a database that is there already, as the config of a target in a cloud names it. */
import type { TargetName } from "../../components/config";
import { configOf } from "../engine/config-values";
import * as engine from "../engine/operations";
import { programOf } from "../engine/program";
import type { StackPlace } from "../engine/project";
import { openStack } from "../engine/stack";
import { SlipwayError } from "../errors";
import { outputsOf } from "../target";
import { reachableBackups, type Source } from "./reachable";

/** Backups from this machine, which has to reach the database as the stack does. */
export const outsideBackups = (target: TargetName) => reachableBackups((place) => sourceOf(place, target));

/** @throws SlipwayError (state) when the stack is not deployed, or its secrets cannot be decrypted */
async function sourceOf(place: StackPlace, target: TargetName): Promise<Source> {
  const open = await openStack(place, programOf(place), () => undefined, false);
  const [config, outputs] = await Promise.all([configOf(open, "slipway"), engine.outputs(open)]);
  const section = JSON.parse(config[`slipway:${target}`] ?? "{}") as { database?: { url?: unknown } };
  const { release } = outputsOf(target, outputs);
  const url = section.database?.url;
  if (typeof url !== "string") {
    const problem = `The stack ${place.stack} names no URL of a database.`;
    throw new SlipwayError(
      "config",
      problem,
      `slipway config set ${target}.database.url --secret --stack ${place.stack}`,
    );
  }
  const known = typeof release === "string" ? { release } : {};
  return { target, url, cwd: place.project, environment: process.env, ...known };
}
