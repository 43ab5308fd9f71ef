/** How long a rollout takes and what it waits on: the calls that it made, along the dependencies of its resources. */
import type { Call } from "./calls";

/** A resource in the state, as far as its order among others goes. */
export interface StateResource {
  urn: string;
  parent?: string;
  dependencies?: readonly string[];
  propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** A call that a rollout waits on. */
export interface Step {
  name: string;
  type: string;
  operation: Call["operation"];
  seconds: number;
}

export interface Prediction {
  /** Seconds from the first call to the last, when everything that does not wait for another runs at once. */
  seconds: number;
  /** The chain of steps that takes that long; steps of no time are left out. */
  path: Step[];
}

/** Steps of one resource, and what they have to wait for. */
interface Chain {
  seconds: number;
  steps: Step[];
}

const EMPTY: Chain = { seconds: 0, steps: [] };

/**
 * Predicts a rollout. What replaces something is made before the old one goes, and things go in the opposite order.
 *
 * @param calls the rollout's own, in order
 * @param after the state that it led to
 * @param before the state that it began with; needed for what went away
 */
export function predictRollout(
  calls: readonly Call[],
  after: readonly StateResource[],
  before: readonly StateResource[] = [],
): Prediction {
  const { forward, backward } = phasesOf(calls);
  const known = new Map([...before, ...after].map((resource) => [resource.urn, resource]));
  const needs = new Map([...known.values()].map((resource) => [resource.urn, needsOf(resource)]));
  const neededBy = new Map<string, string[]>();
  for (const [urn, needed] of needs) for (const other of needed) add(neededBy, other, urn);
  const making = longest(forward, needs);
  const removing = longest(backward, neededBy);
  return { seconds: making.seconds + removing.seconds, path: [...making.steps, ...removing.steps] };
}

/** URNs of what a resource has to wait for. */
export function needsOf({ parent, dependencies = [], propertyDependencies = {} }: StateResource): string[] {
  const byProperty = Object.values(propertyDependencies).flatMap((urns) => urns ?? []);
  return [...new Set([...(parent === undefined ? [] : [parent]), ...dependencies, ...byProperty])];
}

/** Steps by resource: those on the way to the new state, and the removals after it. */
function phasesOf(calls: readonly Call[]): Record<"forward" | "backward", Map<string, Step[]>> {
  const forward = new Map<string, Step[]>();
  const backward = new Map<string, Step[]>();
  for (const { urn, name, type, operation, seconds } of calls) {
    if (urn === "" || operation === "read" || operation === "invoke") continue;
    const step = { name, type, operation, seconds };
    if (operation === "delete") add(backward, urn, step);
    else {
      // What had to go first, because its name was needed again.
      for (const removal of backward.get(urn) ?? []) add(forward, urn, removal);
      backward.delete(urn);
      add(forward, urn, step);
    }
  }
  return { forward, backward };
}

/** The chain of steps that takes longest, each after those of what it waits for. */
function longest(steps: ReadonlyMap<string, Step[]>, waitsFor: ReadonlyMap<string, readonly string[]>): Chain {
  const chains = new Map<string, Chain>();
  const chainOf = (urn: string): Chain => {
    const found = chains.get(urn);
    if (found !== undefined) return found;
    chains.set(urn, EMPTY);
    const before = slowest((waitsFor.get(urn) ?? []).map(chainOf));
    const own = (steps.get(urn) ?? []).filter(({ seconds }) => seconds > 0);
    const seconds = own.reduce((sum, step) => sum + step.seconds, before.seconds);
    const chain = { seconds, steps: [...before.steps, ...own] };
    chains.set(urn, chain);
    return chain;
  };
  return slowest([...steps.keys()].map(chainOf));
}

function slowest(chains: readonly Chain[]): Chain {
  return chains.reduce((most, chain) => (chain.seconds > most.seconds ? chain : most), EMPTY);
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key) ?? [];
  values.push(value);
  map.set(key, values);
}
