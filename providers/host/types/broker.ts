import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { type BrokerKind, type BrokerSettings, brokerComplaint, brokerServers } from "../brokers";
import { readIfThere, writeWhole } from "../files";
import { applyGroup, removeGroup, runningIn } from "../groups";
import { layout } from "../paths";
import { freeOrOwn } from "../port-check";
import { freePort } from "../ports";
import type { Context, Failure, Kept, ResourceType } from "../resource";
import type { BrokerInputs, BrokerOutputs } from "../resources";
import * as rules from "../rules";

/** Brokers start before the application's programs, and stop after them. */
const PRIORITY = 100;
const START_SECONDS = 60;
const PASSWORD_BYTES = 24;
/** What `auto` takes, best first. */
const PREFERENCE: readonly BrokerKind[] = ["rabbitmq", "redis", "embedded"];
const GROUPS = ["broker", "epmd"];

export const broker: ResourceType<BrokerInputs, BrokerOutputs> = {
  rules: { root: rules.root, kind: rules.brokerKind, virtualenv: rules.folder },
  secrets: ["url"],
  watched: true,
  check,
  changes: (found, { outputs }) =>
    outputs.running === false ? [...found, { path: "running", kind: "update" }] : found,
  plan: ({ kind }, old) => {
    if (old === undefined || kind === undefined || resolve(kind, "", old) !== old.resolved) return { running: true };
    return { resolved: old.resolved, port: old.port, url: old.url, running: true };
  },
  id: ({ root }) => path.join(layout(root).data, "broker"),
  create: (inputs, context) => provide(inputs, undefined, context),
  update: (inputs, old, context) => provide(inputs, old, context),
  read: async (kept) => {
    const settings = await settingsOf(folderOf(kept.root, kept.resolved));
    const supervised = (await runningIn(layout(kept.root), "broker", 1)) === 1;
    return { ...kept, running: supervised && settings !== undefined && (await isWell(kept.resolved, settings)) };
  },
  delete: async ({ root }) => {
    for (const group of GROUPS) await removeGroup(layout(root), group);
  },
};

async function isWell(kind: BrokerKind, settings: BrokerSettings): Promise<boolean> {
  return (await brokerComplaint(kind, settings)) === undefined;
}

function folderOf(root: string, kind: BrokerKind): string {
  return path.join(layout(root).data, "broker", kind);
}

/** The kind that was chosen before stays; otherwise the first that is installed. */
function resolve(kind: BrokerInputs["kind"], virtualenv: string, old: BrokerOutputs | undefined): BrokerKind {
  if (kind !== "auto") return kind;
  return old?.resolved ?? PREFERENCE.find((each) => brokerServers[each].find(virtualenv) !== undefined) ?? "embedded";
}

async function check({ kind }: Partial<BrokerInputs>): Promise<Failure[]> {
  if (kind !== "redis" && kind !== "rabbitmq") return [];
  if (brokerServers[kind].find("") !== undefined) return [];
  const mend = `Install ${kind}-server, or use the embedded one: \`slipway config set local.broker.kind embedded\`.`;
  return [{ property: "kind", reason: `kind is ${kind}, but there is no ${kind}-server on PATH. ${mend}` }];
}

async function provide(
  inputs: BrokerInputs,
  old: Kept<BrokerInputs, BrokerOutputs> | undefined,
  { signal }: Context,
): Promise<BrokerOutputs> {
  const paths = layout(inputs.root);
  const resolved = resolve(inputs.kind, inputs.virtualenv, old?.outputs);
  const server = brokerServers[resolved].find(inputs.virtualenv);
  if (server === undefined) throw new Error(`There is no ${resolved} server in ${inputs.virtualenv} or on PATH.`);
  if (old !== undefined && old.outputs.resolved !== resolved) {
    for (const group of GROUPS) await removeGroup(paths, group);
  }
  const folder = folderOf(inputs.root, resolved);
  const settings = await chooseSettings(inputs.root, folder);
  const { stopTimeout, configure, url } = brokerServers[resolved];
  for (const { name, spec } of await configure({ folder, server, settings })) {
    const complaint = name === "broker" ? () => brokerComplaint(resolved, settings) : undefined;
    const group = { name, spec, stopTimeout, complaint, count: 1, priority: PRIORITY, startTimeout: START_SECONDS };
    await applyGroup(paths, group, signal);
  }
  return { ...inputs, resolved, port: settings.port, url: url(settings), running: true };
}

function settingsPath(folder: string): string {
  return path.join(folder, "slipway.json");
}

async function settingsOf(folder: string): Promise<BrokerSettings | undefined> {
  const text = await readIfThere(settingsPath(folder));
  return text === undefined ? undefined : (JSON.parse(text) as BrokerSettings);
}

/** Settings stay with the data, which knows the password; a port that somebody else took meanwhile is changed. */
async function chooseSettings(root: string, folder: string): Promise<BrokerSettings> {
  const before = await settingsOf(folder);
  const usable = async (port: number | undefined) =>
    port !== undefined && (await freeOrOwn(layout(root), { host: "127.0.0.1", port })) === undefined
      ? port
      : freePort();
  const settings = {
    password: before?.password ?? randomBytes(PASSWORD_BYTES).toString("base64url"),
    port: await usable(before?.port),
    epmdPort: await usable(before?.epmdPort),
    distributionPort: await usable(before?.distributionPort),
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(settingsPath(folder), JSON.stringify(settings));
  return settings;
}
