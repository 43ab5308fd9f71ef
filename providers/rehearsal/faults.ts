/** Faults that are ordered: calls that fail, are throttled, time out, or are answered by nobody. */
import { OPERATIONS, titleOf, type Operation } from "./refusals";

/**
 * `fail`: the cloud refuses and does nothing. `throttle`: refused until the provider has tried again. `timeout`: begun,
 * and not seen to its end. `lost`: done, and the answer does not arrive.
 */
export const FAULTS = ["fail", "throttle", "timeout", "lost"] as const;
export type FaultKind = (typeof FAULTS)[number];

/** True for the word of a fault. */
export function isFault(value: unknown): value is FaultKind {
  return FAULTS.includes(value as FaultKind);
}

/** A fault that is ordered. */
export interface Fault {
  kind: FaultKind;
  operation: Operation;
  /** Type tokens or functions that it is for. */
  types: readonly string[];
  /** Which of the calls that fit, from 1. */
  nth: number;
  /** True: that call and all after it. */
  lasting: boolean;
}

const FORM = "<kind>:<operation>[:<type>][:<nth>], such as fail:create:Subnet:2 or throttle:create:ecs/Service:1+";

/**
 * Reads a fault.
 *
 * @param text `<kind>:<operation>[:<type>][:<nth>]`. The type is a token, its last word (`Subnet`), or that with its
 *   service (`ecs/Service`); every type when none is given. The nth call that fits, from 1; with `+`, all after it too.
 * @param types tokens of everything that is simulated, functions included
 * @throws Error that says what is allowed
 */
export function parseFault(text: string, types: readonly string[]): Fault {
  const [kind = "", operation = "", ...rest] = text.split(":");
  const count = /^\d+\+?$/.test(rest.at(-1) ?? "") ? rest.pop() : undefined;
  const refuse = (what: string): Error => new Error(`The fault ${JSON.stringify(text)} ${what} Faults are ${FORM}.`);
  const isOperation = (word: string): word is Operation => OPERATIONS.includes(word as Operation);
  if (!isFault(kind)) throw refuse(`begins with "${kind}"; allowed are ${FAULTS.join(", ")}.`);
  if (!isOperation(operation)) throw refuse(`is for "${operation}"; allowed are ${OPERATIONS.join(", ")}.`);
  const nth = count === undefined ? 1 : Number.parseInt(count, 10);
  if (nth < 1) throw refuse("counts from 0; the first call is 1.");
  const named = rest.join(":");
  const meant = named === "" ? types : types.filter((type) => isMeant(type, named));
  if (meant.length === 0) throw refuse(`is for "${named}", which is no type that is simulated.`);
  if (named !== "" && new Set(meant).size > 1) {
    throw refuse(`is for "${named}", which may be ${meant.map(shortOf).join(", ")}.`);
  }
  return { kind, operation, types: meant, nth, lasting: count?.endsWith("+") === true };
}

/** `aws:ec2/subnet:Subnet` is `ec2/Subnet`. */
function shortOf(type: string): string {
  const [, module = "", name = ""] = type.split(":");
  return `${module.split("/")[0] ?? ""}/${name}`;
}

function isMeant(type: string, named: string): boolean {
  const word = named.toLowerCase();
  return [type, shortOf(type), type.split(":").at(-1) ?? "", titleOf(type)].some((form) => form.toLowerCase() === word);
}

/** Counts calls, and says which of them go wrong. */
export class Faults {
  private readonly counts = new Map<Fault, number>();

  constructor(private readonly ordered: readonly Fault[]) {}

  /** The fault that is ordered for this call, which is counted. */
  next(operation: Operation, type: string): FaultKind | undefined {
    let found: FaultKind | undefined;
    for (const fault of this.ordered) {
      if (fault.operation !== operation || !fault.types.includes(type)) continue;
      const count = (this.counts.get(fault) ?? 0) + 1;
      this.counts.set(fault, count);
      if (count === fault.nth || (fault.lasting && count > fault.nth)) found ??= fault.kind;
    }
    return found;
  }
}
