/** What differs between two graphs of resources, as text that is short enough to be read. */

/**
 * The difference between two texts of blocks, each a line that names it and indented lines below.
 *
 * @returns new blocks as a whole, `+`; names of blocks that are gone, `-`; of others, `~`, the lines that differ
 */
export function blockDifference(before: string, after: string): string {
  const [old, now] = [blocks(before), blocks(after)];
  const gone = [...old.keys()].filter((title) => !now.has(title)).map((title) => `- ${title}\n`);
  const rest = [...now].flatMap(([title, lines]) => {
    const was = old.get(title);
    if (was === undefined) return [`+ ${[title, ...lines].join("\n")}\n`];
    const changes = lineDifference(was, lines);
    return changes.length === 0 ? [] : [`~ ${[title, ...changes].join("\n")}\n`];
  });
  return [...gone, ...rest].join("");
}

function blocks(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split("\n").filter((each) => each !== "")) {
    if (/^\s/.test(line)) lines.push(line);
    else found.set(line, (lines = []));
  }
  return found;
}

/** Lines that only one of the two has, in order, each after the key that it lies under. */
function lineDifference(before: readonly string[], after: readonly string[]): string[] {
  const common = longestCommon(before, after);
  const changes: string[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...common, [before.length, after.length] as const]) {
    while (i < x) changes.push(`  -${before[i++] ?? ""}`);
    while (j < y) changes.push(`  +${after[j++] ?? ""}`);
    [i, j] = [x + 1, y + 1];
  }
  return changes;
}

/** Pairs of indexes of the longest common subsequence. */
function longestCommon(one: readonly string[], other: readonly string[]): (readonly [number, number])[] {
  const length = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      (length[i] as number[])[j] = one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < one.length && j < other.length;) {
    if (one[i] === other[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
