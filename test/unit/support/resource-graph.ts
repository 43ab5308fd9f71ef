/** The resources that a program registers, without an engine, as text that can be compared. */
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import {
  setMocks,
  type MockMonitor,
  type MockResourceArgs,
  type MockResourceResult,
} from "@pulumi/pulumi/runtime/mocks";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { disconnect, getMonitor } from "@pulumi/pulumi/runtime/settings";
import { stringify } from "yaml";

/** What a provider would add to the inputs of a resource, by its type; a function is given the resource's name. */
export type ComputedOutputs = Readonly<
  Record<string, Record<string, unknown> | ((name: string) => Record<string, unknown>)>
>;

/** What a provider would answer, by the function's token. */
export type Answers = Readonly<Record<string, Record<string, unknown>>>;

/** One resource as it was registered. */
export interface Registered {
  type: string;
  name: string;
  parent: string;
  dependsOn: string[];
  ignoreChanges: string[];
  secretOutputs: string[];
  inputs: Record<string, unknown>;
}

const nameIn = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** What mocks are not told: parents, dependencies, options. */
function registered(request: RegisterResourceRequest): Registered {
  return {
    type: request.getType(),
    name: request.getName(),
    parent: nameIn(request.getParent()),
    dependsOn: request.getDependenciesList().map(nameIn).sort(),
    ignoreChanges: request.getIgnorechangesList().slice().sort(),
    secretOutputs: request.getAdditionalsecretoutputsList().slice().sort(),
    inputs: request.getObject()?.toJavaScript() ?? {},
  };
}

/**
 * Runs `program` against mocks and returns what it registered.
 *
 * @param computed outputs by type; a type that is not there is refused, by name
 * @param answers answers of functions; a function that is not there is refused
 */
export async function registeredBy(
  program: () => void,
  computed: ComputedOutputs,
  answers: Answers = {},
): Promise<Registered[]> {
  let refused: Error | undefined;
  const mocks = {
    newResource: ({ type, name, inputs, custom }: MockResourceArgs): MockResourceResult => {
      if (custom === true && !(type in computed)) {
        refused ??= new Error(`no mock of the type ${type}, which ${name} has`);
      }
      const outputs = computed[type];
      const added = typeof outputs === "function" ? outputs(name) : outputs;
      return { id: `${name}-id`, state: { ...(inputs as object), ...added } };
    },
    call: ({ token }: { token: string }) => {
      const answer = answers[token];
      if (answer === undefined) throw new Error(`no mock of the function ${token}`);
      return answer;
    },
  };
  await setMocks(mocks, "slipway", "dev", false);
  const all: Registered[] = [];
  const monitor = getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    all.push(registered(request));
    return register(request, callback);
  };
  await withoutStacks(async () => {
    program();
    await disconnect();
  });
  if (refused !== undefined) throw refused;
  return all;
}

/** Pulumi notes the stack of every promise, which takes most of the time where stacks are mapped to sources. */
async function withoutStacks(action: () => Promise<void>): Promise<void> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    await action();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * Says resources as text, in the order of their names: what is secret, and what differs from machine to machine or with
 * every change of a file, as a word in angle brackets.
 *
 * @param names texts that stand for something -> what is written instead
 */
export function graphText(resources: readonly Registered[], names: Readonly<Record<string, string>>): string {
  const blocks = [...resources]
    .sort((one, other) => one.name.localeCompare(other.name))
    .map(({ type, name, ...rest }) => {
      const filled = Object.entries(rest).filter(([, value]) => value !== "" && Object.keys(value).length > 0);
      const text = filled.length === 0 ? "" : stringify(Object.fromEntries(filled), shown, { lineWidth: 0 });
      return `${name} (${type})\n${text.replaceAll(/^(?=.)/gm, "  ")}`;
    });
  return Object.entries(names).reduce((text, [value, name]) => text.replaceAll(value, name), blocks.join("\n"));
}

function shown(key: unknown, value: unknown): unknown {
  if (isSecret(value)) return "<secret>";
  if (key === "requirements" && typeof value === "string") return packages(value);
  if (key === "userData" && typeof value === "string") return Buffer.from(value, "base64").toString();
  if (typeof value === "string" && /^[{[]/.test(value)) return parsed(value);
  if (key === "files" && typeof value === "object" && value !== null) return Object.keys(value).sort();
  return value;
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, specialSigKey) === specialSecretSig;
}

/** Documents of JSON are easier to read, and to compare, when they are written out. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Names of the packages of requirements in pip's format. */
function packages(requirements: string): string[] {
  const names = requirements.split("\n").map((line) => /^[A-Za-z0-9][\w.-]*/.exec(line)?.[0]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
