/** What a picture of a stack shows: a card for each part, what needs what, where it stands, what changes, what is weak. */
import { needsOf } from "../../providers/rehearsal/rollout";
import { isComponent, nameOf } from "../engine/changes";
import type { StateEntry } from "../engine/state";
import { PARTS } from "./parts";
import { weaknessesOf } from "./weaknesses";

/** One part of a stack. */
export interface Card {
  id: string;
  title: string;
  /** What is in it, a line each; what is not worth a line is counted in the last one. */
  lines: string[];
  /** Zones that it stands in. */
  zones: string[];
  /** What it is drawn in: the network that it stands in, or what several parts share. */
  group?: "network" | "shared";
  /** Titles of the shared parts that it uses; they have no arrows. */
  uses: string[];
  /** What happens to it, the most serious first; undefined where nothing does. */
  change?: "delete" | "replace" | "update" | "create";
  /** What is changed in it, such as `2 to update`. */
  changed?: string;
  /** Why it is a single point of failure. */
  weaknesses: string[];
}

/** What is known of a resource that changes. */
export type Changed = Readonly<Record<"operation" | "urn" | "type" | "name", string>>;

export interface Drawing {
  title: string;
  cards: Card[];
  /** Pairs of ids: the first needs the second. */
  needs: [string, string][];
}

const SERIOUS = ["delete", "replace", "update", "create"] as const;
/** Parts that belong to another: a security group to what it guards, scaling to what it scales, a task to what runs it. */
const HELPERS = new Set(["slipway:network:SecurityGroup", "slipway:ecs:Autoscaling", "slipway:container:Task"]);
/** Parts that so many others use that arrows to them would say nothing, and what watches all of them. */
const SHARED = new Set([
  "slipway:ecs:Cluster",
  "slipway:image:AppImage",
  "slipway:monitoring:Monitoring",
  "slipway:secrets:StoredSecret",
]);
/** How much more than what a helper needs counts what needs it. */
const NEEDED = 100;
const NETWORK = "slipway:network:Network";
const GUARD = /^aws:(ec2\/securityGroup|vpc\/securityGroup\w+):/;
const SUBNET = "aws:ec2/subnet:Subnet";

/** @param changes what an operation would change; @default nothing is marked */
export function drawingOf(stack: string, state: readonly StateEntry[], changes: readonly Changed[] = []): Drawing {
  // The state is in the order in which they were made, which differs from one deployment to the next.
  const resources = state.toSorted((one, two) => (one.urn < two.urn ? -1 : 1));
  const all = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  const cardOf = attached(all, ownersOf(resources));
  const urns = [...new Set(cardOf.values())];
  const short = shortener(urns);
  const byUrn = new Map(all.map((resource) => [resource.urn, resource]));
  const made = new Set(all.map(({ urn }) => urn));
  const isShared = (urn: string): boolean => SHARED.has(byUrn.get(urn)?.type ?? "");
  const edges = [...edgesOf(all, cardOf)].flatMap(([from, to]) =>
    [...to].sort().map((one): [string, string] => [from, one]),
  );
  const drawn = urns.map((urn) => {
    const inside = all.filter((resource) => cardOf.get(resource.urn) === urn && !isComponent(resource.type));
    const uses = edges.filter(([from, to]) => from === urn && isShared(to)).map(([, to]) => short(nameOf(to)));
    const own = card({ id: urn, title: short(nameOf(urn)), uses: uses.sort() }, inside, byUrn, changes);
    return isShared(urn) ? { ...own, group: "shared" as const } : own;
  });
  const unknown = changes.filter(({ urn, type }) => !made.has(urn) && !isComponent(type));
  return {
    title: stack,
    cards: [...drawn.filter(({ lines }) => lines.length > 0), ...newcomers(unknown)],
    needs: edges.filter((edge) => !edge.some(isShared)),
  };
}

/** The card that each resource is on: the part of the target that it belongs to. */
function ownersOf(resources: readonly StateEntry[]): Map<string, string> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const isFrame = ({ type, parent = "" }: StateEntry): boolean =>
    type.startsWith("pulumi:") ||
    type.endsWith(":Processes") ||
    (isComponent(type) && byUrn.get(parent)?.type === "pulumi:pulumi:Stack");
  const owners = new Map<string, string>();
  for (const resource of resources) {
    if (isFrame(resource)) continue;
    let owner = resource;
    for (let above = byUrn.get(owner.parent ?? ""); above !== undefined && !isFrame(above);) {
      owner = above;
      above = byUrn.get(owner.parent ?? "");
    }
    owners.set(resource.urn, owner.urn);
  }
  return owners;
}

/** The same, with helpers on the card that they have most to do with. */
function attached(resources: readonly StateEntry[], owners: ReadonlyMap<string, string>): Map<string, string> {
  const types = new Map(resources.map(({ urn, type }) => [urn, type]));
  const isHelper = (urn: string): boolean => HELPERS.has(types.get(urn) ?? "");
  const links = new Map<string, Map<string, number>>();
  const link = (from: string | undefined, to: string | undefined, weight: number): void => {
    if (from === undefined || to === undefined || !isHelper(from) || isHelper(to)) return;
    if (types.get(to) === NETWORK) return;
    const counts = links.get(from) ?? new Map<string, number>();
    links.set(from, counts.set(to, (counts.get(to) ?? 0) + weight));
  };
  for (const resource of resources) {
    for (const needed of needsOf(resource)) {
      link(owners.get(needed), owners.get(resource.urn), NEEDED);
      link(owners.get(resource.urn), owners.get(needed), 1);
    }
  }
  const most = (urn: string): string => {
    const named = [...(links.get(urn) ?? [])].sort((a, b) => likeness(b[0], urn) - likeness(a[0], urn) || b[1] - a[1]);
    return named[0]?.[0] ?? urn;
  };
  return new Map([...owners].map(([urn, owner]) => [urn, isHelper(owner) ? most(owner) : owner]));
}

/** 1 where a helper is named after the part, such as `blog-guard-web` after `blog-web`. */
function likeness(part: string, helper: string): number {
  return nameOf(helper).split("-").at(-1) === nameOf(part).split("-").at(-1) ? 1 : 0;
}

function card(
  head: Pick<Card, "id" | "title" | "uses">,
  inside: readonly StateEntry[],
  byUrn: ReadonlyMap<string, StateEntry>,
  changes: readonly Changed[],
): Card {
  const named = inside.filter(({ type }) => type in PARTS);
  const lines = new Map<string, number>();
  for (const { type, inputs = {} } of named) {
    const part = PARTS[type];
    const detail = part?.detail?.(inputs) ?? "";
    const line = detail === "" ? (part?.title ?? "") : `${part?.title ?? ""}: ${detail}`;
    lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  const rest = inside.length - named.length;
  const shown = [...lines].map(([line, count]) => (count === 1 ? line : `${count} × ${line}`));
  const weak = weaknessesOf(inside).map(({ why }) => why);
  const zones = zonesOf(inside, byUrn);
  const own = new Set(inside.map(({ urn: each }) => each));
  return {
    ...head,
    lines: [...shown, ...(rest === 0 ? [] : [shown.length === 0 ? several(rest) : `and ${several(rest)}`])],
    zones,
    ...(zones.length > 0 && { group: "network" as const }),
    ...changeOf(changes.filter((change) => own.has(change.urn))),
    weaknesses: [...new Set(weak)],
  };
}

function several(count: number): string {
  return count === 1 ? "1 more resource" : `${count} more resources`;
}

/** Zones of the subnets that a part stands in, or is. */
function zonesOf(inside: readonly StateEntry[], byUrn: ReadonlyMap<string, StateEntry>): string[] {
  const placed = inside.flatMap(({ propertyDependencies = {} }) =>
    Object.entries(propertyDependencies).flatMap(([property, urns]) =>
      /subnet|networkConfiguration|zoneIdentifier/i.test(property) ? (urns ?? []) : [],
    ),
  );
  const subnets = [...inside, ...placed.map((urn) => byUrn.get(urn))].filter((each) => each?.type === SUBNET);
  const zones = subnets.map((subnet) => subnet?.inputs?.["availabilityZone"]);
  return [...new Set(zones.filter((zone) => typeof zone === "string"))].sort();
}

function changeOf(changes: readonly Changed[]): Pick<Card, "change" | "changed"> {
  const counts = SERIOUS.map((kind) => [kind, changes.filter(({ operation }) => operation === kind).length] as const);
  const found = counts.filter(([, count]) => count > 0);
  const [first] = found;
  if (first === undefined) return {};
  return { change: first[0], changed: found.map(([kind, count]) => `${count} to ${kind}`).join(", ") };
}

/** What the state does not have: to be made, or gone already. */
function newcomers(changes: readonly Changed[]): Card[] {
  return SERIOUS.flatMap((kind) => {
    const those = changes.filter(({ operation }) => operation === kind);
    if (those.length === 0) return [];
    const shown = those.slice(0, 8).map(({ name }) => name);
    const rest = those.length - shown.length;
    const lines = [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])];
    const title = kind === "create" ? "new" : kind;
    return [{ id: `:${kind}`, title, lines, uses: [], zones: [], weaknesses: [], ...changeOf(those) }];
  });
}

/**
 * Which card needs a value of which: what only has to come later needs nothing of it. The network is drawn around what stands in
 * it, and rules of security groups name both sides.
 */
function edgesOf(resources: readonly StateEntry[], cardOf: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const networks = new Set(resources.filter(({ type }) => type === NETWORK).map(({ urn }) => urn));
  const edges = new Map<string, Set<string>>();
  const guards = new Set(resources.filter(({ type }) => GUARD.test(type)).map(({ urn }) => urn));
  for (const resource of resources) {
    const from = guards.has(resource.urn) ? undefined : cardOf.get(resource.urn);
    for (const needed of Object.values(resource.propertyDependencies ?? {}).flatMap((urns) => urns ?? [])) {
      const to = guards.has(needed) ? undefined : cardOf.get(needed);
      if (from === undefined || to === undefined || from === to || networks.has(to)) continue;
      edges.set(from, (edges.get(from) ?? new Set<string>()).add(to));
    }
  }
  return edges;
}

/** Names without what all of them begin with. */
function shortener(urns: readonly string[]): (name: string) => string {
  const [first = "", ...others] = urns.map((urn) => nameOf(urn).split("-")[0] ?? "");
  const common = others.every((each) => each === first) ? `${first}-` : "";
  return (name) => (name.startsWith(common) && name !== common ? name.slice(common.length) : name);
}
