/** What the engine's events say about resources, in the form that tables, JSON and comments are made from. */
import type { EngineEvent, OpType, PolicyEvent, PropertyDiff, StepEventMetadata } from "@pulumi/pulumi/automation";
import { visibleLines } from "../visible";

/** One property of a resource that changes. */
export interface PropertyChange {
  /** Path such as `environment.DB_URI`. */
  path: string;
  kind: "add" | "update" | "delete";
  /** True when the change of this property replaces the resource. */
  replaces: boolean;
  /** Old value as text; absent when there was none. Secrets read `[secret]`. */
  old?: string;
  /** New value as text; absent when there will be none, or it is not known yet. */
  new?: string;
}

/** One resource that changes. */
export interface ResourceChange {
  operation: OpType;
  urn: string;
  /** Type token, such as `host:index:Program`. */
  type: string;
  name: string;
  properties: PropertyChange[];
}

/** Something that the engine, a provider or the program said. */
export interface Diagnostic {
  severity: "error" | "warning" | "info";
  message: string;
  /** Name of the resource that it is about. */
  resource?: string;
  /** Name of the policy that the resource breaks. */
  policy?: string;
}

/** Where an event has the new value of a property that is no input: a plan in its inputs, if at all. */
type Values = "inputs" | "outputs";

const SECRET = "[secret]";
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/** True for operations that leave a resource as it is. */
export function isSame(operation: OpType): boolean {
  return ["same", "read", "refresh"].includes(operation);
}

/** The change that an event announces; undefined for the many that announce none. */
export function changeOf(event: EngineEvent): ResourceChange | undefined {
  return changeIn(event.resourcePreEvent?.metadata, "inputs");
}

/** True for a component of Slipway's: it is made nowhere, its parts are. */
export function isComponent(type: string): boolean {
  return type.startsWith("slipway:");
}

/** What changes, each resource once: no components, and of a replacement not the old and the new one besides. */
export function resourcesIn(changes: readonly ResourceChange[]): ResourceChange[] {
  const replaced = new Set(changes.filter(({ operation }) => operation === "replace").map(({ urn }) => urn));
  return changes.filter(
    ({ operation, urn, type }) =>
      !isComponent(type) && (!["create-replacement", "delete-replaced"].includes(operation) || !replaced.has(urn)),
  );
}

/** What a refresh found to be other than the state says; such a step is told as a change only when it has ended. */
export function driftOf(event: EngineEvent): ResourceChange | undefined {
  return changeIn(event.resOutputsEvent?.metadata, "outputs");
}

/**
 * What the refresh that comes before another operation found to be other than the state says. It is told of no operation of
 * its own: what is gone has nothing new, and what has changed has a difference.
 */
export function driftBefore(event: EngineEvent): ResourceChange | undefined {
  const metadata = event.resOutputsEvent?.metadata;
  if (metadata?.op !== "refresh") return undefined;
  const gone = (metadata.new ?? undefined) === undefined;
  if (!gone && Object.keys(metadata.detailedDiff ?? {}).length === 0) return undefined;
  return changeIn({ ...metadata, op: gone ? "delete" : "update" }, "outputs");
}

function changeIn(metadata: StepEventMetadata | undefined, computed: Values): ResourceChange | undefined {
  if (metadata === undefined || isSame(metadata.op) || metadata.type.startsWith("pulumi:")) return undefined;
  const { op: operation, urn, type } = metadata;
  return { operation, urn, type, name: nameOf(urn), properties: propertyChanges(metadata, computed) };
}

/** What an event has to say to a person; undefined for the many that have nothing. */
export function diagnosticOf(event: EngineEvent): Diagnostic | undefined {
  if (event.policyEvent !== undefined) return violationOf(event.policyEvent);
  const said = event.diagnosticEvent;
  // What the SDK says of its own work is for whoever debugs the SDK.
  if (said === undefined || said.ephemeral === true || (said.severity as string) === "debug") return undefined;
  const severity = said.severity === "info#err" ? "info" : said.severity;
  const message = withoutMarkup(said.message).trim();
  if (message === "") return undefined;
  return { severity, message, ...(said.urn !== undefined && said.urn !== "" && { resource: nameOf(said.urn) }) };
}

/** What a policy found; its description, which the engine puts first, says nothing of this resource. */
function violationOf({ policyName: policy, message, enforcementLevel, resourceUrn }: PolicyEvent): Diagnostic {
  const found = withoutMarkup(message).trim().split("\n").at(-1)?.trim() ?? "";
  return {
    severity: enforcementLevel === "mandatory" ? "error" : "warning",
    message: `${found} (policy ${policy})`,
    policy,
    ...(resourceUrn !== undefined && { resource: nameOf(resourceUrn) }),
  };
}

/** The entries of `values` that hold no secret. */
export function withoutSecrets(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isSecret(value)));
}

/** Last part of a URN: the resource's own name. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Pulumi marks colours as <{%red%}>, and terminals take escape sequences. */
function withoutMarkup(text: string): string {
  return visibleLines(text.replaceAll(/<\{%[^%]*%\}>/g, ""));
}

function propertyChanges(metadata: StepEventMetadata, computed: Values): PropertyChange[] {
  return Object.entries(metadata.detailedDiff ?? {})
    .map(([path, diff]) => propertyChange(path, diff, metadata, computed))
    .sort((a, b) => a.path.localeCompare(b.path));
}

function propertyChange(
  path: string,
  diff: PropertyDiff,
  metadata: StepEventMetadata,
  computed: Values,
): PropertyChange {
  const [action, replaces] = diff.diffKind.split("-") as ["add" | "update" | "delete", "replace" | undefined];
  const old = valueAt(diff.inputDiff ? metadata.old?.inputs : metadata.old?.outputs, path);
  const next = valueAt(metadata.new?.[diff.inputDiff ? "inputs" : computed], path);
  return {
    path,
    kind: action,
    replaces: replaces === "replace",
    ...(action !== "add" && old !== undefined && { old: textOf(old) }),
    ...(action !== "delete" && next !== undefined && { new: textOf(next) }),
  };
}

/** The value at a property path such as `a.b[0]["c.d"]`. */
function valueAt(from: unknown, path: string): unknown {
  let at = from;
  for (const [, plain, index, quoted] of path.matchAll(/([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/g)) {
    if (isSecret(at)) return at;
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[plain ?? index ?? quoted ?? ""];
  }
  return at;
}

/** A value of an exported state, taken out of the envelope that a secret is in. */
export function revealed(value: unknown): unknown {
  const { plaintext } = (isSecret(value) ? value : {}) as { plaintext?: string };
  return plaintext === undefined ? value : JSON.parse(plaintext);
}

function isSecret(value: unknown): boolean {
  return value === SECRET || (typeof value === "object" && value !== null && SECRET_SIGNATURE in value);
}

function textOf(value: unknown): string {
  if (isSecret(value)) return SECRET;
  return typeof value === "string"
    ? value
    : JSON.stringify(value, (_, inner: unknown) => (isSecret(inner) ? SECRET : inner));
}
