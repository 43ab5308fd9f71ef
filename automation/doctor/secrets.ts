/** Whether what runs was started with the secrets of now. */
import { nameOf, revealed } from "../engine/changes";
import type { StateEntry } from "../engine/state";
import type { Reader } from "./aws/readers";
import { ok, warn, type Check, type Look } from "./finding";
import type { Patient } from "./patient";

/** Secrets of the config that are other than those that were deployed. */
async function configured(patient: Patient): Promise<Look[]> {
  const { "slipway:secrets": text } = await patient.config("slipway");
  const wanted = JSON.parse(text ?? "{}") as Record<string, unknown>;
  if (Object.keys(wanted).length === 0) return [];
  const deployed = (await patient.deployed()).flatMap(secretsIn);
  const other = Object.keys(wanted).filter((name) =>
    deployed.some(([known, value]) => known === name && value !== String(wanted[name])),
  );
  if (other.length === 0) return [ok("those of the config are those that were deployed")];
  const found = `${other.join(", ")}: changed in the config since the last deployment`;
  return [warn(found, `slipway up --stack ${patient.place.stack}`)];
}

/** Secret variables of the application that a resource holds, with their values. */
function secretsIn({ type, urn, inputs = {} }: StateEntry): [name: string, value: string][] {
  const own = (value: unknown): [string, string][] => Object.entries((revealed(value) ?? {}) as Record<string, string>);
  if (type === "host:index:Program") return own(inputs["environment"]);
  if (type === "heroku:index/app:App") return own(inputs["sensitiveConfigVars"]);
  if (type !== "aws:secretsmanager/secretVersion:SecretVersion") return [];
  const text = revealed(inputs["secretString"]);
  if (typeof text !== "string") return [];
  // ECS reads variables out of one secret, Elastic Beanstalk has one for each.
  if (nameOf(urn).endsWith("-secrets-version")) return own(JSON.parse(text));
  const [, name] = /-secret-(\w+)-version$/.exec(nameOf(urn)) ?? [];
  return name === undefined ? [] : [[name, text]];
}

/** Secrets that somebody has changed in Secrets Manager, and that nothing has read since. */
async function rotated(patient: Patient, signal: AbortSignal): Promise<Look[]> {
  const resources = await patient.deployed();
  const { readersOf } = await import("./aws/readers");
  const { changesOf } = await import("./aws/rotations");
  const access = await patient.aws();
  const readers = await readersOf(access, patient.place, resources, signal);
  const all = [...new Set(readers.flatMap(({ secrets }) => secrets))];
  if (all.length === 0) return [];
  return staleness(readers, await changesOf(access, patient.place, all, signal));
}

/** @param changes ARN of a secret -> when its text was last changed */
export function staleness(readers: readonly Reader[], changes: ReadonlyMap<string, Date>): Look[] {
  const looks = readers.map(({ name, started, secrets, mend }) => {
    const stale = secrets.filter((arn) => (changes.get(arn)?.getTime() ?? 0) > started.getTime());
    if (stale.length === 0) return undefined;
    const which = stale.map((arn) => `${nameIn(arn)} (changed ${changes.get(arn)?.toISOString() ?? ""})`).join(", ");
    return warn(`${name}: runs since ${started.toISOString()} with what was before in ${which}`, mend);
  });
  const found = looks.filter((look) => look !== undefined);
  return found.length > 0 ? found : [ok("none was changed since what reads it was started")];
}

/** Name of a secret, without the six characters that AWS puts after it. */
function nameIn(arn: string): string {
  return arn.slice(arn.indexOf(":secret:") + ":secret:".length).replace(/-\w{6}$/, "");
}

export const SECRETS: readonly Check[] = [
  { name: "config secrets", look: configured },
  { name: "rotated secrets", targets: ["ecs", "beanstalk"], look: rotated },
];
