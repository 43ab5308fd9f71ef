/** Shows what runs. */
import { pc } from "./colors";
import type { Status } from "../target";
import { tableText } from "./table";

/** A table of the processes, with the address below it. */
export function statusText(status: Status): string {
  const rows = status.processes.map((process) => [
    process.name,
    process.running ? pc.green(process.state) : pc.red(process.state),
    process.pid ?? "",
    duration(process.uptime),
    process.release ?? "",
  ]);
  const table = tableText(["process", "state", "pid", "up", "release"], rows);
  const health = status.healthy ? pc.green(`ready (${status.health})`) : pc.red(`not ready: ${status.health}`);
  return `${status.processes.length > 0 ? `${table}\n` : ""}${status.stack}: ${health}  ${pc.bold(status.url)}`;
}

/** Seconds as `2d 3h`, `3h 4m`, `4m 5s` or `5s`. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  const units = [
    ["d", Math.floor(seconds / 86400)],
    ["h", Math.floor(seconds / 3600) % 24],
    ["m", Math.floor(seconds / 60) % 60],
    ["s", seconds % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first < 0) return "0s";
  return units
    .slice(first, first + 2)
    .map(([unit, count]) => `${count}${unit}`)
    .join(" ");
}
