/** What the engine's state says of a rehearsed stack, read from its file: nothing in it is decrypted. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { needsOf } from "../../providers/rehearsal/rollout";
import { stateFolder, type StackPlace } from "../engine/project";
import type { StateEntry } from "../engine/state";
import { rehearsalFolder } from "./place";

interface Checkpoint {
  checkpoint: { latest?: { resources?: StateEntry[] } | null };
}

/** Resources of the stack at a rehearsal's place; none when it was never deployed. */
export function stateResources(place: StackPlace): StateEntry[] {
  const project = parse(readFileSync(path.join(place.project, "Pulumi.yaml"), "utf8")) as { name: string };
  const file = path.join(stateFolder(place), ".pulumi", "stacks", project.name, `${place.stack}.json`);
  if (!existsSync(file)) return [];
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
  return checkpoint.latest?.resources ?? [];
}

/** Resources that the last rehearsal of a stack deployed; none when there was none. */
export function rehearsedResources(place: StackPlace): StateEntry[] {
  return stateResources({ ...place, setup: { folder: rehearsalFolder(place), configFile: "", environment: {} } });
}

/** Resources that stay when everything is removed that is not protected, and that nothing protected needs. */
export function staying(resources: readonly StateEntry[]): StateEntry[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const found = new Set<StateEntry>();
  const keep = (resource: StateEntry | undefined): void => {
    if (resource === undefined || found.has(resource)) return;
    found.add(resource);
    for (const urn of needsOf(resource)) keep(byUrn.get(urn));
  };
  for (const resource of resources) if (resource.protect === true) keep(resource);
  // What is only forgotten needs nothing of the rest.
  for (const resource of resources) if (resource.retainOnDelete === true) found.add(resource);
  return [...found].filter(({ id, type }) => id !== undefined && !type.startsWith("pulumi:"));
}
