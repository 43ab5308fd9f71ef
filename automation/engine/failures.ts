/** Sorts what an operation of the engine failed with by what the user can do about it. */
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation";
import { ConfigError } from "../../components/config";
import { SlipwayError } from "../errors";
import { stopped } from "../stopping";
import type { Diagnostic } from "./changes";
import { lockedError } from "./locks";
import { slipwayFolder, type StackPlace } from "./project";

/** A failed operation. */
export interface Failure {
  place: StackPlace;
  /** What the engine's command ended with. */
  error: unknown;
  /** What the program itself ended with. */
  programError: unknown;
  /** Errors that the engine told of. */
  errors: readonly Diagnostic[];
  /** True when nothing was to be changed. */
  planning: boolean;
  /** What the operation was to be stopped by. */
  signal: AbortSignal | undefined;
  /** Names of resources that were being made when an earlier operation was killed. */
  interrupted: readonly string[];
}

/** How the engine says that a provider has refused an input. */
const REFUSED_INPUT = /^\S+ resource '[^']*'(?:: property (\S+) value [^]*)? has a problem: ([^]*)$/;
/** What is told of an operation as a whole, and of resources whose turn did not come because another had failed. */
const NO_REASON = /^(preview|update) failed$|^failed to run (policy|remediation): .*context canceled$/;
const UNUSABLE_STATE = /failed to load checkpoint|snapshot integrity failure|incorrect passphrase|deserializ/;
/** How the engine says that it has no access to the backend that keeps the state. */
const NOT_LOGGED_IN = /PULUMI_ACCESS_TOKEN must be set for login/;
/** How the engine says that a provider's plugin is neither there nor to be had. */
const MISSING_PLUGIN = /resource plugin '(?:pulumi-resource-)?([\w-]+)'[^]*? at version v?([\w.+-]+)/;
const KILLED = /Command was killed with (SIG\w+)/;

/** The signal that ended the engine, when one did. */
export function killedBy(error: unknown): string | undefined {
  return KILLED.exec(messageOf(error))?.[1];
}

/** The failure as an error with an exit code. */
export function sortFailure({ place, error, programError, errors, planning, signal, interrupted }: Failure): Error {
  const { stack } = place;
  if (programError instanceof ConfigError) return programError;
  if (signal?.aborted === true) return stopped(signal, `slipway up --stack ${stack} goes on from here`);
  if (error instanceof ConcurrentUpdateError) return lockedError(place, error.message, error);
  const reasons = errors.filter(({ message }) => !NO_REASON.test(message));
  if (reasons.length === 0) return fromEngine(place, error);
  const missing = reasons.map(({ message }) => MISSING_PLUGIN.exec(message)).find((found) => found !== null);
  if (missing?.[1] !== undefined) return pluginError(place, missing[1], missing[2] ?? "", error);
  const refusals = reasons.map(({ message }) => REFUSED_INPUT.exec(message));
  const texts = reasons.map(({ resource, message }, index) => {
    const said = refusals[index]?.[2] ?? message;
    return resource === undefined ? said : `${resource}: ${said}`;
  });
  const refused = reasons.every(({ policy }, index) => policy !== undefined || refusals[index] !== null);
  const kind = planning && refused ? inputKind(refusals) : "failed";
  const mend = leftOver(reasons, interrupted);
  const signalled = killedBy(error);
  const said = new Set(signalled === undefined ? texts : [...texts, endedBy(signalled)]);
  return new SlipwayError(signalled === undefined ? kind : "failed", [...said].join("\n"), mend, { cause: error });
}

/** What was made for a killed operation is unknown to the state, and may be in the way of what is made anew. */
function leftOver(reasons: readonly Diagnostic[], interrupted: readonly string[]): string | undefined {
  const names = reasons.flatMap(({ resource }) =>
    resource !== undefined && interrupted.includes(resource) ? [resource] : [],
  );
  if (names.length === 0) return undefined;
  const each = [...new Set(names)].map((name) => `${name} was being made when a deployment was interrupted`);
  return `${each.join("; ")}. If that is in the way now, remove it from the account, and slipway up goes on`;
}

/** A provider's plugin is missing, and where there is no network, or no way to it, the engine cannot get it. */
function pluginError({ stack, setup }: StackPlace, name: string, version: string, cause: unknown): SlipwayError {
  const without = setup === undefined ? `slipway rehearse --stack ${stack} needs none` : `leave out --real ${name}`;
  return new SlipwayError(
    "tool",
    `The Pulumi plugin ${name} ${version} is not on this machine, and could not be downloaded.`,
    `pulumi plugin install resource ${name} ${version}, with --file <archive> where there is no network; ${without}`,
    { cause },
  );
}

/** The state cannot be read: nothing was changed, and nothing is lost. */
export function stateError(place: StackPlace, error: unknown): SlipwayError {
  const { stack } = place;
  const reason = engineErrors(error)[0] ?? messageOf(error);
  if (NOT_LOGGED_IN.test(reason)) {
    const mend = "`pulumi login`, or name another backend with PULUMI_BACKEND_URL";
    return new SlipwayError("state", `Nobody is logged in to the backend that keeps the state of ${stack}.`, mend, {
      cause: error,
    });
  }
  return new SlipwayError(
    "state",
    `The state of stack ${stack} cannot be used: ${reason}`,
    `nothing was changed, and what runs goes on running. The state is below ${slipwayFolder(place)}/state/.pulumi/stacks: ` +
      `${stack}.json.bak beside ${stack}.json is the state before the last operation`,
    { cause: error },
  );
}

/** What a provider refuses comes from the config, but a Python that does not fit is missing from the machine. */
function inputKind(refusals: readonly (RegExpExecArray | null)[]): "tool" | "config" {
  return refusals.some((refusal) => refusal?.[1] === "python") ? "tool" : "config";
}

/** A failure that no event told of, by the engine's own last error lines. */
function fromEngine(place: StackPlace, error: unknown): SlipwayError {
  const lines = engineErrors(error);
  if (lines.some((line) => UNUSABLE_STATE.test(line))) return stateError(place, error);
  const signalled = killedBy(error);
  if (signalled !== undefined) {
    const mend = `slipway up --stack ${place.stack} goes on from here`;
    return new SlipwayError("failed", endedBy(signalled), mend, { cause: error });
  }
  const text = lines.length > 0 ? lines.join("\n") : messageOf(error);
  return new SlipwayError("failed", text, undefined, { cause: error });
}

function endedBy(signal: string): string {
  return `The Pulumi engine was ended by ${signal}.`;
}

function engineErrors(error: unknown): string[] {
  const lines = messageOf(error).split("\n");
  return lines.flatMap((line) => /^\s*error:\s*(.*)$/.exec(line)?.[1] ?? []);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
