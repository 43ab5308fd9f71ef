/** The stack itself: its config, its application, its state, what runs of it. */
import { existsSync, statSync } from "node:fs";
import { describeWorkload } from "../../components/app";
import { stackFolder } from "../../components/deploy";
import { layout } from "../../providers/host/paths";
import { holdersOf, isFree } from "../../providers/host/ports";
import { Supervisord } from "../../providers/host/supervisord";
import { configFile, passphraseFile, stateFolder } from "../engine/project";
import { NotDeployedError } from "../engine/stack";
import { operationsOf } from "../operations";
import { fail, failing, ok, thrown, warn, type Check, type Look } from "./finding";
import type { Patient } from "./patient";

function config({ place, settings }: Patient): Look[] {
  return [ok(`${configFile(place)}, targets ${settings().targets.join(", ")}`)];
}

async function application({ place, settings }: Patient): Promise<Look[]> {
  const { release } = await describeWorkload(settings(), place.project, place.stack);
  return [ok(`${release.source}, version ${release.version}`)];
}

async function state({ place, anatomy }: Patient): Promise<Look[]> {
  try {
    const { resources, rehearsed, unread } = await anatomy();
    if (!rehearsed) return [ok(`${resources.length} resources are deployed`)];
    const look = warn("only rehearsed: what follows is of the last rehearsal", `slipway up --stack ${place.stack}`);
    return [...(unread === undefined ? [] : [thrown("fail", unread)]), look];
  } catch (error) {
    if (!(error instanceof NotDeployedError)) throw error;
    const mend = `slipway up --stack ${place.stack}; slipway rehearse --stack ${place.stack} needs no account`;
    return [warn("not deployed yet", mend)];
  }
}

async function port({ place, settings }: Patient): Promise<Look[]> {
  const { port: number } = settings().local;
  if (await isFree("127.0.0.1", number)) return [ok(`${number} is free`)];
  const own = await new Supervisord(layout(stackFolder(place.project, place.stack))).pid();
  const holders = await holdersOf(number);
  if (holders.some(({ pid }) => pid === own)) return [ok(`${number} is this stack's own`)];
  const who =
    holders.map(({ pid, command }) => `process ${pid} (${command})`).join(", ") || "a process of another user";
  return [fail(`${number} is held by ${who}`, `slipway config set local.port <other> --stack ${place.stack}`)];
}

/** Whatever holds a secret must be readable by its owner alone. */
function files({ place }: Patient): Look[] {
  const secret = [passphraseFile(), stateFolder(place), stackFolder(place.project, place.stack)];
  const open = secret.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0);
  if (open.length === 0) return [ok("secrets are readable by you alone")];
  return open.map((file) => fail(`${file} is open to others`, `chmod go= ${file}`));
}

/** What runs, on every target that can tell. */
async function running({ ref, place, anatomy }: Patient): Promise<Look[]> {
  // A deployment that was interrupted has left a folder, and no state.
  const here = existsSync(layout(stackFolder(place.project, place.stack)).run);
  const deployed = await anatomy().then(
    ({ rehearsed }) => !rehearsed,
    () => false,
  );
  const told = operationsOf(ref, "status").filter(({ target }) => (target === "local" ? here : deployed));
  return Promise.all(
    told.map(async ({ target, operation }) => {
      const { processes, healthy, health } = await operation(place);
      if (healthy) return ok(`${target}: ${processes.length} run, ready (${health})`);
      const dead = processes.filter((process) => !process.running).map((process) => `${process.name} ${process.state}`);
      const why = [...new Set([...dead, health])].join(", ");
      return fail(`${target}: not healthy, ${why}`, `slipway up --stack ${place.stack}; slipway logs tells more`);
    }),
  );
}

export const STACK: readonly Check[] = [
  { name: "config", look: failing(config) },
  { name: "application", look: failing(application) },
  { name: "state", look: failing(state) },
  { name: "port", targets: ["local"], look: failing(port) },
  { name: "files", look: failing(files) },
  { name: "running", look: running },
];
