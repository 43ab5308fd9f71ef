/** Entry of the plugin `pulumi-resource-host`: serves the engine that started it, and ends with it. */
import { killAllNow } from "./children";
import { serve } from "../protocol/serve";
import { service } from "./server";

const PARENT_CHECK_MS = 1000;

function end(): never {
  process.exit(0);
}

/** The engine holds our standard input open; whatever way it goes, that or our parent changes. */
function endWithTheEngine(): void {
  const engine = process.ppid;
  process.stdin.on("end", end).on("error", end).resume();
  setInterval(() => {
    if (process.ppid !== engine) end();
  }, PARENT_CHECK_MS);
  process.on("SIGINT", end).on("SIGTERM", end).on("SIGHUP", end);
  process.on("exit", killAllNow);
}

serve(service).then(
  ({ port }) => {
    endWithTheEngine();
    console.log(port);
  },
  (error: unknown) => {
    console.error(`host provider: ${String(error)}`);
    process.exit(1);
  },
);
