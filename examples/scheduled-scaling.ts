/**
 * Scales a stack by the clock: numbers of web and worker processes by day and hour. It is run every few minutes, by cron or
 * by a scheduled job, and deploys only when the numbers change: the release that serves, and nothing newer.
 *
 *   npx tsx examples/scheduled-scaling.ts prod
 *   TZ=Europe/Berlin npx tsx examples/scheduled-scaling.ts prod --timetable times.json
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EXIT, hasOperations, kindOf, readSettings, releases, releaseToPutBack } from "slipway/automation";
import { setConfig, up, type Deployment } from "slipway/automation";

/** A number of processes, or limits for the cloud to scale between. */
interface Count {
  min: number;
  max: number;
}
type Role = "web" | "worker";
type Counts = Partial<Record<Role, number | Count>>;

/** The first line that fits counts; `days` as 0 (Sunday) to 6, hours as `HH:MM`, in the zone of TZ. */
interface Line {
  days?: readonly number[];
  from?: string;
  to?: string;
  counts: Counts;
}

const TIMETABLE: readonly Line[] = [
  { days: [1, 2, 3, 4, 5], from: "07:00", to: "19:00", counts: { web: 4, worker: 2 } },
  { counts: { web: 2, worker: 1 } },
];

function countsAt(timetable: readonly Line[], now: Date): Counts {
  const clock = now.toTimeString().slice(0, 5);
  const line = timetable.find(
    ({ days, from = "00:00", to = "24:00" }) =>
      (days === undefined || days.includes(now.getDay())) && from <= clock && clock < to,
  );
  return line?.counts ?? {};
}

const limitsOf = (count: number | Count): Count => (typeof count === "number" ? { min: count, max: count } : count);
const textOf = ({ min, max }: Count): string => (min === max ? `${min}` : JSON.stringify({ min, max }));

/** Deploys the release that serves with the config of now: what is new in the source waits for its own deployment. */
async function deploy(stack: string): Promise<Deployment> {
  const signal = AbortSignal.timeout(1_800_000);
  if (!hasOperations({ stack }, "releases")) return up({ stack, signal });
  const serving = (await releases({ stack, signal })).find(({ current }) => current);
  const { release } = await releaseToPutBack({ stack, signal }, serving?.version);
  return up({ stack, signal, ...release });
}

async function scale(stack: string, wanted: Counts): Promise<string> {
  const { processes } = readSettings(stack);
  const steps = (["web", "worker"] as const).flatMap((role) => {
    const [before, after] = [processes[role]?.count, wanted[role]];
    if (before === undefined || after === undefined) return [];
    const [from, to] = [textOf(before), textOf(limitsOf(after))];
    return from === to ? [] : [{ role, from, to }];
  });
  const write = (side: "from" | "to"): void => {
    for (const { role, [side]: count } of steps) setConfig({ stack, key: `processes.${role}.count` }, count);
  };
  if (steps.length === 0) return `${stack} is as it should be`;
  write("to");
  try {
    const { changes } = await deploy(stack);
    const done = steps.map(({ role, from, to }) => `${role} ${from} -> ${to}`);
    return `${stack}: ${done.join(", ")} (changed: ${changes.map(({ name }) => name).join(", ")})`;
  } catch (error) {
    // The next run finds the old numbers, and tries again.
    write("from");
    if (kindOf(error) === "locked") return `${stack} is left alone: ${String(error)}`;
    throw error;
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { timetable: { type: "string" } } });
  const { timetable: file } = values;
  const timetable = file === undefined ? TIMETABLE : (JSON.parse(readFileSync(file, "utf8")) as Line[]);
  console.log(await scale(positionals[0] ?? "prod", countsAt(timetable, new Date())));
}

main().catch((error: unknown) => {
  console.error(String(error));
  process.exitCode = EXIT[kindOf(error)];
});
