/** The config said back: a row for every key, and a JSON Schema for editors. Both come from the schema itself. */
import { z } from "zod";
import { isSecretKey } from "./faults";
import { PROFILES, withProfile } from "./profiles";
import { settingsSchema } from "./schema";

/** One config key. */
export interface KeyRow {
  /** Key with dots, such as `local.port`. */
  key: string;
  type: string;
  /** Default as text; empty for a key that is required, or that may stay away. */
  default: string;
  required: boolean;
  meaning: string;
}

/** JSON Schema nodes, as far as rows are made from them. */
interface Node {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  anyOf?: Node[];
  oneOf?: Node[];
  additionalProperties?: Node | boolean;
}

/** A row for every key of the config, sections first, in the order in which a stack file has them. */
export function explainKeys(): KeyRow[] {
  return rowsBelow("", inputSchema());
}

/** JSON Schema of a whole `Pulumi.<stack>.yaml`, for editors. */
export function stackFileSchema(): object {
  const { properties = {}, required = [] } = inputSchema();
  const named = Object.fromEntries(Object.entries(properties).map(([key, node]) => [`slipway:${key}`, node]));
  const secure = { type: "object", required: ["secure"], properties: { secure: { type: "string" } } };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Slipway stack",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: withSecrets(named, secure),
        required: required.map((key) => `slipway:${key}`),
      },
    },
  };
}

function inputSchema(): Node {
  return z.toJSONSchema(settingsSchema, { io: "input" }) as Node;
}

function rowsBelow(prefix: string, node: Node): KeyRow[] {
  const rows = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const key = prefix === "" ? name : `${prefix}.${name}`;
    const fallback = child.default ?? defaultIn(node, name);
    const required = fallback === undefined && (node.required ?? []).includes(name);
    const row = {
      key,
      type: typeOf(child),
      default: defaultOf(key, fallback),
      required,
      meaning: child.description ?? "",
    };
    const branches = alternatives(child).map((branch) => ({ ...branch, default: child.default }));
    return [row, ...[child, ...branches].flatMap((branch) => rowsBelow(key, branch))];
  });
  return mergeKinds(rows);
}

/** The branches of a union repeat `kind`; together they are one key with every value. */
function mergeKinds(rows: readonly KeyRow[]): KeyRow[] {
  const merged = new Map<string, KeyRow>();
  for (const row of rows) {
    const known = merged.get(row.key);
    const type = [...new Set([known?.type, row.type].flatMap((text) => text?.split(" | ") ?? []))].join(" | ");
    merged.set(row.key, known === undefined ? row : { ...known, type });
  }
  return [...merged.values()];
}

function alternatives(node: Node): Node[] {
  return [...(node.oneOf ?? []), ...(node.anyOf ?? [])].filter((branch) => branch.properties !== undefined);
}

function typeOf(node: Node): string {
  if (node.const !== undefined) return textOf(node.const);
  if (node.enum !== undefined) return node.enum.map(String).join(" | ");
  if (node.items !== undefined) return `list of ${typeOf(node.items)}`;
  if (node.oneOf !== undefined || node.properties !== undefined) return "section";
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(" | ");
  if (node.type === "object") return "map of names to values";
  if (node.type === "integer" && node.minimum !== undefined) return `whole number, ${node.minimum} to ${node.maximum}`;
  return node.type === "string" ? "text" : (node.type ?? "any");
}

/** A default that differs between the profiles is said for each. */
function defaultOf(key: string, fallback: unknown): string {
  const [dev = "", prod = ""] = (["dev", "prod"] as const).map((stage) =>
    textOf(valueIn(withProfile(SECTIONS, PROFILES[stage]), key)),
  );
  if (dev !== "") return dev === prod ? dev : `${dev} (dev), ${prod} (prod)`;
  return textOf(fallback);
}

/** A scalar as text; sections and lists have no text of their own. */
function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** What a section's own default says of one of its keys. */
function defaultIn({ default: section }: Node, name: string): unknown {
  return typeof section === "object" && section !== null ? (section as Record<string, unknown>)[name] : undefined;
}

/** Sections that only exist when they are named, named, so that their defaults show. */
const SECTIONS = { processes: { worker: {}, beat: {} } };

function valueIn(from: unknown, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>(
      (at, step) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[step] : undefined),
      from,
    );
}

/** Wherever a secret may stand, its encrypted form may stand too. */
function withSecrets(properties: Record<string, Node>, secure: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, node]) => [name, secretNode(name.replace(/^slipway:/, ""), node, secure)]),
  );
}

function secretNode(key: string, node: Node, secure: object): unknown {
  if (key === "secrets") return { ...node, additionalProperties: { anyOf: [node.additionalProperties, secure] } };
  if (isSecretKey(key)) return { anyOf: [node, secure] };
  const inside = (child: Node): Node => ({
    ...child,
    ...(child.properties && {
      properties: Object.fromEntries(
        Object.entries(child.properties).map(([name, inner]) => [
          name,
          secretNode(`${key}.${name}`, inner, secure) as Node,
        ]),
      ),
    }),
    ...(child.oneOf && { oneOf: child.oneOf.map(inside) }),
  });
  return inside(node);
}
