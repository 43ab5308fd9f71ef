/** CPU and memory of tasks on Fargate, which offers pairs from a table. */

const GIB = 1024;

/**
 * CPU units that Fargate offers -> memory in MiB: from, to, in steps of. Below 1 GiB there is the single step of
 * 512 MiB (AWS, Amazon ECS task definition parameters for Fargate, Task size).
 */
const OFFERS = [
  { cpu: 256, from: 512, to: 2 * GIB, step: GIB },
  { cpu: 512, from: GIB, to: 4 * GIB, step: GIB },
  { cpu: 1024, from: 2 * GIB, to: 8 * GIB, step: GIB },
  { cpu: 2048, from: 4 * GIB, to: 16 * GIB, step: GIB },
  { cpu: 4096, from: 8 * GIB, to: 30 * GIB, step: GIB },
  { cpu: 8192, from: 16 * GIB, to: 60 * GIB, step: 4 * GIB },
  { cpu: 16384, from: 32 * GIB, to: 120 * GIB, step: 8 * GIB },
] as const;

/** Size of a task on Fargate. */
export interface FargateSize {
  /** CPU units. */
  cpu: number;
  /** MiB. */
  memory: number;
}

/**
 * The smallest pair that Fargate offers with at least `cpu` units and `memory` MiB. More memory may need more CPU.
 *
 * @throws RangeError for more than 16384 units or 122880 MiB
 */
export function fargateSize(cpu: number, memory: number): FargateSize {
  const offer = OFFERS.find((each) => each.cpu >= cpu && each.to >= memory);
  if (offer === undefined) {
    throw new RangeError(
      `cpu ${cpu} and memory ${memory}: Fargate offers at most 16384 CPU units and 122880 MiB; ask for less in slipway:processes.`,
    );
  }
  const memories = memory <= offer.from ? offer.from : Math.ceil(memory / offer.step) * offer.step;
  return { cpu: offer.cpu, memory: memories };
}
