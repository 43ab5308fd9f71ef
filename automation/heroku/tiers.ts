/**
 * Dynos that change their tier: Heroku does not run `eco` or `basic` dynos beside others, and takes a change of all processes
 * in one call alone (heroku/legacy-cli#1676), where the engine changes one process after another.
 */
import { DYNOS } from "../../components/config";
import type { ResourceChange } from "../engine/changes";
import type { AppApi, FormationUpdate } from "./api";

const FORMATION = "heroku:index/formation:Formation";

/** Whether a plan changes the tier of several processes. */
export function changesTier(changes: readonly ResourceChange[]): boolean {
  const resized = resizedIn(changes);
  return resized.length > 1 && resized.some(({ from, to }) => isAlone(from) || isAlone(to));
}

/** Gives all processes that a plan resizes their new size at once; the engine finds it as it is to be. */
export async function changeTier(
  api: Pick<AppApi, "formation" | "scale">,
  changes: readonly ResourceChange[],
): Promise<void> {
  const resized = resizedIn(changes);
  const updates = (await api.formation()).flatMap(({ type }): FormationUpdate[] => {
    const found = resized.find(({ name }) => name.endsWith(`-formation-${type}`));
    if (found === undefined) return [];
    const { to, quantity } = found;
    return [{ type, size: to, ...(quantity !== undefined && { quantity }) }];
  });
  if (updates.length > 0) await api.scale(updates);
}

function isAlone(size: string): boolean {
  return Object.entries(DYNOS).some(([name, { mixes }]) => name === size.toLowerCase() && !mixes);
}

interface Resized {
  /** Name of the resource: `<application>-formation-<process>`. */
  name: string;
  from: string;
  to: string;
  quantity?: number;
}

function resizedIn(changes: readonly ResourceChange[]): Resized[] {
  return changes.flatMap(({ type, operation, name, properties }) => {
    const at = (path: string) => properties.find((property) => property.path === path);
    const size = at("size");
    if (type !== FORMATION || operation !== "update" || size?.old === undefined || size.new === undefined) return [];
    const quantity = at("quantity")?.new;
    return [{ name, from: size.old, to: size.new, ...(quantity !== undefined && { quantity: Number(quantity) }) }];
  });
}
