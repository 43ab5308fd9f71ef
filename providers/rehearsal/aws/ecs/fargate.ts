/** Sizes that Fargate offers. Source: ECS developer guide, "Task definition parameters for Fargate: task size". */

interface Size {
  cpu: number;
  /** Smallest and largest memory in MiB, and what lies between two sizes. */
  from: number;
  to: number;
  step: number;
}

const SIZES: readonly Size[] = [
  { cpu: 512, from: 1024, to: 4096, step: 1024 },
  { cpu: 1024, from: 2048, to: 8192, step: 1024 },
  { cpu: 2048, from: 4096, to: 16384, step: 1024 },
  { cpu: 4096, from: 8192, to: 30720, step: 1024 },
  { cpu: 8192, from: 16384, to: 61440, step: 4096 },
  { cpu: 16384, from: 32768, to: 122880, step: 8192 },
];

/** Whether Fargate has a task of so many CPU units and so much memory in MiB. */
export function isFargateSize(cpu: number, memory: number): boolean {
  if (cpu === 256) return [512, 1024, 2048].includes(memory);
  const size = SIZES.find((each) => each.cpu === cpu);
  return size !== undefined && memory >= size.from && memory <= size.to && memory % size.step === 0;
}
