import { expect } from "chai";
import * as fc from "fast-check";
import { fargateSize } from "../../components/container/sizes";

/** What Fargate accepts, pair by pair. */
function offered(): Map<number, number[]> {
  const steps = (from: number, to: number, step: number) =>
    Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
  return new Map([
    [256, [512, 1024, 2048]],
    [512, steps(1024, 4096, 1024)],
    [1024, steps(2048, 8192, 1024)],
    [2048, steps(4096, 16384, 1024)],
    [4096, steps(8192, 30720, 1024)],
    [8192, steps(16384, 61440, 4096)],
    [16384, steps(32768, 122880, 8192)],
  ]);
}

describe("size of a task on Fargate", () => {
  const table: [[number, number], [number, number]][] = [
    [
      [128, 128],
      [256, 512],
    ],
    [
      [256, 513],
      [256, 1024],
    ],
    [
      [256, 1025],
      [256, 2048],
    ],
    [
      [256, 2049],
      [512, 3072],
    ],
    [
      [257, 512],
      [512, 1024],
    ],
    [
      [1024, 8192],
      [1024, 8192],
    ],
    [
      [1024, 8193],
      [2048, 9216],
    ],
    [
      [4096, 30721],
      [8192, 32768],
    ],
    [
      [8192, 61440],
      [8192, 61440],
    ],
    [
      [16384, 32769],
      [16384, 40960],
    ],
    [
      [128, 122880],
      [16384, 122880],
    ],
  ];
  for (const [[cpu, memory], [largerCpu, largerMemory]] of table) {
    it(`${cpu} and ${memory} MiB: ${largerCpu} and ${largerMemory} MiB`, () => {
      expect(fargateSize(cpu, memory)).to.deep.equal({ cpu: largerCpu, memory: largerMemory });
    });
  }

  it("is the smallest pair on offer that is large enough", () => {
    const pairs = [...offered()].flatMap(([cpu, memories]) => memories.map((memory) => ({ cpu, memory })));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16384 }), fc.integer({ min: 1, max: 122880 }), (cpu, memory) => {
        const smallest = pairs.find((pair) => pair.cpu >= cpu && pair.memory >= memory);
        expect(fargateSize(cpu, memory)).to.deep.equal(smallest);
      }),
    );
  });

  it("refuses what is larger than any machine", () => {
    expect(() => fargateSize(16385, 1024)).to.throw(
      RangeError,
      "cpu 16385 and memory 1024: Fargate offers at most 16384",
    );
    expect(() => fargateSize(256, 122881)).to.throw(RangeError, "122880 MiB");
  });
});
