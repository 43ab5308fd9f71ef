/** Rules that join several keys, and what this version cannot do. */
import { beanstalkFaults } from "./beanstalk-rules";
import { ecsFaults } from "./ecs-rules";
import { herokuFaults } from "./heroku-rules";
import { celeryRules } from "./celery-rules";
import { setCommand, type Fault } from "./faults";
import type { Settings, TargetName } from "./schema";
import { targetFaults } from "./target-rules";

/** Where config comes from and what this version can do with it. */
export interface LoadOptions {
  /** Name of the stack, for the commands in faults. */
  stack: string;
  /** Targets that this version can deploy to. */
  available: readonly TargetName[];
}

/** Every fault of settings that are each well formed. */
export function crossFaults(settings: Settings, { stack, available }: LoadOptions): Fault[] {
  return [
    ...targetFaults(settings, stack, available),
    ...countFaults(settings, stack),
    ...celeryFaults(settings, stack),
    ...celeryRules(settings, stack),
    ...beanstalkFaults(settings, stack),
    ...ecsFaults(settings, stack),
    ...herokuFaults(settings, stack),
    ...variableFaults(settings, stack),
  ];
}

function countFaults({ processes: { web, worker } }: Settings, stack: string): Fault[] {
  const counts = { web: web.count, ...(worker !== undefined && { worker: worker.count }) };
  return Object.entries(counts)
    .filter(([, { min, max }]) => max < min)
    .map(([role, { min, max }]) => ({
      key: `processes.${role}.count.max`,
      problem: "below the minimum",
      value: String(max),
      allowed: `${min} or more`,
      mend: setCommand(`processes.${role}.count.max`, stack, String(min)),
    }));
}

function celeryFaults({ app, processes }: Settings, stack: string): Fault[] {
  if (app.celery !== undefined) return [];
  return (["worker", "beat"] as const)
    .filter((role) => processes[role] !== undefined)
    .map((role) => ({
      key: `processes.${role}`,
      problem: "needs a Celery application, and app.celery is not set",
      allowed: "app.celery as module:attribute, or no such process",
      mend: setCommand("app.celery", stack, "<module:attribute>"),
    }));
}

const CELERYS_OWN: ReadonlySet<string> = new Set(["broker", "resultBackend"]);

function variableFaults({ app, env, secrets }: Settings, stack: string): Fault[] {
  // Without Celery there is no broker to provide: what carries one is the application's own affair.
  const needed = Object.entries(app.variables).filter(([role]) => app.celery !== undefined || !CELERYS_OWN.has(role));
  const provided = needed.map(([role, name]) => ({ role, name: name ?? "" }));
  const faults: Fault[] = [];
  for (const name of Object.keys(secrets).filter((key) => key in env)) {
    faults.push({
      key: `env.${name}`,
      problem: "is also among the secrets",
      mend: `slipway config rm env.${name} --stack ${stack}`,
    });
  }
  for (const { role, name } of provided.filter((variable) => variable.name in env || variable.name in secrets)) {
    const key = name in env ? `env.${name}` : `secrets.${name}`;
    faults.push({
      key,
      problem: `is what Slipway itself provides as the ${role}`,
      allowed: `another name in app.variables.${role}, or no such variable`,
      mend: `slipway config rm ${key} --stack ${stack}`,
    });
  }
  return faults;
}
