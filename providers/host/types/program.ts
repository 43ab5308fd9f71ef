import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { NotRestored, type Group, applyGroup, removeGroup, runningIn } from "../groups";
import { removeAll } from "../files";
import { layout } from "../paths";
import { freeOrOwn } from "../port-check";
import { httpComplaint } from "../readiness";
import { type Context, type Failure, Incomplete, type Kept, type ResourceType } from "../resource";
import type { ProgramInputs, ProgramOutputs } from "../resources";
import * as rules from "../rules";
import { SERVED_MARK, releaseEnvironment } from "../specs";

const PRIORITY = 500;

export const program: ResourceType<ProgramInputs, ProgramOutputs> = {
  rules: {
    ...rules.releaseCommand,
    name: rules.name,
    command: rules.words,
    count: rules.wholeNumber(0, 1000),
    stopTimeout: rules.seconds,
    startTimeout: rules.seconds,
    listen: rules.listen,
    ready: rules.ready,
  },
  secrets: ["environment"],
  ignored: ["startTimeout", "ready"],
  replaces: ["name"],
  watched: true,
  check,
  changes: (found, { outputs: { running, count } }) =>
    running !== undefined && count !== undefined && running < count
      ? [...found, { path: "running", kind: "update" }]
      : found,
  plan: ({ count }) => (count === undefined ? {} : { running: count }),
  id: ({ root, name }) => `${layout(root).run}/${name}`,
  create: apply,
  update,
  read: async (kept) => ({ ...kept, running: await runningIn(layout(kept.root), kept.name, kept.count) }),
  delete: async (kept) => {
    await removeGroup(layout(kept.root), kept.name);
    await removeAll(...heartbeats(kept));
  },
};

async function check({ root, count, listen, ready }: Partial<ProgramInputs>): Promise<Failure[]> {
  const failures: Failure[] = [];
  if (ready?.heartbeat !== undefined && (count ?? 0) > 1 && !ready.heartbeat.includes("{instance}")) {
    const reason = `ready.heartbeat is ${ready.heartbeat} for ${count} processes; allowed: a path with {instance} in it.`;
    failures.push({ property: "ready", reason });
  }
  if (ready?.http !== undefined && listen === undefined && !URL.canParse(ready.http)) {
    const reason = `ready.http is ${ready.http}; allowed: a whole URL, or a path where \`listen\` is given.`;
    failures.push({ property: "ready", reason });
  }
  if (root !== undefined && listen !== undefined && (count ?? 1) > 0) {
    const taken = await freeOrOwn(layout(root), listen);
    if (taken !== undefined) failures.push({ property: "listen", reason: taken });
  }
  return failures;
}

async function apply(inputs: ProgramInputs, { signal }: Context): Promise<ProgramOutputs> {
  const running = await applyGroup(layout(inputs.root), groupOf(inputs), signal);
  if (inputs.count > 0) await writeFile(path.join(inputs.release, SERVED_MARK), "");
  return { ...inputs, running };
}

async function update(
  inputs: ProgramInputs,
  old: Kept<ProgramInputs, ProgramOutputs>,
  context: Context,
): Promise<ProgramOutputs> {
  try {
    return await apply(inputs, context);
  } catch (error) {
    if (!(error instanceof NotRestored)) throw error;
    const { root, name, count } = old.inputs;
    const running = await runningIn(layout(root), name, count);
    throw new Incomplete(error.message, { ...old.outputs, running }, { ...old.inputs });
  }
}

function groupOf(inputs: ProgramInputs): Group {
  const { name, count, stopTimeout, startTimeout, listen, ready, release, command } = inputs;
  const http = ready?.http;
  const base = listen === undefined ? undefined : `http://${listen.host}:${listen.port}`;
  return {
    name,
    count,
    stopTimeout,
    startTimeout,
    listen,
    priority: PRIORITY,
    heartbeat: ready?.heartbeat,
    complaint: http === undefined ? undefined : () => httpComplaint(new URL(http, base).href),
    spec: { cwd: release, argv: command, environment: releaseEnvironment(inputs) },
  };
}

function heartbeats({ name, count, ready }: ProgramInputs): string[] {
  const heartbeat = ready?.heartbeat;
  if (heartbeat === undefined) return [];
  return Array.from({ length: count }, (_, index) => heartbeat.replaceAll("{instance}", `${name}-${index}`));
}
