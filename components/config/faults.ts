/** What is wrong with a stack's config, said so that the reader can mend it without opening another page. */

/** One thing that is wrong. */
export interface Fault {
  /** Config key with dots, such as `local.port`; empty when the fault is not of one key. */
  key: string;
  /** What is wrong, as the end of a sentence about the key. */
  problem: string;
  /** The value given, as text; left out where it is secret or there is none. */
  value?: string;
  /** What is allowed. */
  allowed?: string;
  /** Command that mends it. */
  mend?: string;
}

/** Every fault of a stack's config at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Tells Pulumi to show the message alone: where the program threw says nothing about a config. */
  readonly __pulumiRunError = true;

  constructor(
    readonly stackName: string,
    readonly faults: readonly Fault[],
  ) {
    super(describeFaults(stackName, faults));
  }
}

/** Renders faults as plain lines, in the order given. */
export function describeFaults(stack: string, faults: readonly Fault[]): string {
  const head = `${faults.length === 1 ? "One fault" : `${faults.length} faults`} in the config of stack ${stack}:`;
  return [head, ...faults.map(describeFault)].join("\n");
}

function describeFault(fault: Fault): string {
  const given = fault.value === undefined ? "" : ` (given: ${fault.value})`;
  const lines = [`  - ${fault.key === "" ? "" : `slipway:${fault.key}: `}${fault.problem}${given}`];
  if (fault.allowed !== undefined) lines.push(`      allowed: ${fault.allowed}`);
  if (fault.mend !== undefined) lines.push(`      mend:    ${fault.mend}`);
  return lines.join("\n");
}

/** The key of the nearest known name within two edits, for "did you mean". */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const scored = known.map((candidate) => ({ candidate, edits: edits(name, candidate) }));
  const best = scored.sort((a, b) => a.edits - b.edits)[0];
  return best !== undefined && best.edits <= 2 ? best.candidate : undefined;
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The command that sets a key; a secret one is asked for, so that it stays out of the shell's history. */
export function setCommand(key: string, stack: string, value = "<value>"): string {
  return isSecretKey(key)
    ? `slipway config set ${key} --secret --stack ${stack}`
    : `slipway config set ${key} ${value} --stack ${stack}`;
}

/** Keys whose values are never printed. */
export function isSecretKey(key: string): boolean {
  return /^secrets(\.|$)|\.(url|password|webhook)$/.test(key);
}
