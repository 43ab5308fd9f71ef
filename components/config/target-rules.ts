/** Which targets there are, what each needs from the rest of the config, and how it serves. */
import { setCommand, type Fault } from "./faults";
import type { ServerKind, Settings, TargetName } from "./schema";

/** The server that each target is made for. */
export const TARGET_SERVERS: Readonly<Partial<Record<TargetName, ServerKind>>> = {
  local: "gevent",
  heroku: "gevent",
  beanstalk: "gevent",
  ecs: "nginx-uwsgi",
};

const WHY: Readonly<Partial<Record<TargetName, string>>> = {
  local: "it hands its socket to the server, which only gevent takes",
  heroku: "a dyno runs one server, and that is gevent",
  beanstalk: "its platform brings an nginx of its own",
  ecs: "its images hold nginx and uWSGI",
};

/** Faults of the choice of targets. */
export function targetFaults(settings: Settings, stack: string, available: readonly string[]): Fault[] {
  const { targets } = settings;
  const missing = targets
    .filter((target) => !available.includes(target))
    .map((target) => ({
      key: "targets",
      problem: `the target ${target} is not available in this version of Slipway`,
      value: JSON.stringify(targets),
      allowed: available.join(", "),
      mend: setCommand("targets[0]", stack, available[0]),
    }));
  return [...missing, ...serverFaults(settings, stack)];
}

function serverFaults({ server, targets }: Settings, stack: string): Fault[] {
  const { kind } = server;
  if (kind === undefined) return [];
  return targets
    .filter((target) => (TARGET_SERVERS[target] ?? kind) !== kind)
    .map((target) => ({
      key: "server.kind",
      problem: `does not run on the target ${target}: ${WHY[target] ?? ""}`,
      value: kind,
      allowed: `${TARGET_SERVERS[target] ?? ""}, which is meant when the key is not set`,
      mend: `slipway config rm server.kind --stack ${stack}`,
    }));
}
