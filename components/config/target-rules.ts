/** Which targets there are, what each needs from the rest of the config, and how it serves. */
import { setCommand, type Fault } from "./faults";
import type { Settings, TargetName } from "./schema";
import type { ServerKind } from "./server";

/** The server that each target is made for. */
export const TARGET_SERVERS: Readonly<Partial<Record<TargetName, ServerKind>>> = {
  local: "gevent",
  heroku: "uwsgi",
  beanstalk: "gevent",
  ecs: "nginx-uwsgi",
};

const ALONE: readonly ServerKind[] = ["gevent", "tornado", "uwsgi"];

/** Targets that do not run every server: which they run, and why no other. */
const LIMITS: Readonly<Partial<Record<TargetName, { kinds: readonly ServerKind[]; why: string }>>> = {
  heroku: { kinds: ALONE, why: "a dyno has neither nginx nor Apache" },
  beanstalk: { kinds: ALONE, why: "its platform has a web server of its own in front" },
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

function serverFaults({ server: { kind }, targets }: Settings, stack: string): Fault[] {
  if (kind === undefined) return [];
  return targets.flatMap((target) => {
    const limit = LIMITS[target];
    if (limit === undefined || limit.kinds.includes(kind)) return [];
    return {
      key: "server.kind",
      problem: `does not run on the target ${target}: ${limit.why}`,
      value: kind,
      allowed: limit.kinds.join(", "),
      mend: `slipway config rm server.kind --stack ${stack}`,
    };
  });
}
