import type { Ending } from "../children";
import { type Task, runTask, startTask, taskFailure } from "../commands";
import { freePort } from "../ports";
import { ask, isFine } from "../readiness";
import type { Context, ResourceType } from "../resource";
import type { PreflightInputs, PreflightOutputs } from "../resources";
import * as rules from "../rules";
import { until } from "../wait";

/** How long a web process may answer with faults before it counts as broken. */
const FAULTY_SECONDS = 5;
const CONSEQUENCE = "Nothing was changed: what ran before keeps running.";

export const preflight: ResourceType<PreflightInputs, PreflightOutputs> = {
  rules: { ...rules.releaseCommand, checks: rules.commands, web: rules.probe, timeout: rules.seconds },
  secrets: ["environment"],
  ignored: ["timeout"],
  plan: () => ({}),
  id: ({ root }) => `${root}/preflight`,
  create: prove,
  update: (inputs, _old, context) => prove(inputs, context),
  read: async (kept) => kept,
  delete: async () => undefined,
};

async function prove(inputs: PreflightInputs, { signal }: Context): Promise<PreflightOutputs> {
  for (const argv of inputs.checks) {
    await runTask({ of: inputs, name: "preflight", argv }, inputs.timeout, signal, CONSEQUENCE);
  }
  if (inputs.web.command.length > 0) await serveOnce(inputs, signal);
  return inputs;
}

/** Starts the web program on a port of its own, until it has answered. */
async function serveOnce(inputs: PreflightInputs, signal: AbortSignal): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}${inputs.web.path}`;
  // It is no process of a program: nothing waits for its heartbeat, and no folder is kept for it.
  const own = { SLIPWAY_HEARTBEAT: "", SLIPWAY_RUN: "" };
  const extra = { SLIPWAY_LISTEN: `tcp://${address}`, SLIPWAY_PROCESSES: "1", ...own };
  const task: Task = { of: inputs, name: "preflight", argv: inputs.web.command, extra };
  const child = await startTask(task);
  try {
    let ending: Ending | undefined;
    void child.ended.then((how) => (ending = how));
    let answer = "no answer";
    let faultySince: number | undefined;
    const verdict = await until(inputs.timeout, signal, async () => {
      if (ending !== undefined) return ending.how;
      answer = await ask(url);
      if (isFine(answer)) return "well";
      if (!/^5\d\d$/.test(answer)) return undefined;
      faultySince ??= performance.now();
      return performance.now() - faultySince > FAULTY_SECONDS * 1000
        ? `${inputs.web.path} answers ${answer}`
        : undefined;
    });
    if (verdict === "well") return;
    const how = verdict ?? `${inputs.web.path} gave ${answer} for ${inputs.timeout} s`;
    throw await taskFailure(task, how, child, CONSEQUENCE);
  } finally {
    await child.stop();
  }
}
