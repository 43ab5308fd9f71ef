/** Looks at everything that a stack needs, and at what has become of it. */
import { ConfigError } from "../../components/config";
import type { StackQuery } from "../running";
import { unlessStopped } from "../stopping";
import { BACKUPS } from "./backups";
import { CREDENTIALS } from "./credentials";
import { thrown, type Check, type Finding, type Group, type Look } from "./finding";
import { MACHINES } from "./machines";
import { NETWORK } from "./network";
import { patientOf, type Patient } from "./patient";
import { SECRETS } from "./secrets";
import { STACK } from "./stack";
import { STANDING } from "./standing";
import { SUPPORT } from "./support";
import { TOOLS } from "./tools";

export type { Finding, Group, State } from "./finding";

const CHECKS: Readonly<Record<Group, readonly Check[]>> = {
  tools: TOOLS,
  stack: STACK,
  credentials: CREDENTIALS,
  support: SUPPORT,
  machines: MACHINES,
  network: NETWORK,
  standing: STANDING,
  backups: BACKUPS,
  secrets: SECRETS,
};

/** How long one check may take. */
const SECONDS = 30;

/** Options of {@link doctor}. */
export interface DoctorOptions extends StackQuery {
  /** Seconds that a check may take before it is left out. @default 30 */
  seconds?: number;
}

/**
 * Looks at everything that a deployment of the stack needs, at what it is made of, and at what runs; all at once. Nothing is
 * changed.
 *
 * @returns what was found, in the order of the checks; nothing throws, what cannot be looked at is a finding itself
 * @throws SlipwayError (timeout, cancelled)
 * @example
 * ```ts
 * const urgent = (await doctor({ stack: "prod" })).filter(({ state }) => state === "fail");
 * ```
 */
export async function doctor({ seconds = SECONDS, signal, ...ref }: DoctorOptions): Promise<Finding[]> {
  return unlessStopped(signal, () => examine(patientOf(ref), CHECKS, seconds));
}

/** Looks at a stack with some checks. */
export async function examine(
  patient: Patient,
  checks: Readonly<Partial<Record<Group, readonly Check[]>>>,
  seconds = SECONDS,
): Promise<Finding[]> {
  const { stack } = patient.ref;
  const found = Object.entries(checks).flatMap(([group, own]) =>
    own.map(async (check) => {
      const looks = await looked(check, patient, seconds);
      return looks.map((look): Finding => ({ stack, group: group as Group, name: check.name, ...look }));
    }),
  );
  return withoutRepetition((await Promise.all(found)).flat());
}

/** What keeps a deployment from working keeps other checks from looking: its reason is told once. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const failed = new Map(findings.filter(({ state }) => state === "fail").map(({ found, name }) => [found, name]));
  return findings.map((finding) => {
    const cause = finding.state === "skipped" ? failed.get(finding.found) : undefined;
    if (cause === undefined) return finding;
    const { stack, group, name, state } = finding;
    return { stack, group, name, state, found: `not before ${cause} is mended` };
  });
}

async function looked({ targets, look }: Check, patient: Patient, seconds: number): Promise<Look[]> {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Look[]>((resolve) => {
    timer = setTimeout(() => {
      end.abort();
      resolve([{ state: "skipped", found: `it took longer than ${seconds} s` }]);
    }, seconds * 1000);
  });
  try {
    if (targets !== undefined && !targets.some((target) => patient.settings().targets.includes(target))) return [];
    return await Promise.race([Promise.resolve(look(patient, end.signal)), late]);
  } catch (error) {
    // A fault of the config is told once, by the check of the config.
    return error instanceof ConfigError ? [] : [thrown("skipped", error)];
  } finally {
    clearTimeout(timer);
  }
}
