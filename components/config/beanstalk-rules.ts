/** What Elastic Beanstalk refuses, or what would lose data or never answer there, said before anything is made. */
import { loadBalancerFaults, tagFaults } from "./aws-rules";
import { setCommand, type Fault } from "./faults";
import { isProperty, PROPERTIES_LENGTH, propertiesLength } from "./properties";
import type { Settings } from "./schema";

/** Longest name of an environment (AWS, CreateEnvironment). */
const NAME_LENGTH = 40;
/** Ranges of options (AWS, General options for all environments). */
const HEALTH_TIMEOUT = 60;
const IDLE_TIMEOUT = 3600;
/** Seconds of a deployment that are for more than stopping the processes of the release before. */
const STARTING = 60;
/** Characters that Slipway's own properties take at most beside those of the queues, and what each queue takes. */
const OWN_LENGTH = 900;
const QUEUE_LENGTH = 160;
/** Databases whose locks keep instances from doing the same thing twice. */
const LOCKING = /^(mysql|mariadb|postgresql)([+:]|$)/;

/** Faults of the target beanstalk; none where the stack does not choose it. */
export function beanstalkFaults(settings: Settings, stack: string): Fault[] {
  if (!settings.targets.includes("beanstalk")) return [];
  const { beanstalk } = settings;
  return [
    ...nameFaults(settings, stack),
    ...platformFaults(settings, stack),
    ...singleFaults(settings, stack),
    ...fileFaults(settings, stack),
    ...countFaults(settings, stack),
    ...loadBalancerFaults("beanstalk", beanstalk.loadBalancer, stack),
    ...rangeFaults(settings, stack),
    ...timeFaults(settings, stack),
    ...lockFaults(settings, stack),
    ...variableFaults(settings, stack),
    ...tagFaults("beanstalk", beanstalk.tags, stack),
  ];
}

/** Whether worker and beat have an environment of their own. */
function isApart({ processes, beanstalk }: Settings): boolean {
  const any = processes.worker !== undefined || processes.beat !== undefined;
  return any && beanstalk.celery.place === "worker-environment";
}

function nameFaults(settings: Settings, stack: string): Fault[] {
  const { app, environment } = settings;
  const most = NAME_LENGTH - `${environment}--${isApart(settings) ? "worker" : "web"}`.length;
  if (app.name.length <= most) return [];
  return [
    {
      key: "app.name",
      problem: `too long for the names of environments, which have ${NAME_LENGTH} characters`,
      value: app.name,
      allowed: `${most} characters or fewer`,
      mend: setCommand("app.name", stack, "<name>"),
    },
  ];
}

function platformFaults({ beanstalk: { platform } }: Settings, stack: string): Fault[] {
  const fault = (problem: string, allowed: string): Fault[] => [
    {
      key: "beanstalk.platform",
      problem,
      value: platform,
      allowed,
      mend: `slipway config rm beanstalk.platform --stack ${stack}`,
    },
  ];
  try {
    new RegExp(platform);
  } catch {
    return fault("no regular expression", "a regular expression, or the key left out");
  }
  if (/python/i.test(platform)) return [];
  return fault("names no platform for Python", "an expression with Python in it, or the key left out");
}

/** What a single instance cannot do. */
function singleFaults({ beanstalk }: Settings, stack: string): Fault[] {
  const { web, loadBalancer, deployment } = beanstalk;
  if (web.kind !== "single") return [];
  const balanced = setCommand("beanstalk.web.kind", stack, "balanced");
  const faults: Fault[] = (["certificateArn", "domain"] as const)
    .filter((name) => loadBalancer[name] !== undefined)
    .map((name) => ({
      key: `beanstalk.loadBalancer.${name}`,
      problem: "needs a load balancer, which a single instance does not have",
      allowed: "beanstalk.web.kind balanced, or no such key",
      mend: balanced,
    }));
  if (deployment.kind !== "all-at-once" && deployment.kind !== "immutable") {
    faults.push({
      key: "beanstalk.deployment.kind",
      problem: "needs several instances, and there is a single one",
      value: deployment.kind,
      allowed: "all-at-once, immutable, or beanstalk.web.kind balanced",
      mend: balanced,
    });
  }
  return faults;
}

/** A file lives and dies with the one instance that it lies on. */
function fileFaults(settings: Settings, stack: string): Fault[] {
  const { beanstalk } = settings;
  if (beanstalk.database.engine !== "sqlite") return [];
  const { web, deployment, updates } = beanstalk;
  const reasons: [string, boolean][] = [
    ["each instance would have a database of its own: beanstalk.web.kind is balanced", web.kind === "balanced"],
    ["workers in an environment of their own would not see it", isApart(settings)],
    ["an immutable deployment would begin with an empty one", deployment.kind === "immutable"],
    ["a managed update of the platform would begin with an empty one", updates.enabled],
  ];
  return reasons
    .filter(([, so]) => so)
    .map(([problem]) => ({
      key: "beanstalk.database.engine",
      problem,
      value: "sqlite",
      allowed: "mariadb, mysql, postgres or url, or one instance that is never replaced",
      mend: setCommand("beanstalk.database.engine", stack, "mariadb"),
    }));
}

function countFaults(settings: Settings, stack: string): Fault[] {
  const { processes, beanstalk } = settings;
  const { web, deployment } = beanstalk;
  const faults: Fault[] = [];
  const fault = (role: "web" | "worker", problem: string, least: number): void => {
    const key = `processes.${role}.count`;
    const value = String(processes[role]?.count.min);
    faults.push({ key, problem, value, allowed: `${least} or more`, mend: setCommand(key, stack, String(least)) });
  };
  if (web.kind === "balanced" && processes.web.count.min < 1)
    fault("web", "an environment has one instance at least", 1);
  else if (web.kind === "balanced" && deployment.kind === "rolling" && processes.web.count.min < 2) {
    fault("web", "with a rolling deployment nothing answers while the only instance is replaced", 2);
  }
  if (isApart(settings) && (processes.worker?.count.min ?? 1) < 1) {
    fault("worker", "an environment has one instance at least", 1);
  }
  return faults;
}

function rangeFaults({ beanstalk: { loadBalancer, web } }: Settings, stack: string): Fault[] {
  if (web.kind === "single") return [];
  const { healthCheck, idleTimeout } = loadBalancer;
  const ranges: [string, number, number][] = [
    ["beanstalk.loadBalancer.healthCheck.timeout", healthCheck.timeout, HEALTH_TIMEOUT],
    ["beanstalk.loadBalancer.idleTimeout", idleTimeout, IDLE_TIMEOUT],
  ];
  return ranges
    .filter(([, value, most]) => value > most)
    .map(([key, value, most]) => ({
      key,
      problem: "more than Elastic Beanstalk sets",
      value: String(value),
      allowed: `${most} or less`,
      mend: setCommand(key, stack, String(most)),
    }));
}

/** A deployment stops the processes of the release before within the time that it has. */
function timeFaults({ processes, beanstalk: { commandSeconds } }: Settings, stack: string): Fault[] {
  const { web, worker } = processes;
  const longest = Math.max(web.stopTimeout, worker?.stopTimeout ?? 0);
  if (longest + STARTING <= commandSeconds) return [];
  return [
    {
      key: "beanstalk.commandSeconds",
      problem: `leaves less than ${STARTING} s to start a release when its processes take ${longest} s to stop`,
      value: String(commandSeconds),
      allowed: `${longest + STARTING} to 3600, or a shorter stopTimeout`,
      mend: setCommand("beanstalk.commandSeconds", stack, String(longest + STARTING)),
    },
  ];
}

/** What one instance does for all is kept apart by a lock of the database. */
function lockFaults({ app, processes, beanstalk: { database } }: Settings, stack: string): Fault[] {
  const once = app.migrate !== undefined || app.seed !== undefined || processes.beat !== undefined;
  if (database.engine !== "url" || !once || LOCKING.test(database.url)) return [];
  return [
    {
      key: "beanstalk.database.url",
      problem: "names a database without a lock that keeps migrations, seeds and beat to one instance",
      allowed: "a URL that starts with mysql, mariadb or postgresql",
      mend: setCommand("beanstalk.database.url", stack),
    },
  ];
}

function variableFaults({ app, env, beanstalk }: Settings, stack: string): Fault[] {
  const faults: Fault[] = [];
  if ("PORT" in env) {
    faults.push({
      key: "env.PORT",
      problem: "is where the platform's nginx looks for the application, and Slipway's server does not listen",
      value: env["PORT"] ?? "",
      allowed: "no such variable",
      mend: `slipway config rm env.PORT --stack ${stack}`,
    });
  }
  const shown = Object.fromEntries(Object.entries(env).filter(([, value]) => isProperty(value)));
  const { broker } = beanstalk;
  const queues = app.celery !== undefined && broker.kind === "sqs" ? broker.queues.length : 0;
  const length = propertiesLength(shown) + OWN_LENGTH + queues * QUEUE_LENGTH;
  if (length > PROPERTIES_LENGTH) {
    const most = PROPERTIES_LENGTH - OWN_LENGTH - queues * QUEUE_LENGTH;
    faults.push({
      key: "env",
      problem: "more than Elastic Beanstalk takes of environment properties, together with Slipway's own",
      value: `${propertiesLength(shown)} characters`,
      allowed: `${most} characters of names and values; secrets do not count`,
      mend: "slipway config set secrets.<NAME> --secret --stack " + stack,
    });
  }
  return faults;
}
