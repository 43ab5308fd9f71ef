/** What Heroku refuses, or what would not do there what it says, told before anything is made. */
import { setCommand, type Fault } from "./faults";
import { DYNOS, TABLES_DATE, type DynoSize } from "./heroku/tables";
import type { Settings } from "./schema";

/** Seconds between SIGTERM and SIGKILL (https://devcenter.heroku.com/articles/dyno-shutdown-behavior). */
const STOP_SECONDS = 30;
/** Longest name of an app, less what Pulumi puts after `app.name`: `-app-` and seven digits. */
const NAME_LENGTH = 30 - "-app-1234567".length;
/** Bytes of all config vars together (https://devcenter.heroku.com/articles/config-vars), less room for add-ons' own. */
const CONFIG_BYTES = 60 * 1024;
/** Seconds after which a Redis hands a task out again that no worker has finished (kombu, visibility_timeout). */
const REDIS_ETA = 3600;
/** Plans of CloudAMQP that share a server, whose settings are not the stack's. */
const SHARED_PLANS: ReadonlySet<string> = new Set(["lemur", "tiger"]);
/**
 * Seconds after which RabbitMQ there closes the channel of a worker that has not acknowledged a task
 * (https://registry.terraform.io/providers/cloudamqp/cloudamqp/latest/docs/resources/rabbitmq_configuration).
 */
const SHARED_RABBITMQ_ETA = 7200;

/** Eco dynos that an app runs at once (https://devcenter.heroku.com/articles/dyno-scaling-and-process-limits). */
const MOST_ECO = 2;

type Role = "web" | "worker" | "beat";

/** Faults of the target heroku; none where the stack does not choose it. */
export function herokuFaults(settings: Settings, stack: string): Fault[] {
  if (!settings.targets.includes("heroku")) return [];
  return [
    ...stopFaults(settings, stack),
    ...nameFaults(settings, stack),
    ...dynoFaults(settings, stack),
    ...prebootFaults(settings, stack),
    ...domainFaults(settings, stack),
    ...databaseFaults(settings, stack),
    ...brokerFaults(settings, stack),
    ...promotionFaults(settings, stack),
    ...variableFaults(settings, stack),
    ...sizeFaults(settings),
  ];
}

function rolesOf({ processes }: Settings): Role[] {
  return (["web", "worker", "beat"] as const).filter((role) => processes[role] !== undefined);
}

function stopFaults({ processes }: Settings, stack: string): Fault[] {
  return (["web", "worker"] as const).flatMap((role) => {
    const stopTimeout = processes[role]?.stopTimeout ?? 0;
    if (stopTimeout <= STOP_SECONDS) return [];
    const key = `processes.${role}.stopTimeout`;
    return {
      key,
      problem: "longer than Heroku waits",
      value: String(stopTimeout),
      allowed: `${STOP_SECONDS} or less`,
      mend: setCommand(key, stack, String(STOP_SECONDS)),
    };
  });
}

function nameFaults({ app, heroku: { name } }: Settings, stack: string): Fault[] {
  if (name !== undefined || app.name.length <= NAME_LENGTH) return [];
  return [
    {
      key: "heroku.name",
      problem: `missing, and app.name is too long to name an app of Heroku after: ${app.name}`,
      allowed: `a name of 3 to 30 characters here, or ${NAME_LENGTH} characters or fewer in app.name`,
      mend: setCommand("heroku.name", stack, "<name>"),
    },
  ];
}

/** Eco and Basic dynos come one to a process, and not beside others. */
function dynoFaults(settings: Settings, stack: string): Fault[] {
  const { heroku } = settings;
  const roles = rolesOf(settings);
  const scaled = roles.filter((role) => countOf(settings, role) > 1);
  const [size = "standard-1x"] = scaled.map((role) => heroku.dynos[role]).filter((name) => DYNOS[name].scales);
  const faults: Fault[] = scaled
    .filter((role) => !DYNOS[heroku.dynos[role]].scales)
    .map((role) => ({
      key: `heroku.dynos.${role}`,
      problem: `comes one to a process, and processes.${role}.count is ${countOf(settings, role)} (as of ${TABLES_DATE})`,
      value: heroku.dynos[role],
      allowed: `${namesOf(({ scales }) => scales)}; or a count of 1`,
      mend: setForAll(roles, size, stack),
    }));
  const sizes = new Set(roles.map((role) => heroku.dynos[role]));
  const alone = [...sizes].find((size) => !DYNOS[size].mixes);
  if (sizes.size > 1 && alone !== undefined) {
    const wrong = roles.find((role) => heroku.dynos[role] !== alone) ?? "web";
    faults.push({
      key: `heroku.dynos.${wrong}`,
      problem: `cannot run beside dynos of the size ${alone} (as of ${TABLES_DATE})`,
      value: heroku.dynos[wrong],
      allowed: `${alone} for every process, or ${namesOf(({ mixes }) => mixes)} for every process`,
      mend: scaled.length > 0 ? setForAll(roles, size, stack) : setCommand(`heroku.dynos.${wrong}`, stack, alone),
    });
  } else if (alone === "eco" && roles.length > MOST_ECO) {
    faults.push({
      key: "heroku.dynos.web",
      problem: `runs at most ${MOST_ECO} dynos of an app, and there are ${roles.join(", ")} (as of ${TABLES_DATE})`,
      value: alone,
      allowed: "basic or larger ones for every process",
      mend: setForAll(roles, "basic", stack),
    });
  }
  return faults;
}

/** Processes of a role, at least. */
function countOf({ processes }: Settings, role: Role): number {
  return role === "beat" ? 1 : (processes[role]?.count.min ?? 1);
}

/** The commands that give every process a size: most sizes do not run beside others. */
function setForAll([first = "web", ...others]: readonly Role[], size: DynoSize, stack: string): string {
  const command = setCommand(`heroku.dynos.${first}`, stack, size);
  return others.length === 0 ? command : `${command}, and the same for ${others.join(" and ")}`;
}

function namesOf(fits: (dyno: (typeof DYNOS)[DynoSize]) => boolean): string {
  return Object.entries(DYNOS)
    .filter(([, dyno]) => fits(dyno))
    .map(([name]) => name)
    .join(", ");
}

function prebootFaults({ heroku: { dynos } }: Settings, stack: string): Fault[] {
  if (!dynos.preboot || DYNOS[dynos.web].scales) return [];
  return [
    {
      key: "heroku.dynos.preboot",
      problem: `is not there for web dynos of the size ${dynos.web}`,
      value: "true",
      allowed: `false, or web dynos of ${namesOf(({ scales }) => scales)}`,
      mend: setCommand("heroku.dynos.preboot", stack, "false"),
    },
  ];
}

function domainFaults({ heroku: { domains } }: Settings, stack: string): Fault[] {
  return domains.flatMap((domain, index) =>
    domains.indexOf(domain) === index
      ? []
      : {
          key: `heroku.domains[${index}]`,
          problem: "is there twice",
          value: domain,
          allowed: "each domain once",
          mend: `slipway config rm heroku.domains[${index}] --stack ${stack}`,
        },
  );
}

function databaseFaults({ heroku: { database } }: Settings, stack: string): Fault[] {
  if (database.kind !== "postgres" || database.previous?.plan !== database.plan) return [];
  return [
    {
      key: "heroku.database.previous",
      problem: "is of the plan that the database moves to",
      value: database.plan,
      allowed: "the plan that it moves from, or no such key once it has moved",
      mend: `slipway config rm heroku.database.previous --stack ${stack}`,
    },
  ];
}

/** A task whose time has not come is held back by a worker; a broker gives it to another after a while. */
function brokerFaults({ app, processes, heroku: { broker } }: Settings, stack: string): Fault[] {
  const longestEta = processes.worker?.longestEta ?? 0;
  const longest = longestOf(broker);
  if (app.celery === undefined || longest === undefined || longestEta <= longest.seconds) return [];
  return [
    {
      key: "processes.worker.longestEta",
      problem: longest.why,
      value: String(longestEta),
      allowed: `${longest.seconds} or less, or ${longest.instead}`,
      mend: setCommand("processes.worker.longestEta", stack, String(longest.seconds)),
    },
  ];
}

function longestOf(
  broker: Settings["heroku"]["broker"],
): { seconds: number; why: string; instead: string } | undefined {
  if (broker.kind === "redis") {
    const why = "longer than a Redis keeps a task from other workers: it would run twice";
    return { seconds: REDIS_ETA, why, instead: "heroku.broker.kind cloudamqp" };
  }
  if (broker.kind === "cloudamqp" && SHARED_PLANS.has(broker.plan)) {
    const why = `longer than CloudAMQP's plan ${broker.plan} waits for a task that a worker holds back`;
    return {
      seconds: SHARED_RABBITMQ_ETA,
      why,
      instead: "a plan with a server of its own, whose consumer_timeout you set",
    };
  }
  return undefined;
}

function promotionFaults({ heroku: { build, pipeline } }: Settings, stack: string): Fault[] {
  if (build.kind !== "promotion" || pipeline !== undefined) return [];
  return [
    {
      key: "heroku.pipeline",
      problem: "missing, and a release is promoted along a pipeline",
      allowed: "the pipeline of both apps, or another heroku.build.kind",
      mend: `slipway config set heroku.pipeline.kind existing --stack ${stack}, then heroku.pipeline.id and heroku.pipeline.stage`,
    },
  ];
}

/** Variables that add-ons set, and those that the platform does. */
function variableFaults({ env, secrets, heroku }: Settings, stack: string): Fault[] {
  const { database, broker, cache } = heroku;
  const kept = new Set(["PORT", "DYNO"]);
  if (database.kind === "postgres") kept.add("DATABASE_URL");
  if (broker.kind === "cloudamqp") kept.add("CLOUDAMQP_URL");
  if (broker.kind === "redis" || cache.kind === "redis") kept.add("REDIS_URL");
  const faults = (section: "env" | "secrets", names: readonly string[]): Fault[] =>
    names
      .filter((name) => kept.has(name) || name.startsWith("HEROKU_"))
      .map((name) => ({
        key: `${section}.${name}`,
        problem: "a variable that Heroku or an add-on sets itself",
        allowed: "another name",
        mend: `slipway config rm ${section}.${name} --stack ${stack}`,
      }));
  return [...faults("env", Object.keys(env)), ...faults("secrets", Object.keys(secrets))];
}

function sizeFaults({ env, secrets }: Settings): Fault[] {
  const entries = [...Object.entries(env), ...Object.entries(secrets)];
  const bytes = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes <= CONFIG_BYTES) return [];
  return [
    {
      key: "env",
      problem: "is, with the secrets, larger than an app's config vars may be",
      value: `${bytes} bytes`,
      allowed: `${CONFIG_BYTES} bytes in all`,
      mend: "put what is large into a file of the application",
    },
  ];
}
